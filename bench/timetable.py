"""Finder, timetables, lists and feed with 10,000 groups of our own and 100,000 meetings to come.

    python -m bench.timetable                    # about a minute to fill, then one line a page
    python -m bench.timetable --groups 1000      # smaller, to see what grows

Measured without a network, one request at a time, as a stranger and as a coordinator: the middle by
the clock, and CPU of the application and of its database process, which a busy machine disturbs
less; the feed also by the memory it takes beyond what the process has already. List pages should
stay under 60 ms. At the end a coordinator cancels one day of all groups, with two people in each.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import random
import re
import statistics
import time
import tracemalloc
from datetime import date, timedelta
from datetime import time as hour
from typing import Any

from bench import scratch

WEEKS = 10
NEAR = {"experience": "grief", "way": "in_person", "near": "51.54,-0.04", "km": "3",
        "day": "weekdays", "part": "evening", "zone": "Europe/London"}  # fmt: skip
PAGES = {
    "finder, near, weekday evening": ("/find/", NEAR),
    "finder, by postcode": ("/find/", {**NEAR, "near": "", "place": "E5 1AA"}),
    "finder, within 50 km": ("/find/", {"experience": "grief", "near": "51.54,-0.04", "km": "50"}),
    "finder, one language, calls": ("/find/", {"language": "pl", "way": "call"}),
    "finder, everything": ("/find/", {}),
    "finder, all evenings": ("/find/", {"part": "evening"}),
    "finder, all step-free": ("/find/", {"access": "step_free"}),
    "finder, weekends within 50 km": (
        "/find/",
        {"way": "in_person", "near": "51.54,-0.04", "km": "50", "day": "weekend"},
    ),
    "finder, nothing fits": ("/find/", {**NEAR, "safety": ["older", "lgbtq"]}),
    "a group's face": ("/groups/group-77/", {}),
    "timetable for a frame": ("/embed/timetable/", {}),
    "timetable, three groups": (
        "/embed/timetable/",
        {"group": ["group-5", "group-70", "group-300"]},
    ),
    "calendar of a group": ("/groups/group-77/calendar.ics", {}),
    "printed, today": ("/timetable/", {}),
    "printed, later on Tuesday": ("/timetable/", {"day": "1", "after": "183000-group-5"}),
    "printed, every day": ("/timetable/", {"day": "-1"}),
    "printed, a part of town whole": ("/timetable/", {"place": "part 7"}),
    "printed, one town": ("/timetable/", {"place": "London", "day": "4"}),
    "a venue": ("/venues/{venue}/", {}),
    "printed, of a venue": ("/venues/{venue}/timetable/", {}),
}
AS_COORDINATOR = {
    "today, for a coordinator": ("/today/", {}),
    "the desk": ("/desk/", {}),
    "the week": ("/week/", {}),
    "the week, later on a day": ("/week/", {"after": "600"}),
    "the week, uncovered": ("/week/", {"uncovered": ""}),
    "holidays": ("/rest/", {}),
    "holidays, one day": ("/rest/", {"first": "{day}", "last": "{day}", "reason": "Rest."}),
    "holidays, two weeks": ("/rest/", {"first": "{day}", "last": "{later}", "reason": "Rest."}),
    "venues": ("/venues/", {}),
    "venues, further on": ("/venues/", {"after": "5000"}),
    "imports": ("/imports/", {}),
    "printed, for a coordinator": ("/timetable/", {}),
}
EXPERIENCES = ("depression", "anxiety", "bipolar", "grief", "addiction", "sleep", "wellness")


def main() -> None:
    """Fills, then measures every page and the feed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--profile", help="the name of a page: where its time goes")
    told = parser.parse_args()
    with scratch.database():
        _fill(told.groups)
        if told.profile:
            _profile(told.profile, told.rounds)
        else:
            _pages(told.rounds)
            _holidays()
            _feed()


