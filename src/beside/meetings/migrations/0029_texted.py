from importlib import import_module

from django.db import migrations

BEFORE = "beside.meetings.migrations."
PLACES_BEFORE = import_module(f"{BEFORE}0016_place_told").TOLD_OF_PLACES
TEXTED_BEFORE = import_module(f"{BEFORE}0015_texted").TEXTED_OF
# One change of an address or a way in, told once to each. (The same as in `news`.)
CHANGE = "v.key || '@' || to_char(d.told_at at time zone 'UTC', 'YYYYMMDD\"T\"HH24MISSUS')"
# Somebody without an account was told of a new way in when a text about it was handed in.
TOLD_OF_PLACES = f"""
create or replace function told_of_places(meetings bigint[])
returns table (meeting bigint, persona bigint, state text)
language sql stable security definer set search_path = public, pg_temp as $body$
    select m.id,
        case when m.group_id = any(held_groups()) then b.persona_id end,
        case
            when n.seen is not null or n.sent is not null then 'told'
            when n.post_at is not null then 'on_its_way'
            when t.state = 'sent' then 'told'
            when t.state = 'waiting' and t.until > now() then 'text_waits'
            when t.id is not null then 'not_reachable'
            when g.reach <> 'nobody' then 'to_call'
            else 'not_reachable'
        end
    from meetings_meeting m
    join meetings_door d on d.venue_id = m.venue_id and d.told_at is not null
    join meetings_venue v on v.id = m.venue_id
    join meetings_booking b on b.meeting_id = m.id
    left join groups_wearer w on w.persona_id = b.persona_id and w.current
    left join notices_notice n on n.person_id = w.person_id and n.kind = 'meetings.place_changed'
        and n.dedupe = {CHANGE}
    left join meetings_guest g on g.persona_id = b.persona_id
    left join notices_text t on t.whom = g.persona_id and t.kind = 'meetings.guest_way_in'
        and t.dedupe = {CHANGE}
    where m.id = any(meetings) and m.state <> 'cancelled'
    and (m.group_id = any(held_groups()) or 'coordinator' = any(my_roles()))
    and b.standing in ('booked', 'came')
    and (n.id is not null or (g.persona_id is not null and b.made_at <= d.told_at))
$body$
"""
# What was texted about one meeting, offers and its way in among it: for who facilitates its group.
TEXTED_OF = f"""
create or replace function texted_of(one bigint)
returns table (persona bigint, kind text, state text, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $body$
    select t.whom, t.kind, t.state, coalesce(t.at, t.send_at)
    from meetings_meeting m
    join meetings_booking b on b.meeting_id = m.id
    join meetings_guest g on g.persona_id = b.persona_id
    left join meetings_venue v on v.id = m.venue_id
    left join meetings_door d on d.venue_id = m.venue_id
    join notices_text t on t.whom = g.persona_id and case
        when t.kind = 'meetings.guest_way_in' then t.dedupe = {CHANGE}
        else t.kind like 'meetings.guest\\_%' and t.args->>'meeting' = m.key
    end
    where m.id = one and m.group_id = any(held_groups())
    order by 4
$body$
"""


def again(made: str) -> str:
    return made.replace("create function", "create or replace function")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0028_getting_in")]
    operations = [
        migrations.RunSQL(TOLD_OF_PLACES, again(PLACES_BEFORE)),
        migrations.RunSQL(TEXTED_OF, again(TEXTED_BEFORE)),
    ]
