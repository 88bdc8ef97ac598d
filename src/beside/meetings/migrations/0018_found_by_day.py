import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0004_joins_until"),
        ("meetings", "0017_changed_at"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["on", "starts_at", "id"], name="meetings_by_day"),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(
                condition=models.Q(("schedule", None)),
                fields=["on"],
                name="meetings_without_a_rule",
            ),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(
                condition=models.Q(("sequence__gt", 0)), fields=["on"], name="meetings_changed"
            ),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(
                condition=models.Q(("sequence__gt", 0)),
                fields=["original_on"],
                name="meetings_changed_from",
            ),
        ),
        migrations.AddIndex(
            model_name="venue",
            index=models.Index(
                django.db.models.functions.text.Upper("town"), name="venues_by_town"
            ),
        ),
        migrations.AddIndex(
            model_name="venue",
            index=models.Index(
                django.db.models.functions.text.Upper("neighbourhood"),
                name="venues_by_neighbourhood",
            ),
        ),
    ]
