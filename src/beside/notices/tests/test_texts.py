"""Texts to people without an account: through the operator's gateway and nobody else's, once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import ProgrammingError, transaction

from beside import wall
from beside.kernel import clock
from beside.notices import texts
from beside.notices.clock import let_go, send_texts
from beside.notices.models import Text
from beside.people import gateway
from tests.cast import PARTS, Cast
from tests.gateway import JSON, Gateway, certificate, listening, use
from tests.living import free_port, until

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
NUMBER = "+447400123456"
WORDS = "Coming up: Wed 25 Nov, 18:30 & “more”."
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known() -> Iterator[dict[int, texts.Said | None]]:
    """What is said to whom, as an app above would know it."""
    said: dict[int, texts.Said | None] = {7: texts.Said(NUMBER, WORDS, LONDON)}
    texts.register("test.text", says=lambda whom, args: said[whom])
    yield said
    del texts._kinds["test.text"]


def leave(dedupe: str = "one", whom: int = 7, hours: float = 5, **more: Any) -> None:
    with transaction.atomic(), clock.at(NOW):
        until = NOW + timedelta(hours=hours)
        texts.leave([whom], "test.text", dedupe=dedupe, args={}, until=until, **more)


def send(minutes: float = 0) -> None:
    with clock.at(NOW + timedelta(minutes=minutes)):
        send_texts()


def states() -> list[str]:
    with transaction.atomic(), wall.house("test.states"):
        return list(Text.objects.order_by("pk").values_list("state", flat=True))


# What is handed over ---------------------------------------------------------------------------


def test_a_text_is_handed_over_as_a_form_or_as_json(there: Gateway, settings: Any) -> None:
    leave("form")
    send()
    settings.TEXT_GATEWAY_BODY = JSON
    leave("json")
    send()
    assert there.texts == [(NUMBER, WORDS)] * 2
    assert "From=%2B447400000001" in there.asked[0][1]  # as the operator wrote it, encoded for them
    assert states() == ["sent", "sent"]


def test_no_number_and_no_words_stand_in_the_address_or_in_the_queue(there: Gateway) -> None:
    leave()
    with transaction.atomic(), wall.house("test.row"):
        row = str(Text.objects.values().get())
    send()
    for secret in ("7400123456", "Coming up"):
        assert secret not in row
        assert secret not in there.asked[0][0]


def test_words_with_a_blank_in_them_fill_nothing() -> None:
    kind, body = gateway.filled('{"m": "{words}", "t": ["{digits}"]}', NUMBER, "{to} {key}", "k")
    assert (kind, body) == ("application/json", '{"m": "{to} {key}", "t": ["447400123456"]}')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TEXT_GATEWAY_URL", "sms.example.org"),
        ("TEXT_GATEWAY_URL", "https://sms.example.org:port/"),
        ("TEXT_GATEWAY_URL", "https://sms.example.org/send text"),
        ("TEXT_GATEWAY_URL", "https://me:secret@sms.example.org/"),
        ("TEXT_GATEWAY_URL", "https://sms.example.org/?to={to}"),
        ("TEXT_GATEWAY_BODY", "To={to}"),
        ("TEXT_GATEWAY_BODY", '{"to": "{to}", "text": {words}}'),
        ("TEXT_GATEWAY_HEADER", "a key without a name"),
    ],
)
def test_settings_that_will_not_do_are_as_none_and_said(
    there: Gateway, settings: Any, name: str, value: str
) -> None:
    setattr(settings, name, value)
    assert gateway.fault().startswith(name)
    assert "secret" not in gateway.fault()
    leave()
    send()
    assert (there.asked, states()) == ([], [])


def test_without_a_gateway_nothing_is_left_and_nobody_is_asked(settings: Any) -> None:
    assert not gateway.is_set()
    leave()
    send()
    assert states() == []


def test_no_proxy_is_asked(there: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    leave()
    send()
    assert there.texts == [(NUMBER, WORDS)]


def test_nobody_is_followed_elsewhere(there: Gateway) -> None:
    with listening() as other:
        there.status, there.elsewhere = 307, other.url
        leave()
        send()
        assert (len(there.asked), other.knocks) == (1, 0)
    assert states() == ["waiting"]


def test_a_certificate_is_trusted_only_when_somebody_vouches_for_it(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = certificate(tmp_path)
    with listening(signed) as one:
        use(settings, one)
        leave()
        send()
        assert (one.asked, states()) == ([], ["waiting"])
        monkeypatch.setenv("SSL_CERT_FILE", str(signed))  # the operator's own authority
        send()
        assert (one.texts, states()) == ([(NUMBER, WORDS)], ["sent"])


# Once, in time, and truthfully -----------------------------------------------------------------


def test_the_same_is_texted_once_and_vanishes_with_its_transaction(there: Gateway) -> None:
    leave()
    leave()
    with transaction.atomic():
        until = NOW + timedelta(hours=1)
        texts.leave([7], "test.text", dedupe="two", args={}, until=until)
        transaction.set_rollback(True)
    send()
    send()
    assert len(there.asked) == 1


def test_what_is_not_due_waits_and_what_is_stale_does_not_go(there: Gateway) -> None:
    leave("evening", due=NOW + timedelta(hours=2))
    send(119)
    assert there.asked == []
    send(6 * 60)
    assert (there.asked, states()) == ([], ["not"])


def test_what_is_no_longer_so_is_not_said(
    there: Gateway, known: dict[int, texts.Said | None]
) -> None:
    leave()
    known[7] = None
    send()
    assert (there.asked, states()) == ([], [])


def test_where_no_text_may_go_by_itself_none_goes(
    there: Gateway, known: dict[int, texts.Said | None]
) -> None:
    leave()
    known[7] = texts.Said("", WORDS, LONDON)
    send()
    assert (there.asked, states()) == ([], ["not"])


def test_while_no_gateway_answers_texts_wait_unblamed(there: Gateway, settings: Any) -> None:
    url, settings.TEXT_GATEWAY_URL = there.url, f"http://127.0.0.1:{free_port()}/"
    leave()
    send()
    assert states() == ["waiting"]
    settings.TEXT_GATEWAY_URL = url
    send()
    assert (len(there.asked), states()) == (1, ["sent"])


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_gateway_that_does_not_know_us_blames_no_text(there: Gateway, status: int) -> None:
    there.status = status
    leave("one")
    leave("two")
    send()
    assert (len(there.asked), states()) == (1, ["waiting"] * 2)


def test_a_gateway_in_trouble_is_asked_again_and_not_for_ever(there: Gateway) -> None:
    there.status = 500
    leave(hours=24)
    tried = [0, 1, 3, 7, 15, 31, 63, 127, 255]
    for minutes in tried:
        send(minutes - 0.1)
        send(minutes)
    assert (len(there.asked), states()) == (len(tried), ["not"])
    assert len(set(there.known)) == 1  # one text, always by the same key


def test_it_goes_when_the_trouble_is_over(there: Gateway) -> None:
    there.status = 503
    leave()
    send()
    there.status = 202
    send(1)
    assert states() == ["sent"]


def test_a_number_that_the_gateway_does_not_take_is_known_at_once(there: Gateway) -> None:
    there.status = 400
    leave()
    send()
    send(1)
    assert (len(there.asked), states()) == (1, ["not"])


@pytest.mark.parametrize("trouble", [{"hangs_up": True}, {"waits": 1.0}], ids=["hangs up", "slow"])
def test_where_no_answer_comes_it_is_not_texted_again_and_somebody_rings(
    there: Gateway, monkeypatch: pytest.MonkeyPatch, trouble: dict[str, Any]
) -> None:
    monkeypatch.setattr(gateway, "ANSWER", 0.3)
    for name, value in trouble.items():
        setattr(there, name, value)
    leave()
    send()
    send(300)
    assert (len(there.asked), states()) == (1, ["unsure"])


def test_what_cannot_be_worded_stops_nobody_elses_text(
    there: Gateway, known: dict[int, texts.Said | None], caplog: pytest.LogCaptureFixture
) -> None:
    leave("broken", whom=8)  # nobody knows them: a fault of ours
    leave("whole")
    send()
    assert (there.texts, states()) == ([(NUMBER, WORDS)], ["waiting", "sent"])


@pytest.mark.parametrize("status", [201, 307, 400, 401, 500])
def test_no_log_holds_a_number_words_or_our_key(
    there: Gateway, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    there.status = status
    with caplog.at_level(logging.DEBUG):
        leave()
        send()
    for secret in ("7400123456", "Coming up", "a-key-of", "account-4711"):
        assert secret not in caplog.text


def test_texts_are_for_the_house_alone(there: Gateway, cast: Cast) -> None:
    leave()
    for part in PARTS:
        with cast.looking_as(part), pytest.raises(ProgrammingError), transaction.atomic():
            Text.objects.exists()


def test_texts_go_30_days_after_they_were_of_use(there: Gateway) -> None:
    leave()
    send()
    for days, left in ((30, 1), (31, 0)):
        with clock.at(NOW + timedelta(days=days)):
            let_go(0)
        assert len(states()) == left


def test_a_knock_hands_nothing_over(there: Gateway) -> None:
    gateway.probe()
    until(lambda: there.knocks == 1)
    assert there.asked == []
