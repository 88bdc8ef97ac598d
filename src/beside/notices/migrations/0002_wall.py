from django.db import migrations

from beside.wall.policies import walled


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("people", "0002_wall")]
    operations = [walled("notices_notice", sight="person_id = (select me())")]
