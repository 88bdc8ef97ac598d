import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0022_said_behind_its_wall")]
    operations = [
        migrations.AddField(
            model_name="meeting",
            name="changes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("cancelled", "it does not take place"),
                        ("after_all", "it takes place after all"),
                        ("hour", "another hour"),
                        ("way", "another way"),
                        ("place", "another place"),
                        ("words", "other words about it"),
                    ],
                    max_length=9,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
    ]
