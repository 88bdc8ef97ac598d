"""What the forum puts on other pages: the talk of a group, and answers on a day's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from beside.forum import pages
from beside.forum.feelings import Wants
from beside.forum.models import Topic
from beside.forum.policy import membership_in
from beside.groups.agreement import fixed_part
from beside.groups.models import Agreement, Group
from beside.people.http import who
from beside.people.models import Organisation, Person
from beside.signposts.models import lines_for

LINES = 3


def talk_page(request: HttpRequest, group: Group, *, before: Topic | None = None) -> dict[str, Any]:
    """What the list of topics shows to this reader; nothing for somebody who is not a member."""
    reader = who(request)
    mine = membership_in(reader, group) if reader else None
    if mine is None:
        return {}
    me = mine.persona
    found = pages.lines(group, me, before=before)
    shown = found[: pages.TOPICS_A_PAGE]
    return {
        "group": group,
        "me": me,
        "reads_all_from": mine.settles_on if mine.is_new else None,
        "wants": Wants,
        "lines": shown,
        "before": before,
        "older": shown[-1].topic.key if len(found) > len(shown) else "",
    }


def group_talk(request: HttpRequest, group: Group) -> SafeString | str:
    """The writing box and the latest topics, on the group's own page."""
    page = talk_page(request, group)
    return render_to_string("forum/talk.html#talk", page, request) if page else ""


def answers_to_you(request: HttpRequest, person: Person) -> SafeString | str:
    """Answers that came to what somebody wrote, on their page of the day."""
    topics = pages.answered(person)
    page = {"topics": topics}
    return render_to_string("forum/answers_to_you.html", page, request) if topics else ""


def where_to_turn() -> dict[str, Any]:
    """For the card: the first lines of the organisation's country, emergency among them."""
    ours = Organisation.ours()
    return {"organisation": ours, "lines": lines_for(ours.country)[:LINES] if ours else []}


def agreed_words(agreement: Agreement | None) -> dict[str, Any]:
    """For the box of somebody who has yet to say yes: the part that always holds."""
    if agreement is None:
        return {}
    ours = Organisation.ours()
    return {"fixed": fixed_part(ours.duty_worker_title if ours else _("duty worker"))}
