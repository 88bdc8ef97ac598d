from django.db import migrations

from beside.wall.policies import EVERYBODY, function, sight_of, walled

AS_ITS_GROUP = (
    "exists (select from groups_group g where g.id = group_id)"  # the face's own policy decides
)
MY_MEETING = "meeting_id = any((select my_meetings())::bigint[])"
_OPEN_BOOKINGS = (
    "from meetings_booking b "
    "join groups_wearer w on w.persona_id = b.persona_id "
    "join meetings_meeting m on m.id = b.meeting_id "
    "where w.person_id = me() and b.standing in ('booked', 'came') "
    "and m.ends_at > now() - interval '24 hours'"
)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("groups", "0002_wall")]
    operations = [
        function(
            "my_meetings",
            "bigint[]",
            f"select coalesce(array_agg(b.meeting_id), '{{}}') {_OPEN_BOOKINGS}",
        ),
        function(
            "visited_groups",
            "bigint[]",
            f"select coalesce(array_agg(distinct m.group_id), '{{}}') {_OPEN_BOOKINGS}",
        ),
        function(
            "my_doors",
            "bigint[]",
            "select coalesce(array_agg(distinct m.venue_id), '{}') from meetings_meeting m "
            "where m.venue_id is not null "
            "and (m.group_id = any(my_groups()) or m.id = any(my_meetings()))",
        ),
        function(
            "my_bookings",
            "bigint[]",
            "select coalesce(array_agg(b.id), '{}') from meetings_booking b "
            "join meetings_meeting m on m.id = b.meeting_id "
            "where b.persona_id = any(my_personas()) or m.group_id = any(greeted_groups())",
        ),
        function(
            "met_personas",
            "bigint[]",
            "select coalesce(array_agg(distinct found.persona_id), '{}') from ("
            "select h.persona_id from meetings_holding h where h.meeting_id = any(my_meetings()) "
            "union all "
            "select g.persona_id from meetings_greeting g "
            "join meetings_booking b on b.id = g.booking_id "
            "where b.persona_id = any(my_personas())) found",
        ),
        walled("meetings_venue", sight=EVERYBODY),
        walled("meetings_door", sight="public or venue_id = any((select my_doors())::bigint[])"),
        walled("meetings_schedule", sight=AS_ITS_GROUP),
        walled("meetings_meeting", sight=AS_ITS_GROUP),
        walled(
            "meetings_holding",
            sight=f"{MY_MEETING} or meeting_id in (select m.id from meetings_meeting m "
            "where m.group_id = any((select my_groups())::bigint[]))",
        ),
        walled("meetings_booking", sight="id = any((select my_bookings())::bigint[])"),
        walled("meetings_greeting", sight="booking_id = any((select my_bookings())::bigint[])"),
        sight_of(
            "groups_agreement",
            "visiting",
            "group_id = any((select visited_groups())::bigint[])",
        ),
        sight_of("groups_persona", "met", "id = any((select met_personas())::bigint[])"),
    ]
