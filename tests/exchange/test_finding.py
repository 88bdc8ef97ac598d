"""The finder as somebody meets it, with listings beside our own groups: it always answers."""

from __future__ import annotations

import json
import re
from datetime import time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from beside import wall
from beside.exchange import commands
from beside.finding import looking, matching
from beside.finding.matching import Wish
from beside.groups.models import Group
from beside.kernel import clock
from beside.meetings.models import Door, Meeting, Schedule, Venue
from tests.exchange.long_way import by_the_long_way, known

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(cast, tmp_path):
    """Thirty more groups that are listed elsewhere, around Homerton, one a weekday hour."""
    rows = [
        {"name": f"Walk {n}", "slug": f"walk-{n}", "day": n % 7, "time": f"{7 + n % 14:02}:00",
         "timezone": "Europe/London", "city": "London", "postal_code": "E9 6SR",
         "regions": ["London", "Homerton"], "latitude": 51.5467, "longitude": -0.0423,
         "approximate": "no", "types": []}
        for n in range(30)
    ]  # fmt: skip
    file = tmp_path / "walks.json"
    file.write_text(json.dumps(rows))
    assert commands.main(["meetings", str(file), "--yes"]) == 0
    return cast


def page(client, **asked):
    return client.get("/find/", asked).content.decode()


def test_somebody_without_an_account_finds_a_group_and_reads_why(client, cast):
    words = page(client, experience=["depression", "anxiety"])
    assert "1 group could be a fit" in words
    assert "Tuesday Lanterns" in words
    assert "Depression and anxiety both come up here." in words
    assert "The Long Table" not in words


def test_before_anything_is_asked_no_group_claims_to_fit(client, cast):
    words = page(client)
    assert words.count("card res") == words.count('class="why"') == 2
    assert "It meets " in words
    assert "Why this one" not in words


@pytest.mark.parametrize(
    ("asked", "why"),
    [({"way": "call"}, "It meets in a video or voice call."),
     ({"way": "in_person"}, "It meets in person."),
     ({"near": "40.7,-74.0"}, "You can come from wherever you are."),
     ({"language": "en"}, "People speak English.")],
)  # fmt: skip
def test_whatever_is_asked_each_group_says_why_it_is_there(client, cast, asked, why):
    words = page(client, **asked)
    assert words.count("card res") == words.count("Why this one") > 0
    assert why in words


def test_a_group_that_is_not_listed_or_has_closed_is_never_found(client, cast):
    with wall.house("test.close"):
        Group.objects.filter(pk=cast.group.pk).update(listed=False)
        Group.objects.filter(pk=cast.other_group.pk).update(closed_at=clock.now())
    words = page(client)
    assert "No group is open here yet" in words
    assert "There would be" not in words
    client.force_login(cast["member"])
    assert "Tuesday Lanterns" not in page(client)


def test_a_cancelled_meeting_is_not_what_comes_next(client, cast):
    with wall.house("test.cancel"):
        Meeting.objects.filter(group=cast.other_group).update(state="cancelled")
    assert "The Long Table" not in page(client, day=[str(n) for n in range(7)])


def test_where_no_place_is_left_one_may_wait_for_one(client, cast):
    with wall.house("test.full"):
        Meeting.objects.filter(group=cast.group).update(places=0)
    full, other = re.findall(r"<article.*?</article>", page(client), re.DOTALL)
    if "Tuesday Lanterns" not in full:
        full, other = other, full
    assert "No place left this time" in full
    assert "Wait for a place" in full
    assert "Visit once" not in full
    assert "Wait for a place" not in other


@pytest.mark.parametrize(
    ("part", "path", "way"),
    [("member", "/venues/", "/find/"), ("coordinator", "/imports/", "/desk/")],
)
def test_the_header_says_where_one_is(client, cast, part, path, way):
    client.force_login(cast[part])
    words = client.get(path).content.decode()
    assert re.search(rf'href="{way}"[^>]*aria-current="true"', words)


