from django.db import migrations

from beside.wall.policies import function, walled

MINE = "concern_id = any((select my_concerns())::bigint[])"

# A hand counts only while its part lasts: a facilitator's while they facilitate, a duty worker's
# while they are one.
MY_CONCERNS = (
    "select coalesce(array_agg(h.concern_id), '{}') from care_hand h "
    "join care_concern c on c.id = h.concern_id "
    "where h.person_id = me() and h.until is null and case h.how "
    "when 'facilitates' then c.group_id = any(held_groups()) "
    "else 'duty_worker' = any(my_roles()) end"
)

# Whether somebody reads in a group, for everybody and without a name: hours that touch one another
# are told as one.
WHO_READS = """
create function who_reads(grp bigint, moment timestamptz)
returns table (reads bool, on_duty bool, turns_at timestamptz, duty_until timestamptz, next_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $body$
    with hours as (
        select role, unnest(range_agg(during)) as span from care_duty
        where (group_id = grp or role = 'duty_worker') and upper(during) > moment group by role
    ), now_there as (select * from hours where span @> moment),
    to_come as (select * from hours where lower(span) > moment)
    select
        exists(select 1 from now_there where role = 'facilitator'),
        exists(select 1 from now_there where role = 'duty_worker'),
        coalesce(
            (select upper(span) from now_there where role = 'facilitator'),
            (select min(lower(span)) from to_come where role = 'facilitator')
        ),
        (select upper(span) from now_there where role = 'duty_worker'),
        (select min(lower(span)) from to_come)
$body$
"""

# Counts and clocks for coordinators, and for nobody else; never words, never names.
CARE_COUNTS = """
create function care_counts(moment timestamptz)
returns table (grp bigint, open int, overdue int, taken int, oldest timestamptz)
language sql stable security definer set search_path = public, pg_temp as $body$
    select group_id,
        (count(*) filter (where state = 'open'))::int,
        (count(*) filter (where state = 'open' and (due < moment or step > 2)))::int,
        (count(*) filter (where state = 'taken'))::int,
        min(opened) filter (where state = 'open')
    from care_concern
    where state <> 'closed' and 'coordinator' = any(my_roles())
    group by group_id
$body$
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial"), ("forum", "0002_wall"), ("groups", "0002_wall")]
    operations = [
        function("my_concerns", "bigint[]", MY_CONCERNS),
        walled("care_concern", sight="id = any((select my_concerns())::bigint[])"),
        walled("care_hand", sight="person_id = (select me())"),
        walled("care_report", sight="person_id = (select me())"),
        walled("care_source", sight=None),
        walled("care_case", sight=MINE),
        walled("care_note", sight=MINE),
        walled("care_letter", sight=f"person_id = (select me()) or {MINE}"),
        walled(
            "care_duty",
            sight="person_id = (select me()) or 'coordinator' = any((select my_roles())::text[])",
        ),
        migrations.RunSQL(WHO_READS, "drop function who_reads(bigint, timestamptz)"),
        migrations.RunSQL(CARE_COUNTS, "drop function care_counts(timestamptz)"),
    ]
