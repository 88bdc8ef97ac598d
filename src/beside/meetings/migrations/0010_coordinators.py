from django.db import migrations

from beside.wall.policies import sight_of


class Migration(migrations.Migration):
    dependencies = [("meetings", "0009_keeping"), ("people", "0002_wall")]
    operations = [
        # Whether somebody holds a meeting: numbers, for whoever looks after the whole programme.
        sight_of(
            "meetings_holding",
            "coordinating",
            "'coordinator' = any((select my_roles())::text[])",
        ),
    ]
