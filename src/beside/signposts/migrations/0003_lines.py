from typing import Any

from django.db import migrations

from beside.signposts.models import again_on
from beside.signposts.seed import COLLECTED_ON, LINES


def bring(apps: Any, schema_editor: Any) -> None:
    line = apps.get_model("signposts", "Line")
    for place, seed in enumerate(LINES):
        line.objects.update_or_create(
            slug=seed.slug,
            defaults={
                "country": seed.country,
                "place": place,
                "kind": seed.kind,
                "name": seed.name,
                "dial": seed.dial,
                "dial_other": seed.dial_other,
                "text_to": seed.text_to,
                "text_words": seed.text_words,
                "hours": seed.hours,
                "whom": seed.whom,
                "languages": list(seed.languages),
                "source": seed.source,
                "collected_on": COLLECTED_ON,
                "expires_on": again_on(COLLECTED_ON),
            },
        )


class Migration(migrations.Migration):
    dependencies = [("signposts", "0002_wall")]
    operations = [migrations.RunPython(bring, migrations.RunPython.noop)]
