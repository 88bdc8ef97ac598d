from django.db import migrations

from beside.wall.policies import sight_of, walled

# A count of other people's rows, for everybody: never more than "three or more", so that nobody can
# work out how many are coming.
PLACES_LEFT = """
create function places_left(meetings bigint[]) returns table (meeting bigint, free int)
language sql stable security definer set search_path = public, pg_temp as $body$
    select m.id, least(3, greatest(0, m.places - (
        select count(*) from meetings_booking b
        where b.meeting_id = m.id and b.standing in ('booked', 'came')
    )))::int
    from meetings_meeting m where m.id = any(meetings) and m.places is not null
$body$
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_fit")]
    operations = [
        walled("meetings_fit", sight="person_id = (select me())"),
        sight_of(
            "groups_inside",
            "visiting",
            "group_id = any((select visited_groups())::bigint[])",
        ),
        migrations.RunSQL(PLACES_LEFT, "drop function places_left(bigint[])"),
    ]
