from importlib import import_module

from django.db import migrations

from beside.wall.policies import walled

BEFORE = import_module("beside.meetings.migrations.0011_told").TOLD_OF
# Somebody without an account was told when a text about this change was handed in, or a letter about
# it put in the post. `text_waits` is on its way as long as there is a gateway.
TOLD_OF = """
create or replace function told_of(meetings bigint[])
returns table (meeting bigint, persona bigint, state text)
language sql stable security definer set search_path = public, pg_temp as $body$
    select m.id,
        case when m.group_id = any(held_groups()) then b.persona_id end,
        case
            when n.seen is not null or n.sent is not null then 'told'
            when n.post_at is not null then 'on_its_way'
            when t.state = 'sent' or p.booking_id is not null then 'told'
            when t.state = 'waiting' and t.until > now() then 'text_waits'
            when t.id is not null then 'not_reachable'
            when g.reach <> 'nobody' then 'to_call'
            else 'not_reachable'
        end
    from meetings_meeting m
    join meetings_booking b on b.meeting_id = m.id
    left join groups_wearer w on w.persona_id = b.persona_id and w.current
    left join notices_notice n on n.person_id = w.person_id
        and n.kind = 'meetings.changed' and n.dedupe = m.key || ':' || m.sequence
    left join meetings_guest g on g.persona_id = b.persona_id
    left join notices_text t on t.whom = g.persona_id
        and t.kind = 'meetings.guest_changed' and t.dedupe = m.key || ':' || m.sequence
    left join meetings_posted p on p.booking_id = b.id and p.sequence = m.sequence
    where m.id = any(meetings) and m.sequence > 0
    and (m.group_id = any(held_groups()) or 'coordinator' = any(my_roles()))
    and b.standing in ('booked', 'came', 'waiting', 'offered')
    and (n.id is not null or g.persona_id is not null)
$body$
"""
# What was texted about one meeting, and when, or when it is to go: for who facilitates its group.
TEXTED_OF = """
create function texted_of(one bigint)
returns table (persona bigint, kind text, state text, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $body$
    select t.whom, t.kind, t.state, coalesce(t.at, t.send_at)
    from meetings_meeting m
    join meetings_booking b on b.meeting_id = m.id
    join meetings_guest g on g.persona_id = b.persona_id
    join notices_text t on t.whom = g.persona_id and t.args->>'meeting' = m.key
        and t.kind in ('meetings.guest_booked', 'meetings.guest_evening', 'meetings.guest_changed')
    where m.id = one and m.group_id = any(held_groups())
    order by 4
$body$
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0014_posted"), ("notices", "0005_wall")]
    operations = [
        walled(
            "meetings_posted",
            sight="booking_id in (select b.id from meetings_booking b "
            "join meetings_meeting m on m.id = b.meeting_id "
            "where m.group_id = any((select held_groups())::bigint[]))",
        ),
        migrations.RunSQL(TOLD_OF, BEFORE.replace("create function", "create or replace function")),
        migrations.RunSQL(TEXTED_OF, "drop function texted_of(bigint)"),
    ]
