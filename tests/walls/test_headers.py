"""What is private stays out of caches, search engines and other hosts' logs: all of it."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.urls import reverse

from tests.cast import PARTS
from tests.walls.doors import DOORS
from tests.walls.test_doors import Everybody, _ask, everybody

__all__ = ["everybody"]

# What anybody may know at any time, and may therefore be kept and found. All else is private.
FINDABLE = {
    "home:welcome",
    "finding:find",
    "groups:face",
    "groups:first_visit",
    "signposts:help",
    "signposts:kept",
    "signposts:noticed",
}
# Not pages: files for machines, without a word about anybody.
FOR_MACHINES = {
    "exchange:meeting_guide",
    "exchange:open_calendar",
    "exchange:group_calendar",
    "signposts:service_worker",
    "signposts:manifest",
}
# "same-origin" tells other hosts as little as "no-referrer" does. With the latter a browser sends
# "Origin: null" with our own forms, and every one of them would be refused.
QUIET_ABOUT_WHERE = {"no-referrer", "same-origin"}


def _talks(answer: HttpResponseBase) -> list[str]:
    """What in the headers of a private answer is not as it has to be."""
    headers = answer.headers
    return [
        f"{name}: {headers.get(name)}"
        for name, is_right in (
            ("Cache-Control", "no-store" in headers.get("Cache-Control", "")),
            ("X-Robots-Tag", "noindex" in headers.get("X-Robots-Tag", "")),
            ("Referrer-Policy", headers.get("Referrer-Policy", "") in QUIET_ABOUT_WHERE),
        )
        if not is_right
    ]


def test_nothing_private_is_kept_indexed_or_told_on(everybody: Everybody) -> None:
    """Asked by somebody not signed in, and by the first of those who get in."""
    surprises = {}
    for name, door in DOORS.items():
        if name in FINDABLE | FOR_MACHINES:
            continue
        address = reverse(name, kwargs={key: everybody.things[of] for key, of in door.of.items()})
        inside = next((part for part in PARTS if part in door.who and part != "nobody"), "stranger")
        for part in ("nobody", inside):
            found = _talks(_ask(everybody.browsers[part], door, address))
            if found:
                surprises[name, part] = found
    assert surprises == {}, sorted(surprises.items())


def test_of_what_may_be_found_nothing_is_kept_that_somebody_signed_in_saw(
    everybody: Everybody,
) -> None:
    surprises = {}
    for name in FINDABLE | FOR_MACHINES:
        door = DOORS[name]
        address = reverse(name, kwargs={key: everybody.things[of] for key, of in door.of.items()})
        answer = _ask(everybody.browsers["member"], door, address)
        found = _talks(answer)
        if found:
            surprises[name] = found
        assert everybody.browsers["nobody"].get(address).headers["Referrer-Policy"]
    assert surprises == {}, sorted(surprises.items())
