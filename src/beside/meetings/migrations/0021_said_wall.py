from django.db import migrations

from beside.wall.policies import function, walled

# Why a meeting was changed stood on its public face; now it is for the group and those expected.
MOVED_HERE = (
    "insert into meetings_said (meeting_id, words) "
    "select id, said from meetings_meeting where said <> ''"
)
BACK = "update meetings_meeting m set said = s.words from meetings_said s where s.meeting_id = m.id"


class Migration(migrations.Migration):
    dependencies = [("meetings", "0020_said")]
    operations = [
        function(
            "expecting_meetings",
            "bigint[]",
            "select coalesce(array_agg(b.meeting_id), '{}') from meetings_booking b "
            "join groups_wearer w on w.persona_id = b.persona_id "
            "join meetings_meeting m on m.id = b.meeting_id "
            "where w.person_id = me() and b.standing not in ('not_tonight', 'lapsed') "
            "and m.ends_at > now() - interval '24 hours'",
        ),
        walled(
            "meetings_said",
            sight="meeting_id = any((select expecting_meetings())::bigint[]) "
            "or meeting_id in (select m.id from meetings_meeting m "
            "where m.group_id = any((select my_groups())::bigint[]))",
        ),
        migrations.RunSQL(MOVED_HERE, BACK),
    ]
