from django.db import migrations

from beside.wall.policies import function, sight_of

# What somebody who facilitates keeps: where their groups meet, and venues of ours where nobody has
# met yet. Asked as the owner, because a group may meet there that this person does not see.
KEPT = (
    "select case when coalesce(cardinality(mine.held), 0) = 0 then '{}' else array("
    "select m.venue_id from meetings_meeting m "
    "where m.venue_id is not null and m.group_id = any(mine.held) "
    "union select s.venue_id from meetings_schedule s "
    "where s.venue_id is not null and s.group_id = any(mine.held) "
    "union select v.id from meetings_venue v where v.source = '' "
    "and not exists (select from meetings_meeting m where m.venue_id = v.id) "
    "and not exists (select from meetings_schedule s where s.venue_id = v.id)"
    ") end from (select held_groups() as held) mine"
)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0008_clashes")]
    operations = [
        function("kept_venues", "bigint[]", KEPT),
        # Whoever keeps a venue has to see what is written there.
        sight_of(
            "meetings_door",
            "keeping",
            "'coordinator' = any((select my_roles())::text[]) "
            "or venue_id = any((select kept_venues())::bigint[])",
        ),
    ]
