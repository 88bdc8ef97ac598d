from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0016_place_told")]
    operations = [
        migrations.AddField("meeting", "changed_at", models.DateTimeField(null=True)),
    ]
