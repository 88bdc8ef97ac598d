from django.db import migrations

from beside.wall.policies import EVERYBODY, walled

# Meetings that begin at the same second of the week, in the same way and place, are one occasion.
# A month back is kept, so that a clock that is behind still finds the next one.
# Group by group through an index: ten thousand take ten thousand times as long as one, and no more,
# whatever the planner knows of the tables.
OCCASIONS = """
    select g.id, g.key, coalesce(m.starts, '{}'), coalesce(m.way, ''), m.latitude, m.longitude,
        g.access || coalesce(m.access, '{}'), g.ways, g.access, g.experiences, g.languages,
        g.safety, g.source = ''
    from unnest(changed) c (id) join groups_group g on g.id = c.id
    left join lateral (
        select array_agg(m.starts_at order by m.starts_at) as starts, m.way,
            case when d.public then d.latitude else v.latitude end as latitude,
            case when d.public then d.longitude else v.longitude end as longitude,
            v.access
        from meetings_meeting m
        left join meetings_venue v on v.id = m.venue_id and m.way in ('in_person', 'hybrid')
        left join meetings_door d on d.venue_id = v.id
        where m.group_id = g.id and m.state <> 'cancelled'
            and m.starts_at > now() - interval '35 days'
        group by m.way, 3, 4, v.access, extract(epoch from m.starts_at)::bigint % 604800
        offset 0
    ) m on true
    where g.listed and g.closed_at is null"""
# Two people who change two meetings of one group wait for one another, so that the second sees
# what the first did. In the order of their numbers, so that nobody waits in a circle.
KEEP = f"""
create function keep_occasions(changed bigint[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $body$
begin
    perform from groups_group g join unnest(changed) c (id) on g.id = c.id
        order by g.id for no key update of g;
    delete from finding_occasion o using unnest(changed) c (id) where o.group_id = c.id;
    insert into finding_occasion (group_id, key, starts, way, latitude, longitude, offers,
        group_ways, access, experiences, languages, safety, ours)
    {OCCASIONS};
end $body$"""


def _keeper(table: str, *, made: str, gone: str, changed: str) -> list[str]:
    """A function that hears of all changes of `table`, a statement at a time, and has the groups
    kept that one of three questions names; empty where they cannot touch any."""
    branches = {"INSERT": made, "DELETE": gone, "UPDATE": changed}
    asked = "\n".join(
        f"if tg_op = '{act}' then select array_agg(distinct touched) into changed from ({words}) f;"
        f" end if;"
        for act, words in branches.items()
        if words
    )
    seen = {
        "INSERT": "new table as after",
        "DELETE": "old table as before",
        "UPDATE": "old table as before new table as after",
    }
    function = f"""
        create function {table}_keeps_occasions() returns trigger
        language plpgsql security definer set search_path = public, pg_temp as $body$
        declare changed bigint[];
        begin
            {asked}
            if changed is not null then perform keep_occasions(changed); end if;
            return null;
        end $body$"""
    triggers = [
        f"create trigger keep_occasions_{act.lower()} after {act} on {table} referencing {rows} "
        f"for each statement execute function {table}_keeps_occasions()"
        for act, rows in seen.items()
        if branches[act]
    ]
    return [function, *triggers, f"revoke execute on function {table}_keeps_occasions from public"]


AT_VENUES = (
    "select m.group_id as touched from meetings_meeting m "
    "where m.starts_at > now() - interval '35 days' and m.venue_id in ({})"
)
FACE = (
    "key",
    "listed",
    "closed_at",
    "ways",
    "experiences",
    "safety",
    "access",
    "languages",
    "source",
)
COMING = ("group_id", "state", "starts_at", "way", "venue_id")


def _differ(columns: tuple[str, ...]) -> str:
    after, before = (", ".join(f"{row}.{each}" for each in columns) for row in "ab")
    return f"({after}) is distinct from ({before})"


KEEPERS = [
    *_keeper(
        "groups_group",
        made="select id as touched from after",
        gone="select id as touched from before",
        changed="select a.id as touched from after a join before b using (id) "
        f"where {_differ(FACE)}",
    ),
    *_keeper(
        "meetings_meeting",
        made="select group_id as touched from after",
        gone="select group_id as touched from before",
        changed="select unnest(array[a.group_id, b.group_id]) as touched "
        f"from after a join before b using (id) where {_differ(COMING)}",
    ),
    *_keeper(
        "meetings_venue",
        made="",
        gone="",
        changed=AT_VENUES.format(
            "select id from after a join before b using (id) where "
            + _differ(("latitude", "longitude", "access"))
        ),
    ),
    *_keeper(
        "meetings_door",
        made=AT_VENUES.format("select venue_id from after"),
        gone=AT_VENUES.format("select venue_id from before"),
        changed=AT_VENUES.format(
            "select venue_id from after a join before b using (venue_id) "
            "where " + _differ(("public", "latitude", "longitude"))
        ),
    ),
]
GONE = [
    *(
        f"drop function {table}_keeps_occasions() cascade"
        for table in ("groups_group", "meetings_meeting", "meetings_venue", "meetings_door")
    ),
    "drop function keep_occasions(bigint[])",
]


class Migration(migrations.Migration):
    dependencies = [("finding", "0001_initial"), ("meetings", "0031_by_the_few_hidden")]
    operations = [
        walled("finding_occasion", sight=EVERYBODY, house="select"),
        migrations.RunSQL(
            [
                KEEP,
                "revoke execute on function keep_occasions from public",
                *KEEPERS,
                "select keep_occasions(array(select id from groups_group))",
            ],
            GONE,
        ),
    ]
