from django.db import migrations

from beside.wall.policies import function, sight_of, walled

_LATELY = "(r.state <> 'closed' or r.closed_at > now() - interval '24 hours')"
INSIDE = "room_id = any((select my_circles())::bigint[])"
KEPT = "room_id = any((select kept_rooms())::bigint[])"
MY_PERSONA = "persona_id = any((select my_personas())::bigint[])"


class Migration(migrations.Migration):
    dependencies = [("rooms", "0001_initial"), ("meetings", "0002_wall")]
    operations = [
        function(
            "my_circles",
            "bigint[]",
            "select coalesce(array_agg(s.room_id), '{}') from rooms_seat s "
            "join groups_wearer w on w.persona_id = s.persona_id "
            "join rooms_room r on r.id = s.room_id "
            f"where w.person_id = me() and s.standing in ('admitted', 'aside') and {_LATELY}",
        ),
        function(
            "kept_rooms",
            "bigint[]",
            "select coalesce(array_agg(r.id), '{}') from rooms_room r "
            f"where r.aside_of_id is null and {_LATELY} and (r.group_id = any(held_groups()) "
            "or ((r.group_id = any(my_groups()) or r.meeting_id = any(my_meetings())) "
            "and r.meeting_id in (select h.meeting_id from meetings_holding h "
            "where h.persona_id = any(my_personas()) and h.part in ('lead', 'co', 'substitute'))))",
        ),
        function(
            "my_seats",
            "bigint[]",
            "select coalesce(array_agg(s.id), '{}') from rooms_seat s "
            "where s.persona_id = any(my_personas())",
        ),
        function(
            "seated_personas",
            "bigint[]",
            "select coalesce(array_agg(distinct found.persona_id), '{}') from ("
            "select s.persona_id from rooms_seat s where (s.room_id = any(my_circles()) and s.standing in ('admitted', 'aside')) "
            "or s.room_id = any(kept_rooms()) "
            # Who writes to somebody at the door is known to them there.
            "union select l.persona_id from rooms_line l where l.door_id = any(my_seats())) found",
        ),
        walled(
            "rooms_room",
            sight="(aside_of_id is null and group_id = any((select my_groups())::bigint[])) "
            "or meeting_id = any((select my_meetings())::bigint[]) "
            "or id = any((select my_circles())::bigint[])",
        ),
        walled(
            "rooms_seat",
            sight=f"{MY_PERSONA} or {KEPT} or ({INSIDE} and standing in ('admitted', 'aside'))",
        ),
        walled("rooms_circle", sight=f"{INSIDE} or {KEPT}"),
        walled("rooms_move", sight=None, house="select, insert, delete"),
        walled(
            "rooms_line",
            sight=f"(door_id is null and {INSIDE}) or (door_id is not null "
            f"and (door_id = any((select my_seats())::bigint[]) or {KEPT}))",
        ),
        migrations.RunSQL(
            "alter table rooms_signal set unlogged", "alter table rooms_signal set logged"
        ),
        walled("rooms_signal", sight=None),
        sight_of("groups_persona", "seated", "id = any((select seated_personas())::bigint[])"),
    ]
