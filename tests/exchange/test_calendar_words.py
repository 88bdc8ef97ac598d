"""Any words come out of a calendar as they went in, in lines that every reader takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from beside.exchange import calendar
from beside.exchange.calendar import Event

AT = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=300)


def written(event: Event) -> bytes:
    """A calendar with this one event in it."""
    zones = {event.zone: (2026, 2026)}
    return b"".join(map(calendar.fold, calendar.lines("A name", zones, [event], made=AT)))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_no_line_is_longer_than_seventy_five_octets_and_none_cuts_a_sign(words: str) -> None:
    line = f"SUMMARY:{calendar.text(words)}"
    folded = calendar.fold(line)
    assert folded.endswith(b"\r\n")
    pieces = folded[:-2].split(b"\r\n")
    assert max(map(len, pieces)) <= 75
    assert [piece[:1] for piece in pieces[1:]] == [b" "] * (len(pieces) - 1)
    whole = [piece if number == 0 else piece[1:] for number, piece in enumerate(pieces)]
    assert all(piece.decode() for piece in whole)
    assert b"".join(whole).decode() == line


@given(WORDS, WORDS)
def test_a_foreign_reader_finds_the_words_again(summary: str, description: str) -> None:
    event = Event("u@beside", "Europe/London", AT, AT + timedelta(hours=1), summary,
                  description=description)  # fmt: skip
    (read,) = Calendar.from_ical(written(event)).walk("VEVENT")
    assert str(read["SUMMARY"]) == summary
    assert str(read.get("DESCRIPTION", "")) == description


def test_signs_that_no_text_may_hold_are_left_out() -> None:
    assert calendar.text("a\x00b\x1bc\x7f\r\nd\re") == "abc\\nd\\ne"


def test_what_is_cancelled_says_so_and_takes_no_time() -> None:
    event = Event("u@beside", "Europe/London", AT, AT + timedelta(hours=1), "Gone", 2,
                  cancelled=True)  # fmt: skip
    lines = written(event).decode().split("\r\n")
    for said in ("STATUS:CANCELLED", "TRANSP:TRANSPARENT", "SEQUENCE:2", "CLASS:PRIVATE"):
        assert said in lines
    assert "DTSTART;TZID=Europe/London:20261124T183000" in lines


def test_an_hour_that_the_clocks_show_twice_is_told_in_universal_time() -> None:
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 01:30 in London, the first time
    event = Event("u@beside", "Europe/London", twice, twice + timedelta(hours=1), "Night")
    lines = written(event).decode().split("\r\n")
    assert {"DTSTART:20261025T003000Z", "DTEND:20261025T013000Z"} <= set(lines)


def test_london_goes_forward_at_one_on_the_clock_as_it_was() -> None:
    event = Event("u@beside", "Europe/London", AT, AT + timedelta(hours=1), "Evening")
    words = written(event).decode()
    assert "DTSTART:20260329T010000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n" in words
    assert "RDATE" not in words


def test_a_changed_meeting_says_when_where_that_is_known() -> None:
    event = Event("u@beside", "UTC", AT, AT + timedelta(hours=1), "Evening", changed=AT)
    assert b"LAST-MODIFIED:20261124T183000Z\r\n" in written(event)
