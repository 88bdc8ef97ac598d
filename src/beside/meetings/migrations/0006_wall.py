from django.db import migrations

from beside.wall.policies import function, walled

AS_ITS_GROUP = (
    "exists (select from groups_group g where g.id = group_id)"  # the face's own policy decides
)
# A visitor waits for a greeter's first words where the group wishes it; whoever has a seat does not.
TOLD = (
    "select coalesce(array_agg(b.meeting_id), '{}') from meetings_booking b "
    "join groups_wearer w on w.persona_id = b.persona_id "
    "join meetings_meeting m on m.id = b.meeting_id "
    "left join meetings_manner k on k.group_id = m.group_id "
    "where w.person_id = me() and b.standing in ('booked', 'came') "
    "and m.ends_at > now() - interval '24 hours' "
    "and (b.kind = 'seat' or coalesce(k.door_after, 'booked') <> 'greeted' or exists ("
    "select from meetings_greeting g "
    "where g.booking_id = b.id and g.persona_id <> b.persona_id))"
)
DOORS = """
create or replace function my_doors() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $body$
    select coalesce(array_agg(distinct m.venue_id), '{}') from meetings_meeting m
    where m.venue_id is not null
    and (m.group_id = any(my_groups()) or m.id = any({booked}()))
$body$
"""
# Whoever brings somebody takes two places.
PLACES_LEFT = """
create or replace function places_left(meetings bigint[]) returns table (meeting bigint, free int)
language sql stable security definer set search_path = public, pg_temp as $body$
    select m.id, least(3, greatest(0, m.places - (
        select count(*){and_supporters} from meetings_booking b
        where b.meeting_id = m.id and b.standing in ({holding})
    )))::int
    from meetings_meeting m where m.id = any(meetings) and m.places is not null
$body$
"""
HELD = "group_id = any((select held_groups())::bigint[])"


def places_left(*, now: bool) -> str:
    """The function as it is from here on, or as it was; an offered place is not free."""
    if now:
        return PLACES_LEFT.format(
            and_supporters=" + count(*) filter (where b.supporter)",
            holding="'booked', 'came', 'offered'",
        )
    return PLACES_LEFT.format(and_supporters="", holding="'booked', 'came'")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_timetable")]
    operations = [
        walled("meetings_manner", sight=AS_ITS_GROUP),
        walled(
            "meetings_photo",
            sight="exists (select from meetings_door d where d.venue_id = door_id)",
        ),
        walled("meetings_taken", sight=None),
        walled("meetings_guest", sight=HELD),
        walled(
            "meetings_doorcode",
            sight="meeting_id in (select m.id from meetings_meeting m "
            "where m.group_id = any((select held_groups())::bigint[]))",
        ),
        walled("meetings_proof", sight="person_id = (select me())"),
        function("my_told_meetings", "bigint[]", TOLD),
        migrations.RunSQL(
            DOORS.replace("{booked}", "my_told_meetings"), DOORS.replace("{booked}", "my_meetings")
        ),
        migrations.RunSQL(places_left(now=True), places_left(now=False)),
    ]
