from django.db import migrations

from beside.wall.policies import walled


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_calendars")]
    operations = [walled("exchange_calendaraddress", sight="person_id = (select me())")]
