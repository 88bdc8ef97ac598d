"""How long a calendar takes on the server, and how much memory: long ones, as they never are.

    python -m bench.calendar                    # a person with 10,000 meetings, 100,000 open ones
    python -m bench.calendar --mine 300 --all 1000

Measured without a network, from the request to the last octet, by the clock and as CPU of the
application. `peak` is what Python held at most while it answered, beyond what it held before.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from datetime import timedelta

from bench import scratch

ZONES = ("Europe/London", "America/New_York", "Africa/Casablanca", "Australia/Lord_Howe")
A_GROUP = 10  # meetings of each of the open groups


def main() -> None:
    """Prints one line a calendar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mine", type=int, default=10_000, help="meetings of one person")
    parser.add_argument("--all", type=int, default=100_000, help="meetings of all open groups")
    parser.add_argument("--rounds", type=int, default=5)
    told = parser.parse_args()
    with scratch.database():
        addresses = _people(told.mine, told.all)
        for name, address in addresses.items():
            _measure(name, address, told.rounds)


def _people(mine: int, everybody: int) -> dict[str, str]:
    from django.db import connection, transaction

    from beside import wall
    from beside.exchange import actions
    from beside.groups.models import Group
    from tests.cast import build

    connection.settings_dict["NAME"] = "beside_template"
    cast = build()
    with transaction.atomic(), wall.house("bench.calendar"):
        own = Group.objects.create(name="One", slug="own", listed=False)
        groups = [
            Group(name=f"Open group {n}", slug=f"open-{n}") for n in range(everybody // A_GROUP)
        ]
        _meetings([own], mine)
        _meetings(Group.objects.bulk_create(groups, batch_size=1000), A_GROUP)
        _joins(own, cast["member"].pk)
    with cast.looking_as("member") as member:
        _row, secret = actions.make_calendar(label="x", shows="neutral", by=member)
    return {
        "one person's": f"/calendar/{secret}.ics",
        "one open group's": "/groups/open-0/calendar.ics",
        "all open groups'": "/calendar.ics",
    }


def _joins(group: object, number: int) -> None:
    from beside.groups.models import Membership, Persona, Wearer

    persona = Persona.objects.create(group=group, name="Bench", pebble=1)
    Wearer.objects.create(persona=persona, group=group, person_id=number)
    Membership.objects.create(persona=persona, group=group)


def _meetings(groups: list, each: int) -> None:  # type: ignore[type-arg]
    from zoneinfo import ZoneInfo

    from beside.kernel import clock
    from beside.meetings.models import Meeting

    rows = []
    for number, group in enumerate(groups):
        for n in range(each):
            starts = clock.now() + timedelta(hours=1 + (n * 60 * 24) // each)
            zone = ZONES[(number + n) % len(ZONES)]
            local = starts.astimezone(ZoneInfo(zone))
            rows.append(
                Meeting(group=group, on=local.date(), at=local.time(), zone=zone, way="call",
                        starts_at=starts, ends_at=starts + timedelta(minutes=90))
            )  # fmt: skip
    Meeting.objects.bulk_create(rows, batch_size=5000)


def _measure(name: str, address: str, rounds: int) -> None:
    from django.test import Client

    client, found, used = Client(), [], time.process_time()
    size, tag = _ask(client, address)
    for _round in range(rounds):
        began = time.perf_counter()
        _ask(client, address)
        found.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - used) * 1000 / (rounds + 1)
    began = time.perf_counter()
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    unchanged = (time.perf_counter() - began) * 1000
    tracemalloc.start()
    _ask(client, address)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    told = {
        "p50": f"{statistics.median(found):.0f} ms",
        "CPU": f"{cpu:.0f} ms",
        "as you have it": f"{unchanged:.0f} ms",
        "peak": f"{peak:.1f} MB",
    }
    words = ", ".join(f"{key} {value}" for key, value in told.items())
    print(f"{name} {size[0]} events, {size[1] / 1e6:.2f} MB: {words}")


def _ask(client: object, address: str) -> tuple[tuple[int, int], str]:
    answer = client.get(address)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    events = octets = 0
    for piece in answer.streaming_content:
        events += piece.count(b"BEGIN:VEVENT")
        octets += len(piece)
    return (events, octets), answer.headers["ETag"]


if __name__ == "__main__":
    main()
