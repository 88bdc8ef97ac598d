from django.db import migrations

# How many wait before oneself, for one's own bookings alone, and never more than "three or more".
LINE_BEFORE = """
create function line_before() returns table (booking bigint, before int)
language sql stable security definer set search_path = public, pg_temp as $body$
    select b.id, least(3, (
        select count(*) from meetings_booking o
        where o.meeting_id = b.meeting_id and o.standing = 'waiting'
        and (o.waiting_since, o.id) < (b.waiting_since, b.id)
    ))::int
    from meetings_booking b
    where b.standing = 'waiting' and b.persona_id = any((select my_personas())::bigint[])
$body$
"""
# Those who greet see who visits; only those who facilitate see who of the group comes.
BOOKINGS = """
create or replace function my_bookings() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $body$
    select coalesce(array_agg(b.id), '{{}}') from meetings_booking b
    join meetings_meeting m on m.id = b.meeting_id
    where b.persona_id = any(my_personas()) or {kept}
$body$
"""
NOW = "m.group_id = any(held_groups()) or (b.kind = 'visit' and m.group_id = any(greeted_groups()))"
BEFORE = "m.group_id = any(greeted_groups())"


class Migration(migrations.Migration):
    dependencies = [("meetings", "0006_wall")]
    operations = [
        migrations.RunSQL(LINE_BEFORE, "drop function line_before()"),
        migrations.RunSQL(BOOKINGS.format(kept=NOW), BOOKINGS.format(kept=BEFORE)),
    ]
