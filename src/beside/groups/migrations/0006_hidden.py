from django.db import migrations, models

from beside.wall.policies import function


class Migration(migrations.Migration):
    dependencies = [("groups", "0005_newcomers_are_known")]
    operations = [
        migrations.AddIndex(
            "group",
            models.Index(fields=["id"], condition=models.Q(listed=False), name="groups_hidden"),
        ),
        # The few groups whose face somebody may not see: what the face's own policy leaves out.
        function(
            "hidden_groups",
            "bigint[]",
            "select case when cardinality(my_roles()) > 0 then '{}' else ("
            "select coalesce(array_agg(id), '{}') from groups_group "
            "where not listed and id <> all(my_groups())) end",
        ),
    ]
