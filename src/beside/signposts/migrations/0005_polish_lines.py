from typing import Any

from django.db import migrations

# Why: docs/reference/crisis-lines.md. The slug, what we carried, and what it is now.
CHANGED = (
    ("pl-centrum-wsparcia", {"whom": ""}, {"whom": "Adults"}),
    ("pl-116123", {"source": "116123.pl"}, {"source": "116sos.pl"}),
)


def correct(apps: Any, schema_editor: Any) -> None:
    """Two lines of Poland; what an organisation has confirmed stays as it confirmed it."""
    line = apps.get_model("signposts", "Line")
    for slug, before, now in CHANGED:
        line.objects.filter(slug=slug, verified_on=None, **before).update(**now)


class Migration(migrations.Migration):
    dependencies = [("signposts", "0004_young")]
    operations = [migrations.RunPython(correct, migrations.RunPython.noop)]
