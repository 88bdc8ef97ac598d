from django.db import migrations

# The same bookings as before, found by two indexes: with one "or" over both conditions every page
# and every letter read through all bookings there are.
SEEN = """
create or replace function my_bookings() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $body$
    select coalesce(array_agg(found.id), '{}') from (
        select b.id from meetings_booking b where b.persona_id = any(my_personas())
        union
        select b.id from meetings_booking b join meetings_meeting m on m.id = b.meeting_id
        where m.group_id = any(held_groups())
        union
        select b.id from meetings_booking b join meetings_meeting m on m.id = b.meeting_id
        where b.kind = 'visit' and m.group_id = any(greeted_groups())
    ) found
$body$
"""
BEFORE = """
create or replace function my_bookings() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $body$
    select coalesce(array_agg(b.id), '{}') from meetings_booking b
    join meetings_meeting m on m.id = b.meeting_id
    where b.persona_id = any(my_personas()) or m.group_id = any(held_groups())
    or (b.kind = 'visit' and m.group_id = any(greeted_groups()))
$body$
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0011_told")]
    operations = [migrations.RunSQL(SEEN, BEFORE)]
