from django.db import migrations, models

from beside.wall.policies import function

MINE = (
    "select coalesce(array_agg(m.group_id), '{}') from groups_membership m "
    "join groups_wearer w on w.persona_id = m.persona_id "
    "join groups_persona p on p.id = m.persona_id "
    "where w.person_id = me() and m.until is null and m.standing = 'member' "
    "and (m.role <> 'member' or m.since < now() - interval '30 days'"
)
IN_MINE = "group_id = any((select my_groups())::bigint[])"
KNOWN = "group_id = any((select knowing_groups())::bigint[])"
HELD = "group_id = any((select held_groups())::bigint[])"
MY_PERSONA = "persona_id = any((select my_personas())::bigint[])"
NOW = "until is null and standing = 'member'"


class Migration(migrations.Migration):
    dependencies = [("groups", "0004_joins_until")]
    operations = [
        migrations.AddField("persona", "known_at", models.DateTimeField(null=True)),
        # Whoever is a member already has been met.
        migrations.RunSQL(
            "update groups_persona set known_at = joined_at where joined_at is not null",
            migrations.RunSQL.noop,
        ),
        function("settled_groups", "bigint[]", MINE + ")"),
        function("knowing_groups", "bigint[]", MINE + " or p.known_at is not null)"),
        migrations.RunSQL(
            "alter policy sight on groups_membership using "
            f"(({NOW} and (({IN_MINE} and role <> 'member') or {KNOWN})) or {HELD} or {MY_PERSONA})",
            "alter policy sight on groups_membership using "
            f"(({NOW} and {IN_MINE}) or {HELD} or {MY_PERSONA})",
        ),
    ]
