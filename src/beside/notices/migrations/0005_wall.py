from django.db import migrations

from beside.wall.policies import walled


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_text")]
    operations = [walled("notices_text", sight=None)]
