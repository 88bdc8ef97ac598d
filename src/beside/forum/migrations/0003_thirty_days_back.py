from django.db import migrations

INSIDE = "group_id = any((select my_groups())::bigint[])"
SETTLED = "group_id = any((select settled_groups())::bigint[])"


def _sight(table: str, begun: str) -> migrations.RunSQL:
    """Members see what is inside; who came within thirty days, what was said within thirty."""
    lately = f"{begun} > now() - interval '30 days'"
    return migrations.RunSQL(
        f"alter policy sight on {table} using ({SETTLED} or ({lately} and {INSIDE}))",
        f"alter policy sight on {table} using ({INSIDE})",
    )


class Migration(migrations.Migration):
    dependencies = [("forum", "0002_wall"), ("groups", "0005_newcomers_are_known")]
    operations = [
        _sight("forum_topic", "opened_at"),
        _sight("forum_post", "at"),
        _sight("forum_feeling", "at"),
    ]
