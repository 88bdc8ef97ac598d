"""Two at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, transaction
from django.test import Client, RequestFactory

from beside import wall
from beside.people import actions, throttle
from beside.people.models import Organisation, Person, Recovery, Role
from beside.people.tests.cast import PASSPHRASE, coordinator, open_house, somebody


def together(do: Callable[[int], Any], how_many: int) -> list[Any]:
    """Let `how_many` people do this at the same moment, each in a transaction of their own."""
    barrier = Barrier(how_many)

    def one(number: int) -> Any:
        try:
            barrier.wait(30)
            with transaction.atomic():
                return do(number)
        except Exception as refused:  # noqa: BLE001 - what was refused is the answer
            return type(refused).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(how_many) as people:
        return list(people.map(one, range(how_many)))


@pytest.mark.usefixtures("own_database")
def test_one_private_name_goes_to_one_person() -> None:
    open_house()

    def join(number: int) -> str:
        told = {"name": f"Wren {number}", "pebble": 1, "age_band": "26_64"}
        actions.join(sign_in="calm-harbour-4821", passphrase=PASSPHRASE, **told)  # type: ignore[arg-type]
        return "joined"

    assert sorted(together(join, 4)) == ["SignInTaken"] * 3 + ["joined"]
    assert Person.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_one_code_opens_once() -> None:
    open_house()
    wren = somebody()
    with wall.acting_as(wren.pk), transaction.atomic():
        code = actions.new_recovery_codes(instead_of="", by=wren)[0]

    def use(number: int) -> str:
        words = f"new words number {number}"
        actions.use_recovery_code(sign_in=wren.sign_in, code=code, passphrase=words)
        return "in"

    assert sorted(together(use, 4)) == ["CodeUnknown"] * 3 + ["in"]
    with transaction.atomic(), wall.house("test.spent"):
        assert Recovery.objects.exclude(used_at=None).count() == 1


@pytest.mark.usefixtures("own_database")
def test_two_tabs_make_one_set_of_codes() -> None:
    open_house()
    wren = somebody()

    def make(number: int) -> str:
        with wall.acting_as(wren.pk):
            actions.new_recovery_codes(instead_of="", by=wren)
        return "made"

    assert sorted(together(make, 3)) == ["CodesMadeMeanwhile"] * 2 + ["made"]
    with transaction.atomic(), wall.house("test.codes"):
        assert Recovery.objects.count() == 8


@pytest.mark.usefixtures("own_database")
def test_no_try_slips_past_the_count() -> None:
    waits = together(lambda _: throttle.count(throttle.LETTERS, "somebody"), 12)
    assert len([wait for wait in waits if wait == 0]) == throttle.LETTERS.tries


@pytest.mark.usefixtures("own_database")
def test_many_guesses_that_were_looked_at_together_count_one_by_one() -> None:
    here = RequestFactory().get("/sign-in/")
    counted = throttle.guess(here, "calm-harbour-4821")
    waits = together(lambda _: throttle.settle(counted, right=False), 12)
    assert len([wait for wait in waits if wait == 0]) == throttle.BY_PAIR.tries


class Looking(Argon2PasswordHasher):
    """Notes which locks are held while a passphrase is hashed."""

    held: ClassVar[list[int]] = []

    def verify(self, password: str, encoded: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_locks "
                "where locktype = 'advisory' and pid = pg_backend_pid()"
            )
            self.held.append(cursor.fetchone()[0])
        return super().verify(password, encoded)


@pytest.mark.django_db
def test_nobody_waits_for_the_hash_of_somebody_else(client: Client, settings: Any) -> None:
    open_house()
    somebody()
    settings.PASSWORD_HASHERS = [f"{__name__}.Looking"]
    client.post("/sign-in/", {"login": "calm-harbour-4821", "password": PASSPHRASE})
    assert Looking.held == [0]
    assert client.get("/me/").status_code == 200


@pytest.mark.usefixtures("own_database")
def test_two_coordinators_cannot_both_put_it_down() -> None:
    open_house()
    pair = [coordinator(), coordinator("kind-otter-2000")]

    def put_down(number: int) -> str:
        with wall.acting_as(pair[number].pk):
            actions.take_role(Role.objects.get(person=pair[number]), by=pair[number])
        return "down"

    assert sorted(together(put_down, 2)) == ["PermissionDenied", "down"]


@pytest.mark.usefixtures("own_database")
def test_a_house_is_begun_once() -> None:
    def begin(number: int) -> str:
        ours = {"name": f"House {number}", "country": "GB"}
        told = {
            "sign_in": f"kind-otter-200{number}",
            "passphrase": PASSPHRASE,
            "name": "Mo",
            "pebble": 1,
            "age_band": "26_64",
        }
        actions.begin(organisation=ours, person=told)
        return "begun"

    said = together(begin, 3)
    assert said.count("begun") == 1
    assert set(said) <= {"begun", "NotTheFirst", "PermissionDenied"}
    assert Organisation.objects.count() == Person.objects.count() == 1