@pytest.mark.parametrize(
    "asked",
    [{"experience": "nonsense"}, {"day": "9"}, {"km": "-3"}, {"km": "x", "place": "London"},
     {"near": "1e9,0"}, {"near": "51.5"}, {"near": "999,999"}, {"zone": "Mars/Base"},
     {"after": "nobody"}, {"place": "\x00'; drop table"}, {"place": "x" * 5000},
     {"place": "😀"}, {"language": "%%"}, {"way": ["call"] * 50}],
)  # fmt: skip
def test_whatever_an_address_holds_the_finder_answers(client, cast, asked):
    assert client.get("/find/", asked).status_code == 200


def test_the_list_alone_is_answered_to_a_page_that_is_open_and_forgets_the_position(client, cast):
    asked = {"near": "51.5467,-0.0423", "way": "call"}
    answer = client.get("/find/", asked, headers={"HX-Request": "true"})
    words = answer.content.decode()
    assert words.lstrip().startswith("<section")
    assert answer.headers["HX-Replace-Url"] == "?way=call"
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}


def test_nothing_that_was_asked_is_kept(client, cast):
    client.get("/find/", {"experience": "grief", "place": "London", "near": "51.5,-0.1"})
    assert client.cookies.keys() <= {"beside_form"}


def test_more_groups_follow_without_one_twice_or_missing(client, listed):

    seen, after = [], ""
    for _page in range(3):
        words = page(client, experience="addiction", after=after)
        seen += re.findall(r"data-words>(Walk \d+)<", words)
        more = re.search(r"after=([a-z0-9]+)", words)
        if more is None:
            break
        after = more[1]
    assert sorted(seen) == sorted(f"Walk {n}" for n in range(30))


def test_a_place_is_known_by_town_part_postcode_and_half_a_postcode(client, listed):
    for place in ("London", "homerton", "E9 6SR", "e9 6sr", " E9 "):
        assert "30 groups could be a fit" in page(client, experience="addiction", place=place)
    assert "We do not know that place" in page(client, place="Atlantis")


def test_an_unknown_place_leaves_distance_out_and_offers_what_is_spelled_almost_so(client, listed):
    words = page(client, experience="addiction", place="Hommerton")
    assert "30 groups could be a fit" in words
    assert "place=Homerton" in words


def test_the_questions_to_the_database_do_not_grow(client, listed, django_assert_num_queries):
    nothing = {"experience": "addiction", "day": "1", "part": "night", "safety": "older"}
    for asked, questions in (
        ({}, 10),
        ({"experience": "addiction"}, 10),
        ({"experience": "addiction", "day": "1"}, 10),
        (nothing, 13),
    ):
        with django_assert_num_queries(questions):
            client.get("/find/", asked)


def test_what_is_listed_elsewhere_says_so_and_offers_no_visit(client, listed):
    words = page(client, experience="addiction")
    assert "Listed by walks, read on" in words
    assert "Visit once" not in words


