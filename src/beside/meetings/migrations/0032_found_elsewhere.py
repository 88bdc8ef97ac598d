from django.db import migrations


class Migration(migrations.Migration):
    # The finder alone read by these; it has a table of its own now (decision 0015).
    dependencies = [("meetings", "0031_by_the_few_hidden")]
    operations = [
        migrations.RemoveIndex("schedule", "schedules_that_meet_seldom"),
        migrations.RemoveIndex("meeting", "meetings_to_be_found"),
    ]