def _fill(groups: int) -> None:
    """Groups around London, each with its meetings: seven in eight every week, the others every
    other week or once a month; two in five in a call."""
    from django.db import connection, transaction

    from beside import wall
    from beside.groups.models import Group
    from beside.kernel import clock
    from beside.meetings.models import Door, Meeting, Schedule, Venue
    from beside.meetings.occurrences import occurrences

    connection.settings_dict["NAME"] = "beside_template"
    chance = random.Random(7)  # noqa: S311 - the same groups every time
    began = time.perf_counter()
    with transaction.atomic(), wall.house("bench.fill"):
        made = Group.objects.bulk_create(
            [_group(Group, number, chance) for number in range(groups)], batch_size=1000
        )
        places = [_venue(Venue, number, chance) for number in range(groups)]
        Venue.objects.bulk_create(places, batch_size=1000)
        Door.objects.bulk_create(
            [_door(Door, place, number) for number, place in enumerate(places)], batch_size=1000
        )
        rules = [
            _rule(Schedule, group, place, chance) for group, place in zip(made, places, strict=True)
        ]
        Schedule.objects.bulk_create(rules, batch_size=1000)
        now = clock.now()
        for begin in range(0, groups, 1000):
            rows = [
                row
                for rule in rules[begin : begin + 1000]
                for row in occurrences(rule, after=now, until=now + timedelta(weeks=WEEKS))
            ]
            Meeting.objects.bulk_create(rows, batch_size=1000)
            _held(rows[::2], now)
    analyse()
    with connection.cursor() as cursor:
        cursor.execute("select (select count(*) from groups_group), count(*) from meetings_meeting")
        told = cursor.fetchone()
    print(f"{told[0]} groups, {told[1]} meetings in {time.perf_counter() - began:.0f} s")


def _group(model: Any, number: int, chance: random.Random) -> Any:
    return model(
        slug=f"group-{number}",
        name=f"Group {number}",
        about="A cup of tea, an hour, and people who know what it is like.",
        experiences=sorted(chance.sample(EXPERIENCES, 2)),
        ways=["call" if number % 5 < 2 else "in_person"],
        safety=["women"] if number % 9 == 0 else [],
        access=["step_free"] if number % 3 == 0 else [],
        languages=["en", "pl"] if number % 20 == 0 else ["en"],
    )


def _venue(model: Any, number: int, chance: random.Random) -> Any:
    return model(
        name=f"Hall {number}",
        neighbourhood=f"Part {number % 90}",
        town="London",
        postcode=f"E{number % 20} {number % 9}AA",
        country="GB",
        latitude=round(51.5 + chance.uniform(-0.25, 0.25), 2),
        longitude=round(-0.1 + chance.uniform(-0.4, 0.4), 2),
    )


def _door(model: Any, place: Any, number: int) -> Any:
    return model(
        venue=place, address=f"{number} Mill Road", public=number % 2 == 0,
        latitude=place.latitude + 0.001, longitude=place.longitude + 0.001,
    )  # fmt: skip


