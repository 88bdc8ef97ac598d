"""What notices put on the page of the day."""

from __future__ import annotations

from itertools import islice

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beside.notices.models import Notice
from beside.notices.reading import read
from beside.people.models import Person

SHOWN = 8
LOOKED_AT = 3 * SHOWN  # some have nothing to say any more
QUERIES = 1  # and whatever the words of each kind ask


def waiting(request: HttpRequest, person: Person) -> SafeString | str:
    """What waits for this person, the newest first; nothing when nothing does."""
    latest = Notice.objects.visible_to(person).unseen().latest_first()[:LOOKED_AT]
    shown = list(islice(read(latest, person), SHOWN))
    if not shown:
        return ""
    return render_to_string("notices/waiting.html", {"shown": shown}, request)
