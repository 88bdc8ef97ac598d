"""How long the finder takes on the server, with real listings, and how that grows.

    python -m bench.finder                 # the 1,513 meetings of New York
    python -m bench.finder --times 7       # the same listing seven times: about 10,000 groups

Measured without a network: from the request to the whole answer, one at a time, as a stranger; by
the clock, and as CPU of the application and of its database process, which a busy machine disturbs
less. The floor of the issue is 50 ms for "addiction recovery, in person, within 3 km of Union
Square, weekday evening". Needs ../shared/data.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import scratch

DATA = Path(__file__).parents[2] / "shared" / "data" / "meetings"
LISTING, CODES = DATA / "new-york-meeting-guide.json", DATA / "new-york-format-codes.json"
NEAR = {"experience": "addiction", "way": "in_person", "near": "40.74,-73.99", "km": "3",
        "day": "weekdays", "part": "evening", "zone": "America/New_York"}  # fmt: skip
LOOKS = {
    "near Union Square, weekday evening": NEAR,
    "the same by postcode": {**NEAR, "near": "", "place": "10003"},
    "within 50 km, any time": {"experience": "addiction", "near": "40.74,-73.99", "km": "50"},
    "everything": {},
    "nothing fits: other ways": {**NEAR, "safety": "older"},
    "an unknown place": {**NEAR, "near": "", "place": "Atlantiss"},
}


def main() -> None:
    """Prints one line a look: the whole page, then only its list, as htmx asks for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="how often the listing is repeated")
    parser.add_argument("--rounds", type=int, default=40)
    told = parser.parse_args()
    with scratch.database():
        _bring(told.times)
        _measure(told.rounds)


def _bring(times: int) -> None:
    from django.db import connection

    from bench.timetable import analyse
    from beside.exchange import commands

    connection.settings_dict["NAME"] = "beside_template"
    rows = json.loads(LISTING.read_text())
    more = [{**row, "slug": f"{row['slug']}-{n}"} for n in range(times) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "listing.json"
        file.write_text(json.dumps(more))
        began = time.perf_counter()
        assert commands.main(["meetings", str(file), "--codes", str(CODES), "--yes"]) == 0
        print(f"brought in {len(more)} rows in {time.perf_counter() - began:.1f} s")
        analyse()
        again = time.perf_counter()
        assert commands.main(["meetings", str(file), "--codes", str(CODES), "--yes"]) == 0
        print(f"once more, nothing new: {time.perf_counter() - again:.1f} s")


def _measure(rounds: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    print(f"{'':<38}{'groups':>7} | {'page p50':>8}{'p95':>7}{'app':>7}{'db':>6} | "
          f"{'list p50':>8}{'p95':>7}{'app':>7}{'db':>6} | {'asks':>4}")  # fmt: skip
    for name, asked in LOOKS.items():
        lines = []
        for headers in ({}, {"HX-Request": "true"}):
            client.get("/find/", asked, headers=headers)
            lines.append(_times(rounds, client, asked, headers, scratch.backend()))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/find/", asked)
        count = re.search(r"(\d+) groups? could", answer.content.decode())
        told = " | ".join("{:>8.1f}{:>7.1f}{:>7.1f}{:>6.1f}".format(*line) for line in lines)
        print(f"{name:<38}{count[1] if count else '?':>7} | {told} | {len(queries):>4}")


def _times(
    rounds: int, client: Any, asked: dict[str, str], headers: dict[str, str], backend: Path
) -> tuple[float, float, float, float]:
    """Milliseconds: middle and 95th of the clock, CPU of the application and of the database."""
    found = []
    app, database = time.process_time(), scratch.used(backend)
    for _round in range(rounds):
        began = time.perf_counter()
        assert client.get("/find/", asked, headers=headers).status_code == 200
        found.append((time.perf_counter() - began) * 1000)
    app = (time.process_time() - app) * 1000 / rounds
    database = (scratch.used(backend) - database) / rounds
    return statistics.median(found), sorted(found)[int(rounds * 0.95) - 1], app, database


if __name__ == "__main__":
    main()