def _rule(model: Any, group: Any, place: Any, chance: random.Random) -> Any:
    way, number = group.ways[0], int(group.slug.split("-")[1])
    often = {0: {"interval": 2}, 1: {"frequency": "monthly", "day": "1"}}.get(number % 16, {})
    day = chance.choice(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
    return model(
        group=group, venue=place if way == "in_person" else None, way=way, zone="Europe/London",
        first_on=date(2026, 1, 5), at=hour(chance.randrange(9, 21), 30), minutes=75,
        frequency=often.get("frequency", "weekly"), interval=often.get("interval", 1),
        byday=[often.get("day", "") + day],
    )  # fmt: skip


def _held(rows: list[Any], now: Any) -> None:
    """Half of the meetings of the next two weeks are held by somebody."""
    from beside.groups.models import Persona
    from beside.meetings.models import Holding
    from beside.meetings.rows import hours

    soon = [row for row in rows if row.starts_at < now + timedelta(weeks=2)]
    held_in = sorted({row.group_id for row in soon})
    leads = Persona.objects.bulk_create(Persona(group_id=each, name="Ash") for each in held_in)
    by_group = {each.group_id: each for each in leads}
    Holding.objects.bulk_create(
        Holding(meeting=row, persona=by_group[row.group_id], part="lead", during=hours(row))
        for row in soon
    )


def analyse() -> None:
    """What autovacuum does by itself within a minute."""
    from django.conf import settings

    from beside.host import roles

    with roles.superuser(settings.HOME, "beside_template") as connection:
        connection.execute("vacuum analyze")


def _pages(rounds: int) -> None:
    from django.test import Client

    from beside.kernel import clock
    from beside.meetings.models import Venue

    day = clock.now().date() + timedelta(days=3)
    said = {
        "day": day.isoformat(),
        "later": (day + timedelta(days=13)).isoformat(),
        "venue": Venue.objects.order_by("pk")[777].key,
    }
    print(f"{'':<32}{'groups':>7}{'p50':>8}{'app':>8}{'db':>7}{'asks':>6}{'answer':>10}")
    stranger, esi = Client(), Client()
    esi.force_login(_coordinator())
    for client, pages in ((stranger, PAGES), (esi, AS_COORDINATOR)):
        for name, (address, asked) in pages.items():
            filled = {key: _filled(each, said) for key, each in asked.items()}
            _page(client, name, address.format(**said), filled, rounds)


def _filled(asked: Any, said: dict[str, str]) -> Any:
    return asked.format(**said) if isinstance(asked, str) else asked


def _coordinator() -> Any:
    from django.db import transaction

    from beside import wall
    from beside.people.models import Organisation, Person, Role

    with transaction.atomic(), wall.house("bench.coordinator"):
        Organisation.objects.get_or_create(pk=1, defaults={"name": "Riverside", "zone": "UTC"})
        esi, _new = Person.objects.get_or_create(sign_in="esi")
        Role.objects.get_or_create(person=esi, role=Role.Kind.COORDINATOR)
    return esi


def _page(client: Any, name: str, address: str, asked: dict[str, Any], rounds: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    look = client.post if "reason" in asked else client.get
    look(address, asked)
    backend = scratch.backend()
    spent, app, database = [], time.process_time(), scratch.used(backend)
    for _round in range(rounds):
        began = time.perf_counter()
        answer = look(address, asked)
        assert answer.status_code == 200, (name, answer.status_code)
        body = answer.getvalue()
        spent.append((time.perf_counter() - began) * 1000)
    app = (time.process_time() - app) * 1000 / rounds
    database = (scratch.used(backend) - database) / rounds
    with CaptureQueriesContext(connection) as queries:
        look(address, asked)
    count = re.search(rb"(\d+) groups? could", body)
    print(f"{name:<32}{count[1].decode() if count else '':>7}{statistics.median(spent):>8.1f}"
          f"{app:>8.1f}{database:>7.1f}{len(queries):>6}"
          f"{hashlib.sha256(_steady(body)).hexdigest()[:8]:>10}", flush=True)  # fmt: skip


def _holidays() -> None:
    """One day of all groups is cancelled, two people booked in each; told once, sent twice."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from beside import wall
    from beside.groups.models import Group
    from beside.kernel import clock
    from beside.meetings import actions
    from beside.meetings.models import Meeting
    from beside.notices.models import Notice

    esi, day = _coordinator(), clock.now().date() + timedelta(days=3)
    with transaction.atomic(), wall.house("bench.book"):
        _book(list(Meeting.objects.on_days(day, day)))
    backend = scratch.backend()
    groups = Group.objects.filter(source="", closed_at=None)
    for again in ("", ", sent again"):
        app, database, began = time.process_time(), scratch.used(backend), time.perf_counter()
        asked = CaptureQueriesContext(connection)
        with transaction.atomic(), wall.acting_as(esi.pk), asked:
            rested = actions.rest(groups, first=day, last=day, reason="Holidays.", by=esi)
        print(f"holidays{again}: {len(rested)} meetings cancelled in "
              f"{time.perf_counter() - began:.2f} s and {len(asked)} statements; CPU "
              f"{time.process_time() - app:.2f} s app, "
              f"{(scratch.used(backend) - database) / 1000:.2f} s database")  # fmt: skip
    with transaction.atomic(), wall.house("bench.told"):
        told = Notice.objects.filter(kind="meetings.changed")
        people = told.values("person").distinct().count()
        print(f"holidays: {told.count()} notices for {people} people")


def _book(meetings: list[Any]) -> None:
    from beside.groups.models import Persona, Wearer
    from beside.meetings.models import Booking
    from beside.people.models import Person

    each = [meeting for meeting in meetings for _two in range(2)]
    persons = Person.objects.bulk_create(
        Person(sign_in=f"bench-{number}") for number in range(len(each))
    )
    personas = Persona.objects.bulk_create(
        Persona(group_id=meeting.group_id, name=f"Wren {number}")
        for number, meeting in enumerate(each)
    )
    Wearer.objects.bulk_create(
        Wearer(persona=persona, group_id=persona.group_id, person=person)
        for persona, person in zip(personas, persons, strict=True)
    )
    Booking.objects.bulk_create(
        Booking(meeting=meeting, persona=persona, kind="seat")
        for meeting, persona in zip(each, personas, strict=True)
    )


def _steady(body: bytes) -> bytes:
    """The answer without what is random each time, so that two runs of the code can be compared."""
    return b"|".join(re.findall(rb'<a href="/groups/(group-\d+)/"', body))


def _profile(name: str, rounds: int) -> None:
    import cProfile
    import pstats

    from django.test import Client

    address, asked = (PAGES | AS_COORDINATOR)[name]
    client = Client()
    if name in AS_COORDINATOR:
        client.force_login(_coordinator())
    client.get(address, asked)
    profile = cProfile.Profile()
    with profile:
        for _round in range(rounds):
            client.get(address, asked)
    pstats.Stats(profile).sort_stats("tottime").print_stats(28)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(40)


def _feed() -> None:
    """The feed: time, queries by the batch, and the memory beyond what is there already."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from beside.exchange.clock import note_changes

    client, address = Client(), "/feeds/meeting-guide.json"
    began = time.process_time()
    note_changes()
    print(
        f"days of change written down for the first time: {time.process_time() - began:.1f} s CPU"
    )
    backend = scratch.backend()
    for name in ("feed, whole", "feed, again"):
        app, database, began = time.process_time(), scratch.used(backend), time.perf_counter()
        answer = client.get(address)
        size = sum(len(part) for part in answer.streaming_content)
        print(f"{name}: {size / 1e6:.1f} MB, {time.perf_counter() - began:.1f} s; CPU "
              f"{time.process_time() - app:.1f} s app, "
              f"{(scratch.used(backend) - database) / 1000:.1f} s database")  # fmt: skip
    app, database, began = time.process_time(), scratch.used(backend), time.perf_counter()
    etag = {"If-None-Match": answer.headers["ETag"]}
    for _round in range(10):
        assert client.get(address, headers=etag).status_code == 304
    print(f"feed, nothing changed: {(time.perf_counter() - began) * 100:.0f} ms; CPU "
          f"{(time.process_time() - app) * 100:.0f} ms app, "
          f"{(scratch.used(backend) - database) / 10:.0f} ms database")  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        sum(len(part) for part in client.get(address).streaming_content)
    print(f"feed: {len(queries)} statements")
    gc.collect()
    tracemalloc.start()
    for part in client.get(address).streaming_content:
        assert part
    print(f"feed: at most {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB held while it is sent")
    tracemalloc.stop()


if __name__ == "__main__":
    main()
