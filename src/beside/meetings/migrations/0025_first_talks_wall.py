from django.db import migrations

from beside.wall.policies import function, walled

# A member knows where: unless the group tells it after a first talk, and nobody has talked with
# them, let them in or given them a part.
TOLD_GROUPS = (
    "select coalesce(array_agg(m.group_id), '{}') from groups_membership m "
    "join groups_wearer w on w.persona_id = m.persona_id "
    "join groups_persona p on p.id = m.persona_id "
    "left join meetings_manner k on k.group_id = m.group_id "
    "where w.person_id = me() and m.until is null and m.standing = 'member' "
    "and (coalesce(k.door_after, 'booked') <> 'greeted' "
    "or m.role in ('greeter', 'facilitator') or m.decided_by_id is not null "
    "or p.known_at is not null "
    "or exists (select from meetings_firsttalk t where t.persona_id = m.persona_id))"
)
BOOKED = """
create or replace function my_told_meetings() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $body$
    select coalesce(array_agg(b.meeting_id), '{}') from meetings_booking b
    join groups_wearer w on w.persona_id = b.persona_id
    join meetings_meeting m on m.id = b.meeting_id
    join groups_persona p on p.id = b.persona_id
    left join meetings_manner k on k.group_id = m.group_id
    where w.person_id = me() and b.standing in ('booked', 'came')
    and m.ends_at > now() - interval '24 hours'
    and (@told@)
$body$
"""
TOLD = """coalesce(k.door_after, 'booked') <> 'greeted' or m.group_id = any(told_groups())
    or p.known_at is not null or exists (select from meetings_firsttalk t where t.persona_id = b.persona_id)"""
BEFORE = """b.kind = 'seat' or coalesce(k.door_after, 'booked') <> 'greeted' or exists (
        select from meetings_greeting g
        where g.booking_id = b.id and g.persona_id <> b.persona_id)"""
DOORS = """
create or replace function my_doors() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $body$
    select coalesce(array_agg(distinct m.venue_id), '{}') from meetings_meeting m
    where m.venue_id is not null
    and (m.group_id = any(@groups@()) or m.id = any(my_told_meetings()))
$body$
"""
# What somebody was told stays told: members of today, and visitors who were written to.
KNOWN = """
insert into meetings_firsttalk (persona_id, group_id, at)
select p.id, p.group_id, now() from groups_persona p
where exists (select from groups_membership m
    where m.persona_id = p.id and m.until is null and m.standing = 'member')
or exists (select from meetings_greeting g join meetings_booking b on b.id = g.booking_id
    where b.persona_id = p.id and g.persona_id <> p.id)
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0024_first_talks")]
    operations = [
        migrations.RunSQL(KNOWN, "delete from meetings_firsttalk"),
        walled(
            "meetings_firsttalk",
            sight="persona_id = any((select my_personas())::bigint[]) "
            "or group_id = any((select greeted_groups())::bigint[])",
        ),
        function("told_groups", "bigint[]", TOLD_GROUPS),
        migrations.RunSQL(BOOKED.replace("@told@", TOLD), BOOKED.replace("@told@", BEFORE)),
        migrations.RunSQL(
            DOORS.replace("@groups@", "told_groups"), DOORS.replace("@groups@", "my_groups")
        ),
    ]
