from django.db import migrations

from beside.wall.policies import walled

INSIDE = "group_id = any((select my_groups())::bigint[])"


class Migration(migrations.Migration):
    dependencies = [("forum", "0001_initial"), ("groups", "0002_wall")]
    operations = [
        walled("forum_topic", sight=INSIDE),
        walled("forum_post", sight=INSIDE),
        walled("forum_feeling", sight=INSIDE),
        walled("forum_read", sight="persona_id = any((select my_personas())::bigint[])"),
        walled("forum_card", sight="person_id = (select me())"),
    ]
