from django.db import migrations

# How many meetings of our own groups there are on each day, and how many of them nobody holds: for
# coordinators, who may see every row of them. Asked as a whole, not row by row.
WEEK_IN_NUMBERS = """
create function week_in_numbers(first date, last date)
returns table (day date, meetings bigint, uncovered bigint)
language sql stable security definer set search_path = public, pg_temp as $body$
    select m."on", count(*), count(*) filter (where m.state <> 'cancelled' and h.held is null)
    from meetings_meeting m
    join groups_group g on g.id = m.group_id and g.source = '' and g.closed_at is null
    left join (
        select distinct meeting_id as held from meetings_holding
        where part in ('lead', 'co', 'substitute')
        and during && tstzrange(first - interval '2 days', last + interval '3 days')
    ) h on h.held = m.id
    where m."on" between first and last and 'coordinator' = any(my_roles())
    group by 1 order by 1
$body$
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0018_found_by_day")]
    operations = [migrations.RunSQL(WEEK_IN_NUMBERS, "drop function week_in_numbers(date, date)")]
