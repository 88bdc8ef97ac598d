from django.db import migrations

# Whether the news of a meeting's latest change has come to those whom it concerns. Which personas:
# only for those who facilitate the group; numbers for coordinators; nobody learns of a person.
TOLD_OF = """
create function told_of(meetings bigint[])
returns table (meeting bigint, persona bigint, state text)
language sql stable security definer set search_path = public, pg_temp as $body$
    select m.id,
        case when m.group_id = any(held_groups()) then b.persona_id end,
        case
            when n.seen is not null or n.sent is not null then 'told'
            when n.post_at is not null then 'on_its_way'
            when g.reach <> 'nobody' then 'to_call'
            else 'not_reachable'
        end
    from meetings_meeting m
    join meetings_booking b on b.meeting_id = m.id
    left join groups_wearer w on w.persona_id = b.persona_id and w.current
    left join notices_notice n on n.person_id = w.person_id
        and n.kind = 'meetings.changed' and n.dedupe = m.key || ':' || m.sequence
    left join meetings_guest g on g.persona_id = b.persona_id
    where m.id = any(meetings) and m.sequence > 0
    and (m.group_id = any(held_groups()) or 'coordinator' = any(my_roles()))
    and b.standing in ('booked', 'came', 'waiting', 'offered')
    and (n.id is not null or g.persona_id is not null)
$body$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0010_coordinators"),
        ("notices", "0003_outbox"),
        ("groups", "0002_wall"),
    ]
    operations = [migrations.RunSQL(TOLD_OF, "drop function told_of(bigint[])")]
