from django.db import migrations

from beside.wall.policies import EVERYBODY, walled


class Migration(migrations.Migration):
    dependencies = [("signposts", "0001_initial"), ("wall", "0001_me")]
    operations = [walled("signposts_line", sight=EVERYBODY)]