@pytest.fixture
def of_every_kind(listed):
    """Groups in writing, by appointment, hybrid, once a month, at night, with and without access,
    at venues whose exact point is public, hidden or unknown."""
    with wall.house("test.kinds"):
        for n, ways in enumerate([["writing"], ["call"], ["in_person", "writing"], ["telephone"]]):
            told = {"experiences": ["wellness"], "safety": ["newcomers"] * (n % 2), "ways": ways}
            Group.objects.create(
                slug=f"kind-{n}", name=f"Kind {n}", languages=["en"], access=["quiet"] * (n // 2),
                **told,
            )  # fmt: skip
        for n in range(24):
            _meets_now_and_then(n)
    return listed


def _meets_now_and_then(n: int) -> None:
    """One group with a rule, a venue and a few meetings, each number a little different."""
    group = Group.objects.create(
        slug=f"now-{n}", name=f"Now {n}", experiences=[["grief"], ["addiction", "wellness"]][n % 2],
        ways=[["in_person"], ["hybrid"], ["call", "writing"]][n % 3],
        languages=["en", "pl"][: 1 + n % 2], access=[[], ["quiet"], ["step_free"]][n % 3],
    )  # fmt: skip
    venue = Venue.objects.create(
        name=f"Hall {n}", access=[["step_free"], ["quiet", "step_free"], []][n % 3],
        latitude=None if n == 9 else round(51.5467 + n / 40, 2),
        longitude=None if n == 9 else -0.04,
    )  # fmt: skip
    Door.objects.create(
        venue=venue, public=n % 4 == 0, latitude=None if n == 4 else 51.5467 + n / 41,
        longitude=-0.043,
    )  # fmt: skip
    weekly = {"frequency": "weekly", "interval": 1 + (n % 5 == 0)}
    way = ["in_person", "hybrid", "call"][n % 3]
    rule = Schedule.objects.create(
        group=group, way=way, venue=venue, zone="Europe/London", first_on=clock.now().date(),
        at=time(12), minutes=60, **({"frequency": "monthly"} if n % 7 == 0 else weekly),
    )  # fmt: skip
    for turn in range(3):
        starts = clock.now() + timedelta(days=1 + n + 9 * turn, hours=5 * n + 1)
        Meeting.objects.create(
            group=group, schedule=rule if n % 6 else None, original_on=starts.date(),
            on=starts.date(), at=starts.time(), zone="Europe/London", starts_at=starts,
            ends_at=starts + timedelta(hours=1), venue=venue,
            way="call" if n == 10 and turn else way,
            state="cancelled" if n % 8 == 0 and turn == 0 else "planned",
        )  # fmt: skip


ALL_OF_IT: list[dict[str, list[object]]] = [
    {"experiences": [[], ["addiction"], ["addiction", "depression"], ["no_name", "grief"]],
     "ways": [[], ["call"], ["writing"], ["in_person", "hybrid"], ["telephone", "writing"]],
     "safety": [[], ["newcomers"]], "languages": [[], ["pl"]]},
    {"experiences": [[], ["no_name"], ["grief", "addiction"]],
     "ways": [[], ["call"], ["in_person"], ["in_person", "call"], ["hybrid"], ["writing"]],
     "point": [None, (51.5467, -0.0423), (51.7, -0.04)], "km": [3.0, 50.0],
     "access": [[], ["step_free"], ["quiet", "step_free"]]},
    {"ways": [[], ["call"], ["in_person"], ["in_person", "writing"]],
     "days": [[], [0, 1, 2, 3, 4], [5, 6]], "parts": [[], ["evening"], ["morning", "night"]],
     "point": [None, (51.6, -0.04)], "km": [10.0], "access": [[], ["quiet"]]},
]  # fmt: skip


@pytest.mark.parametrize("asked", ALL_OF_IT)
@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Kolkata"])
def test_the_database_says_what_the_long_way_says(of_every_kind, asked, zone):
    """How many, which, in which order and why: for wishes of every kind over groups of every kind,
    with every single meeting of the coming weeks looked at."""
    where, some = ZoneInfo(zone), 0
    with clock.at(clock.now()):
        for said in product(*asked.values()):
            told = dict(zip(asked, said, strict=True))
            wish = Wish(**{
                name: frozenset(each) if isinstance(each, list) else each
                for name, each in told.items()
            })  # fmt: skip
            found = matching.find(by_the_long_way(where), wish)
            after, seen = "", []
            while True:
                count, shown, after = looking.look(wish, where, after)
                seen += [known(match) for match, _group in shown]
                if not after:
                    break
            assert (count, seen) == (len(found), [known(match) for match in found]), wish
            assert looking.counts([wish], where) == [len(found)], wish
            some += bool(found)
    assert some > 20
