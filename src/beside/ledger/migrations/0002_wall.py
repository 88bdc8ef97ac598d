from django.db import migrations

from beside.wall.policies import walled


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("wall", "0001_me")]
    operations = [
        walled(
            "ledger_line",
            sight="about = (select me()) and (withheld_until is null or withheld_until <= now())",
            house="select, insert",
        )
    ]
