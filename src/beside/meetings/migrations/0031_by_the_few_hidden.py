import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

# Which groups are hidden is asked once for each statement, and no group is looked at for every row.
# Who sees what is as before: whatever the face's own policy leaves out is left out here. Not
# "<> all(array)", which goes through the whole array for every row where it is no constant.
BEFORE = "exists (select from groups_group g where g.id = group_id)"
NOT_HIDDEN = "group_id not in (select unnest(hidden_groups()))"
AS_ITS_GROUP = ("meetings_schedule", "meetings_meeting", "meetings_manner")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0030_after_all"), ("groups", "0006_hidden")]
    operations = [
        *(
            migrations.RunSQL(
                f"alter policy sight on {table} using ({NOT_HIDDEN})",
                f"alter policy sight on {table} using ({BEFORE})",
            )
            for table in AS_ITS_GROUP
        ),
        migrations.AddIndex(
            "schedule", models.Index(fields=["at", "id"], name="schedules_by_hour")
        ),
        migrations.AddIndex(
            "schedule",
            models.Index(
                fields=["id"], condition=~models.Q(clashes=[]), name="schedules_that_clash"
            ),
        ),
        migrations.AddIndex(
            "venue",
            models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("postcode"), name="text_pattern_ops"
                ),
                name="venues_by_postcode",
            ),
        ),
    ]
