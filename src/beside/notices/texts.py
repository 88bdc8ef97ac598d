"""Texts to people without an account: a queue like that of letters, one text a row.

The app that registers a kind knows whom it is for and what is said. It is asked at the last moment,
so neither a telephone number nor words ever stand in the queue. See docs/decisions/0013.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from procrastinate.contrib.django import app

from beside import wall
from beside.kernel import clock
from beside.notices import quiet
from beside.notices.models import Text
from beside.people import gateway

TRIES = 8  # after 1, 2, 4 … 128 minutes; then somebody has to ring
AT_ONCE = 50
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Said:
    """Where a text goes, as +447400123456 ("": nowhere by itself), and its words.

    In the quiet hours of `zone` it waits for the morning, unless it is `needed_by` then (aware).
    """

    number: str
    words: str
    zone: ZoneInfo
    needed_by: datetime | None = None

    def waits_until(self, now: datetime) -> datetime | None:
        """The end of the night, where it is night and this can wait; else None."""
        morning = quiet.ends(now, self.zone)
        needed = morning and self.needed_by and self.needed_by <= morning
        return None if needed else morning


Says = Callable[[int, Mapping[str, Any]], Said | None]
_kinds: dict[str, Says] = {}


def register(kind: str, *, says: Says) -> None:
    """Let texts of `kind` say `says(whom, args)`; None where there is nothing to say any more.

    Raises ValueError for a kind that somebody else registered.
    """
    if _kinds.setdefault(kind, says) is not says:
        raise ValueError(f"two apps want to say what {kind!r} means")


def leave(
    whom: Collection[int],
    kind: str,
    *,
    dedupe: str,
    args: Mapping[str, Any],
    due: datetime | None = None,
    until: datetime,
) -> None:
    """Leave a text for each of `whom` in the caller's transaction; the same `dedupe` goes once.

    It goes at once or when it is `due`, and never after `until` (both aware). Where there is no
    gateway nothing is left. Raises KeyError for a kind that nobody registered.
    """
    _ = _kinds[kind]
    if not whom or not gateway.is_set():
        return
    now = clock.now()
    with wall.house("notices.leave_text"):
        rows = [
            Text(
                kind=kind,
                whom=each,
                args=dict(args),
                dedupe=dedupe,
                made=now,
                until=until,
                send_at=due or now,
            )
            for each in whom
        ]
        Text.objects.bulk_create(rows, ignore_conflicts=True)
    if due is None or due <= now:
        app.configure_task("notices.send_texts").defer()


def forget(whom: Collection[int], kinds: Collection[str]) -> None:
    """Whoever is gone is written to no more. For the house."""
    Text.objects.filter(whom__in=whom, kind__in=kinds).delete()


def send_for(seconds: float) -> bool:
    """Hand in what is due, for about so long; whether more is due. Raises NoGateway.

    Several may do this at once: no text is handed in by two.
    """
    end = time.monotonic() + seconds
    while due := _due():
        some = False
        for number in due:
            some = _tried(number) or some
            if time.monotonic() > end:
                return True
        if not some:
            return False  # all in other hands
    return False


def _due() -> list[int]:
    with transaction.atomic(), wall.house("notices.due_texts"):
        return list(Text.objects.to_send(clock.now()).values_list("pk", flat=True)[:AT_ONCE])


def _tried(number: int) -> bool:
    """Settle one; whatever is wrong with it stops nobody else's text."""
    try:
        return _settle(number)
    except gateway.NoGateway:
        raise
    except Exception as fault:  # noqa: BLE001  # a traceback could say the number
        log.error("a text could not be made: %s", type(fault).__name__)
        with transaction.atomic(), wall.house("notices.put_off_text"):
            text = Text.objects.only("tries").filter(pk=number).first()
            Text.objects.filter(pk=number).update(**_later(text.tries if text else TRIES))
        return True


@transaction.atomic
def _settle(number: int) -> bool:
    """Do what is to be done for one text. False when it is done, or in other hands."""
    with wall.house("notices.send_text"):
        mine = Text.objects.to_send(clock.now()).select_for_update(skip_locked=True)
        text = mine.filter(pk=number).first()
    if text is None:
        return False
    mark = _handed_in(text)
    with wall.house("notices.send_text"):
        rows = Text.objects.filter(pk=number)
        if mark:
            rows.update(**mark)
        else:
            rows.delete()
    return True


def _handed_in(text: Text) -> dict[str, object]:
    """Hand it in; what is to be marked, or nothing where there is nothing to say any more."""
    says = _kinds.get(text.kind)
    said = says(text.whom, text.args) if says else None
    if said is None:
        return {}
    if text.until <= clock.now() or not said.number:
        return _over(Text.State.NOT)
    if morning := said.waits_until(clock.now()):
        return {"send_at": morning}
    try:
        gateway.hand_in(said.number, said.words, text.key)
    except gateway.Unsure:
        log.warning("the text gateway took a text and did not answer")
        return _over(Text.State.UNSURE)
    except gateway.Refused as refused:
        log.warning("a text was refused: %s", refused)
        return _over(Text.State.NOT) if refused.for_good else _later(text.tries)
    return _over(Text.State.SENT)


def _over(state: str) -> dict[str, object]:
    return {"state": state, "at": clock.now(), "send_at": None}


def _later(tries: int) -> dict[str, object]:
    """The mark of one that did not go: again after twice the time, and not for ever."""
    if tries >= TRIES:
        return {"tries": tries + 1, **_over(Text.State.NOT)}
    return {"tries": tries + 1, "send_at": clock.now() + timedelta(minutes=2**tries)}
