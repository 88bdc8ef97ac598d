"""What is heard on the wire, by whom, and what is not."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as Stored
from websockets.exceptions import ConnectionClosed, InvalidStatus

from beside.groups import actions as groups
from beside.host import roles
from beside.people import stay
from beside.people.models import Session
from beside.wire import live
from tests.living import until
from tests.wire.conftest import Ear, Evening, seen_so_that_it_rests, session_of, tell


def closes(ear: Ear) -> int:
    """The code with which the house closes this line, whatever is said before."""
    try:
        while True:
            ear.hear(20)
    except ConnectionClosed as ended:
        return ended.rcvd.code if ended.rcvd else 0


def test_a_member_hears_that_something_in_their_group_changed(evening: Evening) -> None:
    member = evening.open("member")
    member.settle(evening.name())
    tell(evening.name())
    assert member.hear() == [evening.name()]


def test_nobody_hears_of_a_group_that_is_not_theirs(evening: Evening) -> None:
    mine, theirs = evening.name(), evening.name(other=True)
    member = evening.open("member")
    member.watch(theirs, "group:nosuchgroupatall", "nonsense", "group:", "unknown:abc", age=120)
    member.settle(mine)
    tell(theirs)
    assert member.hears_nothing(mine)


@pytest.mark.parametrize("part", ["left", "removed", "elsewhere", "visitor", "coordinator"])
def test_those_outside_a_group_hear_nothing_of_it(evening: Evening, part: str) -> None:
    ear, inside = evening.open(part), evening.open("member")
    inside.settle(evening.name())
    ear.watch(evening.name(), age=120)
    ear.watch(evening.name("topic"))
    tell(evening.name())
    assert inside.hear() == [evening.name()]
    with pytest.raises(TimeoutError):
        ear.hear(0.7)


def test_what_changed_between_the_page_and_its_first_word_is_said_at_once(evening: Evening) -> None:
    first = evening.open("member")
    first.settle(evening.name())
    tell(evening.name())
    second = evening.open("facilitator")
    second.watch(evening.name(), age=5)
    assert second.hear() == [evening.name()]


def test_somebody_who_leaves_hears_nothing_from_then_on(evening: Evening) -> None:
    leaving, other = evening.open("greeter"), evening.open("facilitator")
    for ear in (leaving, other):
        ear.settle(evening.name())
    with evening.cast.looking_as("greeter") as person:
        groups.leave(evening.cast.group, by=person)
    assert other.hear() == [evening.name()]
    tell(evening.name())
    assert other.hear() == [evening.name()]
    with pytest.raises(TimeoutError):
        leaving.hear(0.7)


def test_a_page_closes_its_ears_when_the_session_ends(evening: Evening) -> None:
    from importlib import import_module

    from django.conf import settings
    from django.db import transaction

    from beside import wire

    person = evening.cast["member"]
    key = session_of(person)
    here, there = evening.open(session=key), evening.open("member")
    for ear in (here, there):
        ear.settle(evening.name())
    with transaction.atomic():
        import_module(settings.SESSION_ENGINE).SessionStore(key).delete()
        wire.retest(person.pk)
    assert closes(here) == 4401
    tell(evening.name())
    assert there.hear() == [evening.name()]
    assert Session.objects.count() == 0


def test_a_shared_device_that_rests_hears_nothing_more(evening: Evening) -> None:
    """Its session is still there; nobody asked for a page by which it would have ended."""
    key = session_of(evening.cast["member"], rests_in=6)
    ear = evening.open(session=key)
    ear.settle(evening.name())
    assert closes(ear) == 4401
    assert Stored.objects.filter(session_key=key).exists()
    assert closes(evening.open(session=key)) == 4401


def test_a_touch_in_another_tab_keeps_this_one_listening(evening: Evening) -> None:
    key = session_of(evening.cast["member"], rests_in=6)
    ear = evening.open(session=key)
    ear.settle(evening.name())
    store = SessionStore(key)
    store[stay.SEEN] = seen_so_that_it_rests(300)
    store.save()
    time.sleep(7.5)
    assert ear.hears_nothing(evening.name())


def test_whoever_listened_while_the_database_was_away_looks_at_everything(evening: Evening) -> None:
    ear = evening.open("member")
    ear.settle(evening.name())
    with roles.superuser(settings.HOME) as database:
        lost = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s"
        until(lambda: database.execute(lost, ["beside wire"]).fetchall())
    assert ear.hear(60) == []


@pytest.mark.parametrize("session", [None, "a" * 32])
def test_nobody_holds_no_line_open(evening: Evening, session: str | None) -> None:
    assert closes(evening.open(session=session)) == 4401


def test_wishes_that_come_too_fast_end_the_line(evening: Evening) -> None:
    ear = evening.open("member")
    for _ in range(live.MOST_WISHES + 1):
        ear.watch("group:nowhere")
    assert closes(ear) == 4429


def test_a_page_of_another_site_is_not_let_in(evening: Evening) -> None:
    for origin in ("https://example.org", "null", "http://127.0.0.1:1", ""):
        with pytest.raises(InvalidStatus) as refused:
            evening.open("member", headers={"Origin": origin})
        assert refused.value.response.status_code == 403


def test_a_host_that_is_not_ours_is_not_let_in(evening: Evening) -> None:
    from websockets.sync.client import connect

    address = evening.living.url.replace("http", "ws").replace("127.0.0.1", "127.0.0.2") + "/wire/"
    with pytest.raises((InvalidStatus, OSError)):
        connect(address, additional_headers={"Origin": "http://127.0.0.2"})


def test_words_that_are_too_long_or_make_no_sense_end_the_line(evening: Evening) -> None:
    for words in ("x" * (live.LONGEST_MESSAGE + 1), "not json", "[1]", "[" * 7000, ""):
        ear = evening.open("member")
        ear.socket.send(words)
        assert closes(ear) == 4429
    ear = evening.open("member")
    ear.socket.send("x" * 20_000)
    assert closes(ear) == 1009


def test_what_is_asked_is_read_with_care(evening: Evening) -> None:
    ear = evening.open("member")
    ear.socket.send(json.dumps({"watch": [1, None, {"a": 1}], "stop": 7, "age": "never"}))
    ear.socket.send(json.dumps({"watch": [f"group:{number}" for number in range(500)]}))
    ear.socket.send(json.dumps({"stop": [f"group:{number}" for number in range(500)]}))
    ear.settle(evening.name())
    tell(evening.name())
    assert ear.hear() == [evening.name()]


def test_one_session_holds_no_more_lines_than_it_needs(evening: Evening) -> None:
    key = session_of(evening.cast["member"])
    for _ in range(live.MOST_CONNECTIONS):
        evening.open(session=key)
    with pytest.raises(InvalidStatus):
        evening.open(session=key)
    evening.open("facilitator")


def test_the_stream_says_the_same_where_sockets_are_refused(evening: Evening) -> None:
    url = f"{evening.living.url}/wire/events/?watch={evening.name()}&age=0"
    key = session_of(evening.cast["member"])
    asked = urllib.request.Request(url, headers={"Cookie": f"beside={key}"})
    with urllib.request.urlopen(asked, timeout=90) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert stream.readline() == b": listening\n"
        lines: list[bytes] = []
        other = evening.open("member")
        other.settle(evening.name())  # by now the stream's own question was answered as well
        tell(evening.name())
        while not lines:
            line = stream.readline()
            lines += [line] * line.startswith(b"data: ")
    assert json.loads(lines[0][6:]) == {"again": [evening.name()]}


def test_a_stream_that_asks_for_too_much_hears_nothing() -> None:
    assert live._query(b"&".join([b"watch=group:x"] * 500)) == {}
    assert live._query(b"watch=group:x") == {"watch": ["group:x"]}


def test_the_stream_is_not_opened_for_another_site(evening: Evening) -> None:
    url = f"{evening.living.url}/wire/events/?watch={evening.name()}"
    for header in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(urllib.request.Request(url, headers=header), timeout=90)


def test_only_random_keys_travel(evening: Evening) -> None:
    """What a listener gets holds names of what they watch, and nothing else."""
    member = evening.open("member")
    member.settle(evening.name())
    tell("!retest:1", "group:somebody-elses", evening.name())
    assert json.loads(member.socket.recv(10)) == {"again": [evening.name()]}
