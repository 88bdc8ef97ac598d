"""Somebody comes back."""

from __future__ import annotations

import time
from datetime import timedelta
from statistics import median

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session as Stored
from django.core.cache import cache
from django.db import connection
from django.test import Client

from beside import wall
from beside.kernel import clock
from beside.people import known, throttle
from beside.people.models import Session
from beside.people.tests.cast import PASSPHRASE, open_house, signed_in, somebody

pytestmark = pytest.mark.django_db
NAME = "calm-harbour-4821"
WRONG = "wrong words here"


@pytest.fixture(autouse=True)
def house() -> None:
    open_house()


def try_once(client: Client, *, name: str = NAME, passphrase: str = WRONG, **more: str) -> str:
    said = {"login": name, "password": passphrase}
    return client.post("/sign-in/", said, **more).content.decode()  # type: ignore[arg-type]


def comes_in(client: Client, *, name: str = NAME, passphrase: str = PASSPHRASE) -> bool:
    """Whether these words open the door, on a device of their own."""
    said = {"login": name, "password": passphrase}
    return client.post("/sign-in/", said).status_code == 302


def besiege() -> None:
    """Somebody who knows the private name guesses from many addresses, until all have to wait."""
    counted = [(throttle.BY_NAME, NAME)]
    for _ in range(throttle.BY_NAME.tries):
        assert throttle.settle(counted, right=False) == 0


def test_the_private_name_and_the_passphrase_open_the_door(client: Client) -> None:
    somebody()
    answer = client.post("/sign-in/", {"login": " Calm Harbour-4821", "password": PASSPHRASE})
    assert (answer.status_code, answer["Location"]) == (302, "/today/")


def test_a_passphrase_kept_by_less_work_than_today_is_kept_anew(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = somebody()
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 3)
    for _ in range(2):
        assert comes_in(client)
    person.refresh_from_db()
    assert ",t=3," in person.password


def test_going_on_where_one_was_going(client: Client) -> None:
    somebody()
    said = {"login": NAME, "password": PASSPHRASE}
    answer = client.post("/sign-in/?next=/me/", {**said, "next": "/me/"})
    assert answer["Location"] == "/me/"
    for elsewhere in ("https://evil.example/", "//evil.example"):
        answer = Client().post("/sign-in/", {**said, "next": elsewhere})
        assert answer["Location"] == "/today/"


def test_a_wrong_passphrase_and_a_name_that_is_not_there_sound_alike(client: Client) -> None:
    somebody()
    known, unknown = try_once(client), try_once(client, name="nobody-here-1000")
    assert "do not fit together" in known
    assert (
        known.replace(NAME, "X").split("csrf")[0]
        == unknown.replace("nobody-here-1000", "X").split("csrf")[0]
    )
    assert "wrong words here" not in known


def test_it_takes_as_long_for_a_name_that_is_not_there(client: Client) -> None:
    somebody()

    def took(name: str) -> float:
        start = time.perf_counter()
        try_once(client, name=name)
        return time.perf_counter() - start

    took("warm-up-1000")
    times = [(took(NAME), took(f"nobody-here-{number}")) for number in range(3)]
    known, unknown = median(a for a, _ in times), median(b for _, b in times)
    assert 0.5 < known / unknown < 2


def test_after_many_tries_one_waits_even_with_the_right_words(client: Client) -> None:
    somebody()
    for _ in range(throttle.BY_PAIR.tries):
        assert "do not fit together" in try_once(client)
    assert "Please wait 15 minutes" in try_once(client, passphrase=PASSPHRASE)
    with clock.at(clock.now() + timedelta(seconds=throttle.BY_PAIR.seconds + 1)):
        assert (
            Client().post("/sign-in/", {"login": NAME, "password": PASSPHRASE}).status_code == 302
        )


def test_a_name_that_is_not_there_waits_just_the_same(client: Client) -> None:
    for _ in range(throttle.BY_PAIR.tries):
        try_once(client, name="nobody-here-1000")
    assert "Please wait 15 minutes" in try_once(client, name="nobody-here-1000")


def test_whoever_guesses_at_a_name_shuts_nobody_out_who_is_elsewhere(client: Client) -> None:
    somebody()
    for _ in range(throttle.BY_PAIR.tries + 1):
        page = try_once(client, REMOTE_ADDR="203.0.113.7")
    assert "Please wait" in page
    assert comes_in(client)


def test_many_who_guess_from_many_addresses_are_slowed_together(client: Client) -> None:
    somebody()
    besiege()
    for address in ("203.0.113.7", "198.51.100.9"):
        assert "Please wait 60 minutes" in try_once(client, REMOTE_ADDR=address)
    besieged = throttle.BY_NAME.seconds + 1
    with clock.at(clock.now() + timedelta(seconds=besieged)):
        assert comes_in(client)


