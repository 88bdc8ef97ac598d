from django.db import migrations, models

# Whether the news of the latest change of an address or a way in has come to those who are booked
# there, under the same rules as `told_of`. Whoever booked since then has read it as it is.
TOLD_OF_PLACES = """
create function told_of_places(meetings bigint[])
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
    join meetings_door d on d.venue_id = m.venue_id and d.told_at is not null
    join meetings_venue v on v.id = m.venue_id
    join meetings_booking b on b.meeting_id = m.id
    left join groups_wearer w on w.persona_id = b.persona_id and w.current
    left join notices_notice n on n.person_id = w.person_id and n.kind = 'meetings.place_changed'
        and n.dedupe = v.key || '@' || to_char(d.told_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISSUS')
    left join meetings_guest g on g.persona_id = b.persona_id
    where m.id = any(meetings) and m.state <> 'cancelled'
    and (m.group_id = any(held_groups()) or 'coordinator' = any(my_roles()))
    and b.standing in ('booked', 'came')
    and (n.id is not null or (g.persona_id is not null and b.made_at <= d.told_at))
$body$
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0015_texted")]
    operations = [
        migrations.AddField("door", "told_at", models.DateTimeField(null=True)),
        migrations.RunSQL(TOLD_OF_PLACES, "drop function told_of_places(bigint[])"),
    ]
