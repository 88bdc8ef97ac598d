"""Who came within thirty days reads thirty days back; everybody else reads everything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from beside import wall
from beside.forum import policy
from beside.forum.models import Feeling, Post, Topic
from beside.forum.tests.writing import reply, share
from beside.kernel import clock
from beside.people.models import Person
from tests.cast import Cast, member_of, somebody


@pytest.fixture
def tess(cast: Cast) -> Person:
    person = somebody("tess")
    member_of(cast.group, person, "Tess", 4)
    return person


@pytest.fixture
def old(cast: Cast) -> Post:
    """Something shared five weeks ago, and answered today."""
    with clock.at(cast.now - timedelta(days=35)):
        return share(cast, words="Five weeks ago I sat on the stairs.")


def seen(person: Person) -> dict[str, int]:
    """How much of each this person sees; code and database say the same."""
    counts = {}
    for model in (Topic, Post, Feeling):
        with wall.house("test.look"):
            told = set(model.objects.visible_to(person).values_list("pk", flat=True))
        with wall.acting_as(person.pk):
            assert set(model.objects.values_list("pk", flat=True)) == told
        counts[model.__name__] = len(told)
    return counts


def test_a_newcomer_reads_what_was_begun_within_thirty_days(
    cast: Cast, tess: Person, old: Post
) -> None:
    share(cast, words="Today I sat on the stairs again.")
    assert seen(tess)["Topic"] == 1
    assert seen(cast["member"])["Topic"] == 2
    client = Client()
    client.force_login(tess)
    page = client.get(f"/g/{cast.group.key}/talk/").content.decode()
    assert "Today I sat" in page
    assert "Five weeks ago" not in page
    assert "older talk opens to you as well" in page
    assert client.get(f"/g/{cast.group.key}/talk/{old.topic.key}/").status_code == 404
    with wall.acting_as(tess.pk):
        assert not policy.may_read(tess, old.topic)
        assert not policy.may_answer(tess, old.topic)


def test_after_thirty_days_everything_is_open(cast: Cast, old: Post) -> None:
    bryony = somebody("bryony")
    with clock.at(cast.now - timedelta(days=31)):
        member_of(cast.group, bryony, "Bryony", 5)
    assert seen(bryony) == seen(cast["member"])


def test_a_greeter_reads_everything_from_the_first_day(cast: Cast, tess: Person, old: Post) -> None:
    from beside.groups import actions as groups
    from beside.groups.models import Membership
    from beside.groups.words import Part

    with wall.acting_as(cast["coordinator"].pk):
        with wall.house("test.look"):
            place = Membership.objects.get(persona__name="Tess", group=cast.group)
        groups.change_part(place, Part.GREETER, by=cast["coordinator"])
    assert seen(tess) == seen(cast["member"])


def test_an_answer_of_today_does_not_open_an_old_topic(cast: Cast, tess: Person, old: Post) -> None:
    reply(cast, old.topic)
    assert seen(tess) == {"Topic": 0, "Post": 1, "Feeling": 0}
    client = Client()
    client.force_login(tess)
    assert client.get(f"/g/{cast.group.key}/talk/{old.topic.key}/").status_code == 404
