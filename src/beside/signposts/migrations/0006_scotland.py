from typing import Any

from django.db import migrations

from beside.signposts.models import again_on
from beside.signposts.seed import COLLECTED_ON, LINES

# Why: docs/reference/crisis-lines.md. In Scotland 111 is NHS 24, where no "choose 2" is known.
SLUG, BEFORE, NOW = "gb-nhs-111", "England, Scotland and Wales", "England and Wales"


def part(apps: Any, schema_editor: Any) -> None:
    """Two lines of one number; what an organisation has confirmed stays as it confirmed it."""
    line = apps.get_model("signposts", "Line")
    line.objects.filter(slug=SLUG, verified_on=None, whom=BEFORE).update(whom=NOW)
    for place, seed in enumerate(LINES):
        line.objects.filter(slug=seed.slug).exclude(place=place).update(place=place)
        if seed.slug == "gb-nhs-24":
            line.objects.get_or_create(
                slug=seed.slug,
                defaults={
                    "country": seed.country,
                    "place": place,
                    "kind": seed.kind,
                    "name": seed.name,
                    "dial": seed.dial,
                    "hours": seed.hours,
                    "whom": seed.whom,
                    "languages": list(seed.languages),
                    "source": seed.source,
                    "collected_on": COLLECTED_ON,
                    "expires_on": again_on(COLLECTED_ON),
                },
            )


class Migration(migrations.Migration):
    dependencies = [("signposts", "0005_polish_lines")]
    operations = [migrations.RunPython(part, migrations.RunPython.noop)]
