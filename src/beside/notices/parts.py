"""What notices put on the page of the day."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beside.notices.models import Notice
from beside.notices.reading import read
from beside.people.models import Person

SHOWN = 8
QUERIES = 1  # and whatever the words of each kind ask


def waiting(request: HttpRequest, person: Person) -> SafeString | str:
    """What waits for this person, the newest first; nothing when nothing does."""
    latest = Notice.objects.visible_to(person).unseen().order_by("-made")[:SHOWN]
    shown = read(latest, person)
    if not shown:
        return ""
    return render_to_string("notices/waiting.html", {"shown": shown}, request)
