"""`python -m tests.host.people`: the cast in this home, as JSON: sessions, a topic, a room."""

from __future__ import annotations

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.host.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from beside import wall  # noqa: E402
from beside.forum import actions as forum  # noqa: E402
from tests.journeys.evening import tonight  # noqa: E402


def main() -> None:
    night = tonight()
    cast = night.cast
    with wall.acting_as(cast["greeter"].pk):
        opening = forum.open_topic(cast.group, title="A", words="B", by=cast["greeter"])
    sessions = {}
    for part in ("facilitator", "member", "blocked"):
        client = Client()
        client.force_login(cast[part])
        sessions[part] = client.cookies[settings.SESSION_COOKIE_NAME].value
    topic = f"/g/{cast.group.key}/talk/{opening.topic.key}/"
    print(json.dumps({"topic": topic, "room": night.inside, "sessions": sessions}))


main()
