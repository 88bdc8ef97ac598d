from django.db import migrations

from beside.wall.policies import walled

COORDINATOR = "'coordinator' = any((select my_roles())::text[])"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("people", "0002_wall")]
    operations = [
        walled("exchange_import", sight=COORDINATOR),
        walled("exchange_row", sight=COORDINATOR),
    ]
