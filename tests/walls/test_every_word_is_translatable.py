"""Every word that people read can be translated: the whole site in the language nobody speaks.

Pages are rendered as those who may see them; templates, Python and modules of JavaScript are read
as they are written, so that a page which no test reaches is read too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from beside import notices, wall
from beside.kernel import clock
from beside.look import pseudo
from beside.meetings import models as meetings
from beside.meetings import news, rows
from beside.meetings.models import Booking, Guest, Holding, Meeting
from beside.notices import kinds
from beside.notices.clock import deliver
from beside.notices.models import Notice
from beside.notices.reading import words_of
from beside.people import actions as people
from beside.people import begin
from beside.people.clock import send_code
from beside.people.models import Contact, Organisation
from tests.cast import Cast
from tests.walls.doors import DOORS, SIGNED_IN, Door
from tests.walls.things import furnish

SRC = Path(pseudo.__file__).parents[1]
VIEWERS = ("member", "facilitator", "visitor", "coordinator", "greeter")
SAME_FOR_ALL = ("nobody", "member")
DIFFERS = {"home:today", "groups:mine"}  # open to all, and not the same for any two
LEADS_AWAY = {"look:leave"}
NO_WORDS = {"service_worker", "manifest", "ask_passkey", "by_passkey", "my_data"}  # for machines

# Whom each kind of notice is for, and what it is about.
KINDS = {
    "care.waiting": ("facilitator", "concern"),
    "care.answered": ("greeter", "report"),
    "care.letter": ("member", "letter"),
    "meetings.booked": ("visitor", "meeting"),
    "meetings.changed": ("visitor", "meeting"),
    "meetings.evening_before": ("visitor", "meeting"),
    "meetings.guest_lapsed": ("facilitator", "meeting"),
    "meetings.guest_offered": ("facilitator", "meeting"),
    "meetings.guests_to_call": ("facilitator", "meeting"),
    "meetings.held": ("facilitator", "meeting"),
    "meetings.lapsed": ("visitor", "meeting"),
    "meetings.offered": ("visitor", "meeting"),
    "meetings.own_hour": ("visitor", "meeting"),
    "meetings.place_changed": ("visitor", "its place"),
    "meetings.starting": ("visitor", "meeting"),
    "meetings.uncovered": ("coordinator", "meeting"),
    "people.recovered": ("visitor", ""),
    "rooms.ended_alone": ("visitor", ""),
}


@pytest.fixture
def things(cast: Cast) -> dict[str, Any]:
    return furnish(cast)


def _viewers(name: str, door: Door) -> list[str]:
    """Those whose page is looked at; one for each face that the page has."""
    everybodys = door.who >= SIGNED_IN and name not in DIFFERS
    return [part for part in (SAME_FOR_ALL if everybodys else VIEWERS) if part in door.who]


def _pages(cast: Cast, things: dict[str, Any]) -> Iterator[tuple[str, HttpResponse]]:
    """Every page as each of its viewers sees it, and what an empty form is answered with."""
    browsers = {part: Client() for part in ("nobody", *VIEWERS)}
    for part in VIEWERS:
        browsers[part].force_login(cast[part])
    for name, door in DOORS.items():
        address = reverse(name, kwargs={key: things[of] for key, of in door.of.items()})
        for viewer in _viewers(name, door):
            if not door.act:
                yield f"{name}, {viewer}", browsers[viewer].get(address)
        for viewer in _viewers(name, door)[:1]:
            kept = browsers[viewer].cookies.output(header="", sep=";")
            with transaction.atomic():
                answer = browsers[viewer].post(address, follow=name not in LEADS_AWAY)
                transaction.set_rollback(True)
            browsers[viewer].cookies.clear()
            browsers[viewer].cookies.load(kept)
            yield f"{name}, nothing written", answer
    yield "nothing here", browsers["member"].get("/g/never-was/")
    yield "form too old", Client(enforce_csrf_checks=True).post("/join/")
    with transaction.atomic(), wall.house("test.empty"):
        Organisation.objects.all().delete()
    yield "begin", browsers["nobody"].get(reverse("people:begin"), {"token": begin.token()})


def _title(html: str, name: str) -> str:
    """What of a page's title no translator saw; our name and the group's are names."""
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    words = title[1] if title else "no title"
    return re.sub(rf"⟦[^⟧]*⟧|Beside|·|{name}", "", words).strip()


def test_every_page_in_the_language_nobody_speaks(cast: Cast, things: dict[str, Any]) -> None:
    reverse("home:welcome")  # whatever is worded while it is loaded is worded in English
    found, seen = {}, 0
    with pseudo.activate():
        for page, answer in _pages(cast, things):
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            html = answer.content.decode()
            words = pseudo.untranslated(html)
            if "<html" in html:
                seen += 1
                words += [_title(html, cast.group.name)]
            if any(words):
                found[page] = [each for each in words if each]
    assert found == {}
    assert seen > 150


def test_every_notice_and_every_letter(cast: Cast, things: dict[str, Any]) -> None:
    ours = [name for name in kinds.names() if not name.startswith("test.")]
    assert sorted(KINDS) == ours, "each kind of notice needs a line in KINDS"
    with pseudo.activate():
        for kind, (part, about) in KINDS.items():
            notice = _told(cast, kind, part, about, things)
            said = words_of(notice, cast[part])
            assert said is not None, kind
            assert _outside(f"{said.line} {said.more}") == "", kind
            deliver()
    assert [to for letter in mail.outbox for to in letter.to] == [
        f"{part}@example.org"
        for kind, (part, _) in KINDS.items()
        for _letter in range(1 if kinds.kind(kind).inside_only else 2)  # the code, then the notice
    ]
    for letter in mail.outbox:
        assert (_outside(letter.subject), _outside(letter.body)) == ("", "")


def _told(cast: Cast, kind: str, part: str, about: str, things: dict[str, Any]) -> Notice:
    """A notice of this kind for somebody who may be written to; their code was sent there."""
    with wall.acting_as(cast[part].pk):
        people.add_contact(address=f"{part}@example.org", by=cast[part])
    with transaction.atomic(), wall.house("test.told"):
        contact = Contact.objects.get(person=cast[part])
    send_code(contact.pk)
    with transaction.atomic(), wall.house("test.told"):
        Notice.objects.filter(person=cast[part]).delete()
        Contact.objects.update(verified_at=clock.now(), safe_for=Contact.SafeFor.NOTICE)
        args = {about: things[about]} if about in things else {}
        if about == "meeting":
            args = news.args_of(cast.meeting) | {"booking": cast.booking.key}
            _stands(cast, kind)
        if about == "its place":
            _stands(cast, kind)
            args = _elsewhere_now(cast)
        notices.tell(cast[part], kind, dedupe="translated", args=args)
        return Notice.objects.get(person=cast[part], kind=kind)


def _elsewhere_now(cast: Cast) -> dict[str, str]:
    """The visitor's meeting is at a hall whose address has just changed."""
    hall, now = meetings.Venue.objects.create(name="Hall"), clock.now()
    meetings.Door.objects.create(venue=hall, public=True, told_at=now)
    Meeting.objects.filter(pk=cast.meeting.pk).update(venue=hall, way="hybrid")
    return {"venue": hall.key, "told": f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}"}


