from django.db import migrations

from beside.wall.policies import walled


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial"), ("wall", "0001_me")]
    operations = [walled("vault_key", sight=None, house="select, insert, update")]
