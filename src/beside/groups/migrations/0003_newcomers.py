from django.db import migrations, models

# Whoever is or was a member is known to members; who only visits or asked is not.
JOINED = """
update groups_persona p set joined_at = m.since from (
    select persona_id, min(since) as since from groups_membership
    where standing in ('member', 'left', 'removed') group by persona_id
) m where m.persona_id = p.id
"""
IN_MINE = "group_id = any((select my_groups())::bigint[])"
GREETED = "group_id = any((select greeted_groups())::bigint[])"
MINE = "id = any((select my_personas())::bigint[])"


class Migration(migrations.Migration):
    dependencies = [("groups", "0002_wall")]
    operations = [
        migrations.AddField("persona", "joined_at", models.DateTimeField(null=True)),
        migrations.RunSQL(JOINED, migrations.RunSQL.noop),
        migrations.RunSQL(
            f"alter policy sight on groups_persona using "
            f"((joined_at is not null and {IN_MINE}) or {GREETED} or {MINE})",
            f"alter policy sight on groups_persona using ({IN_MINE} or {MINE})",
        ),
    ]
