from django.db import migrations

from beside.wall.policies import EVERYBODY, walled

# Whoever sent a file sees it, while they coordinate.
SENT = "by_id = (select me()) and 'coordinator' = any((select my_roles())::text[])"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_feeds"), ("people", "0002_wall")]
    operations = [
        walled("exchange_told", sight=EVERYBODY),
        walled("exchange_waiting", sight=SENT),
    ]