def _stands(cast: Cast, kind: str) -> None:
    """The visitor's booking, who holds it and what changed, as the notice has it."""
    Meeting.objects.filter(pk=cast.meeting.pk).update(changes=[Meeting.Change.WORDS])
    Holding.objects.filter(meeting=cast.meeting).delete()
    if kind == news.HELD:
        rows.hold(cast.meeting, cast.personas["facilitator"], Holding.Part.LEAD)
    offers, ends = (news.OFFERED, news.GUEST_OFFERED), (news.LAPSED, news.GUEST_LAPSED)
    standing = "offered" if kind in offers else "lapsed" if kind in ends else "booked"
    until = clock.now() + timedelta(hours=1) if kind in offers else None
    if kind in (news.GUEST_OFFERED, news.GUEST_LAPSED, news.TO_CALL):
        Guest.objects.get_or_create(
            persona=cast.booking.persona, group=cast.group, reach=Guest.Reach.CALL
        )
    visits = Booking.objects.filter(pk=cast.booking.pk)
    visits.update(standing=standing, offer_until=until)


def _outside(words: str) -> str:
    """What stands outside of what was translated, without numbers, signs and addresses."""
    return re.sub(r"⟦[^⟧]*⟧|https?://\S+|[^\w]|\d", "", words)


