from django.db import migrations

from beside.wall.policies import EVERYBODY, function, walled

OWN = "person_id = (select me())"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("wall", "0001_me")]
    operations = [
        function(
            "my_roles",
            "text[]",
            "select coalesce(array_agg(role::text), '{}') from people_role "
            "where person_id = me() and until is null",
        ),
        walled("people_organisation", sight=EVERYBODY),
        walled("people_profile", sight=OWN),
        walled("people_contact", sight=OWN),
        walled("people_recovery", sight=None),
        walled("people_session", sight=OWN),
        walled("people_role", sight=f"{OWN} or 'coordinator' = any((select my_roles())::text[])"),
        walled("people_block", sight="by_id = (select me())"),
    ]
