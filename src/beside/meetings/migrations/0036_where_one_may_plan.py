from django.db import migrations

from beside.wall.policies import function

# Where somebody who facilitates may plan: whoever meets somewhere keeps it, and sees its door. So a
# place of others whose door is not public is none of these; the owner looks, because they cannot.
TO_MEET_AT = (
    "select array("
    "select v.id from meetings_venue v where v.source = '' and not exists "
    "(select from meetings_door d where d.venue_id = v.id and not d.public) "
    "union select unnest(kept_venues()))"
)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0035_texted_members")]
    operations = [function("venues_to_meet_at", "bigint[]", TO_MEET_AT)]