def test_every_template_as_it_is_written() -> None:
    assert _in_template('<p title="A hint">Hello {% translate "Fine" %}</p>') == ["A hint", "Hello"]
    assert _in_template('{% notice "info" title="Look" %}{% endnotice %}') == ['title="Look"']
    found = {
        file.name: words
        for file in sorted(SRC.rglob("templates/**/*.html"))
        if (words := _in_template(file.read_text()))
    }
    assert found == {}


def _in_template(source: str) -> list[str]:
    """English words in a template that no translator would see, in whichever branch they stand."""
    not_words = r"{% block (main_class|frame_class|theme|mark_url) %}.*?{% endblock.*?%}"
    gone = rf"{{% blocktrans.*?{{% endblocktrans\w* %}}|{{#.*?#}}|{not_words}"
    source = re.sub(gone, "", source, flags=re.DOTALL)
    source = re.sub(r"{% block title %}(.*?){% endblock.*?%}", r"\1", source).replace(
        "· Beside", ""
    )
    said = re.findall(r'{%[^%]*?\b((?:title|words|label|caption|step|of)="[^"]+")', source)
    return pseudo.untranslated(re.sub(r"{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)) + said


# Where words for people are handed over in Python: names of functions and of arguments.
_SAYS = {"ValidationError", "Words", "add_error", "info", "success", "warning", "plain_letter"}
_ASKS = {"label", "help_text", "empty_label", "title", "error_messages"}


def test_no_words_for_people_pass_gettext_by_in_python() -> None:
    assert list(_in_python('form.add_error("x", "Please"); f(label=_("Fine"), title="Not")')) == [
        "Please",
        "Not",
    ]
    found = {}
    for file in sorted(SRC.rglob("*.py")):
        spoken = not {"tests", "migrations", "demo", "host", "commands"} & set(file.parts)
        if spoken and (words := list(_in_python(file.read_text()))):
            found[f"{file.parent.name}/{file.name}"] = words
    assert found == {}


def _in_python(source: str) -> Iterator[str]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in calls:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        logged = getattr(getattr(call.func, "value", None), "id", "") == "log"  # for operators
        handed = list(call.args[-1:]) if name in _SAYS and not logged else []
        handed += [each.value for each in call.keywords if each.arg in _ASKS]
        for each in handed:
            if isinstance(each, ast.Constant) and re.search(r"[A-Za-z]{2}", str(each.value or "")):
                yield str(each.value)


# Where a module of JavaScript puts words on a page or says them aloud.
_SHOWN = re.compile(
    r"(?:\.(?:textContent|innerText|innerHTML|title|placeholder|alt|ariaLabel)\s*=(?!=)|"
    r"setAttribute\(\"(?:title|aria-label|alt|placeholder)\",|\balert\(|\bconfirm\(|"
    r"\bcreateTextNode\(|(?<!searchParams)\.append\(|setCustomValidity\()(.*)"
)
_LITERAL = re.compile(r""""([^"\n]*)"|'([^'\n]*)'|`([^`]*)`""")


def test_modules_take_their_words_from_the_page() -> None:
    assert _in_module('said.textContent = box.dataset.kept ?? "Kept"; // Why') == ["Kept"]
    assert _in_module("alert(`${n} new answers`)\nconst s = 'Please write again';") == [
        "new answers",
        "Please write again",
    ]
    found = {
        file.name: words
        for file in sorted(SRC.rglob("*.js"))
        if (words := _in_module(file.read_text()))
    }
    assert found == {}


def _in_module(source: str) -> list[str]:
    """Words that are shown where they are written, and whatever else reads like a sentence."""
    source = re.sub(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", "", source, flags=re.DOTALL)
    source = re.sub(r"getElementById\([^)]*\)", "", source)
    shown = [words for line in _SHOWN.findall(source) for words in _literals(line)]
    sentences = [words for words in _literals(source) if re.match(r"[A-Z][a-z']+ [a-z]", words)]
    return list(dict.fromkeys([*shown, *sentences]))


def _literals(source: str) -> list[str]:
    """The strings of a piece of JavaScript that hold words, without what is put into them."""
    found = ("".join(each) for each in _LITERAL.findall(source))
    words = (re.sub(r"\$\{[^}]*\}|%s", "", each).strip() for each in found)
    return [each for each in words if re.search(r"[A-Za-z]{2}", each)]