def test_a_new_device_that_has_to_wait_is_told_by_what_it_may_come_in(client: Client) -> None:
    somebody()
    besiege()
    for name in (NAME, "nobody-here-1000"):
        for _ in range(throttle.BY_PAIR.tries):
            throttle.settle([(throttle.BY_PAIR, f"{name}:127.0.0.1")], right=False)
        assert "one of your recovery codes works at once" in try_once(client, name=name)
    for _ in range(throttle.BY_ADDRESS.tries):  # there they would have to wait as well
        throttle.settle([(throttle.BY_ADDRESS, "127.0.0.1")], right=False)
    page = try_once(client)
    assert "Please wait" in page
    assert "recovery codes works" not in page


def test_a_device_where_somebody_signed_in_before_is_never_shut_out() -> None:
    wren, mine = somebody(), Client()
    assert comes_in(mine)
    mine.post("/sign-out/")
    besiege()
    assert "Please wait" in try_once(Client(), passphrase=PASSPHRASE)
    assert comes_in(mine)
    cookie = mine.cookies[known.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/sign-in/", True, "Lax")
    number = cookie.value.partition(".")[0]
    assert NAME not in number
    assert number != str(wren.pk)


def test_a_known_device_guesses_no_faster_and_at_no_other_name() -> None:
    somebody()
    somebody("kind-otter-2000")
    mine = Client()
    assert comes_in(mine)
    mine.post("/sign-out/")
    for _ in range(throttle.BY_DEVICE.tries):
        assert "do not fit together" in try_once(mine)
    assert "Please wait 15 minutes" in try_once(mine, passphrase=PASSPHRASE)
    for _ in range(throttle.BY_PAIR.tries):
        try_once(mine, name="kind-otter-2000")
    assert "Please wait" in try_once(mine, name="kind-otter-2000")


def test_a_forged_device_is_a_strange_one(client: Client) -> None:
    somebody()
    besiege()
    for forged in ("a.b", "a" * 5000, ".", "\x00", f"{NAME}.{'0' * 64}"):
        client.cookies[known.COOKIE] = forged
        assert "Please wait" in try_once(client, passphrase=PASSPHRASE)


def test_a_shared_device_is_not_remembered_and_one_that_becomes_shared_is_forgotten() -> None:
    somebody()
    shared = Client()
    said = {"login": NAME, "password": PASSPHRASE, "shared_device": "on"}
    answer = shared.post("/sign-in/", said)
    assert answer.cookies[known.COOKIE].value == ""
    mine = Client()
    assert comes_in(mine)
    assert mine.cookies[known.COOKIE].value
    answer = mine.post("/me/device/", {"shared": "yes"})
    assert answer.cookies[known.COOKIE].value == ""
    assert answer.cookies[known.COOKIE]["path"] == "/sign-in/"


def test_another_passphrase_forgets_every_device_but_this_one() -> None:
    somebody()
    here, there = Client(), Client()
    for each in (here, there):
        assert comes_in(each)
    new = "seven other small words"
    here.post("/me/passphrase/", {"current": PASSPHRASE, "passphrase": new})
    besiege()
    for each in (here, there):
        each.post("/sign-out/")
    assert "Please wait" in try_once(there, passphrase=new)
    assert comes_in(here, passphrase=new)


def test_one_address_cannot_try_many_names(client: Client) -> None:
    limit = throttle.BY_ADDRESS
    where = "203.0.113.7"
    for _ in range(limit.tries):
        assert throttle.count(limit, where) == 0
    page = client.post(
        "/sign-in/", {"login": NAME, "password": "x" * 12}, headers={}, REMOTE_ADDR=where
    )
    assert "Please wait" in page.content.decode()
    assert "do not fit" in try_once(Client())


def test_the_counts_hold_neither_names_nor_addresses(client: Client) -> None:
    try_once(client)
    with connection.cursor() as cursor:
        cursor.execute("select cache_key, value from kernel_cache")
        kept = str(cursor.fetchall())
    for each in ("throttle:name:", "throttle:pair:", "throttle:address:"):
        assert each in kept
    assert NAME not in kept
    assert "127.0.0.1" not in kept


def test_yesterdays_counts_are_nobodys(client: Client) -> None:
    try_once(client)
    before = cache.get(f"throttle:salt:{clock.now():%Y-%m-%d}")
    with clock.at(clock.now() + timedelta(days=1)):
        try_once(client)
        assert cache.get(f"throttle:salt:{clock.now():%Y-%m-%d}") != before


def test_signing_in_gives_the_session_a_new_key(client: Client) -> None:
    somebody()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["beside"] = planted
    client.post("/sign-in/", {"login": NAME, "password": PASSPHRASE})
    assert client.session.session_key != planted
    assert not Stored.objects.filter(session_key=planted).exists()


def test_a_replayed_sign_in_form_gets_a_clear_answer() -> None:
    somebody()
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sign-in/")
    form = {
        "login": NAME,
        "password": PASSPHRASE,
        "csrfmiddlewaretoken": browser.cookies["beside_form"].value,
    }
    assert browser.post("/sign-in/", form).status_code == 302
    again = browser.post("/sign-in/", form)
    assert again.status_code == 403
    assert "Its key no longer fits" in again.content.decode()
    assert PASSPHRASE not in again.content.decode()
    assert browser.get("/me/").status_code == 200


def test_a_shared_device_closes_with_the_browser_and_rests_after_ten_minutes() -> None:
    somebody()
    browser = Client()
    answer = browser.post(
        "/sign-in/", {"login": NAME, "password": PASSPHRASE, "shared_device": "on"}
    )
    assert answer.cookies["beside"]["expires"] == ""
    now = clock.now()
    with clock.at(now + timedelta(minutes=9)):
        assert browser.get("/me/").status_code == 200
    with clock.at(now + timedelta(minutes=18)):
        assert browser.get("/me/").status_code == 200
    with clock.at(now + timedelta(minutes=29)):
        answer = browser.get("/g/abc/talk/def/")
        assert answer["Location"] == "/sign-in/rested/"
        words = browser.get("/sign-in/rested/").content.decode()
        assert "left alone for ten minutes" in words
        assert "abc" not in words
        assert browser.get("/me/").status_code == 302
    assert Stored.objects.count() == 0
    with wall.house("test.sessions"):
        assert Session.objects.count() == 0


def test_a_page_that_fetches_itself_does_not_keep_a_shared_device_awake() -> None:
    browser = signed_in(somebody())
    now = clock.now()
    for minute in (3, 6, 9):
        with clock.at(now + timedelta(minutes=minute)):
            assert browser.get("/me/", headers={"hx-request": "true"}).status_code == 200
    with clock.at(now + timedelta(minutes=11)):
        answer = browser.get("/me/", headers={"hx-request": "true"})
        assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in/rested/")


def test_a_device_of_ones_own_stays_two_weeks() -> None:
    somebody()
    browser = Client()
    answer = browser.post("/sign-in/", {"login": NAME, "password": PASSPHRASE})
    assert answer.cookies["beside"]["max-age"] == 14 * 24 * 3600
    with clock.at(clock.now() + timedelta(days=5)):
        assert browser.get("/me/").status_code == 200


def test_signing_out_needs_a_button_and_forgets_the_place() -> None:
    browser = signed_in(somebody())
    assert "Sign out?" in browser.get("/sign-out/").content.decode()
    assert browser.get("/me/").status_code == 200
    assert browser.post("/sign-out/")["Location"] == "/"
    assert browser.get("/me/").status_code == 302
    with wall.house("test.sessions"):
        assert Session.objects.count() == 0


def test_leaving_quickly_ends_the_session() -> None:
    browser = signed_in(somebody())
    browser.post("/leave/")
    assert Stored.objects.count() == 0
    assert browser.get("/me/").status_code == 302


def test_each_place_is_told_in_words_and_can_be_ended() -> None:
    wren = somebody()
    here = signed_in(wren, agent="Mozilla/5.0 (Android 14; Mobile; rv:140.0) Firefox/140.0")
    there = signed_in(
        wren, agent="Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    )
    page = here.get("/me/").content.decode()
    assert "Firefox on Android" in page
    assert "Chrome on Windows" in page
    with wall.acting_as(wren.pk):
        session = Session.objects.visible_to(wren).get(device="Chrome on Windows")
    assert here.post(f"/me/sessions/{session.key}/end/").status_code == 302
    assert there.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else() -> None:
    wren = somebody()
    mine = signed_in(wren)
    other = signed_in(somebody("kind-otter-2000"))
    with wall.house("test.key"):
        key = Session.objects.get(person=wren).key
    assert other.post(f"/me/sessions/{key}/end/").status_code == 404
    assert mine.get("/me/").status_code == 200


def test_everywhere_else_at_once() -> None:
    wren = somebody()
    here, there, yonder = (signed_in(wren) for _ in range(3))
    here.post("/me/sessions/end/")
    assert [each.get("/me/").status_code for each in (here, there, yonder)] == [200, 302, 302]


@pytest.mark.parametrize("address", ["/sign-in/", "/join/", "/sign-in/code/"])
def test_ten_megabytes_get_a_clear_answer(client: Client, address: str) -> None:
    answer = client.post(address, {"login": NAME, "password": "x" * 10_000_000})
    assert answer.status_code in {400, 413}
    assert "x" * 100 not in answer.content.decode()


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"login": "\x00", "password": "\x00"},
        {"login": "a" * 5000, "password": "b" * 5000},
        {"login": "🌊" * 50, "password": "words"},
        {"login": ["a", "b"], "password": "words", "next": "\r\nSet-Cookie: a=b"},
    ],
)
def test_a_malformed_sign_in_gets_a_clear_answer(client: Client, broken: dict[str, object]) -> None:
    answer = client.post("/sign-in/", broken)
    assert answer.status_code == 200
    assert "Not sent yet" in answer.content.decode()


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "not json", '{"id": 7}', "\x00"])
def test_a_forged_passkey_gets_a_clear_answer(client: Client, answer: str) -> None:
    told = client.get("/sign-in/passkey/", HTTP_HOST="localhost").json()
    assert set(told["publicKey"]) >= {"challenge", "rpId", "userVerification"}
    assert told["publicKey"].get("allowCredentials", []) == []
    posted = client.post("/sign-in/passkey/answer/", {"credential": answer}, HTTP_HOST="localhost")
    assert posted["Location"] == "/sign-in/"
    assert "not known here" in client.get("/sign-in/").content.decode()
