"""At night nobody is woken: counted on the clock of whoever is told, in every zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.notices import quiet

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
MOMENTS = st.integers(0, 500_000).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)
ZONES = st.sampled_from(
    ["Europe/London", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo", "America/St_Johns"]
).map(ZoneInfo)


def is_night(moment: datetime, zone: ZoneInfo) -> bool:
    return quiet.ends(moment, zone) is not None


@pytest.mark.parametrize(
    ("hour", "night"),
    [("07:59", True), ("08:00", False), ("20:59", False), ("21:00", True), ("00:00", True)],
)
def test_the_night_is_from_nine_to_eight(hour: str, night: bool) -> None:
    assert is_night(datetime.fromisoformat(f"2026-07-01T{hour}+01:00"), LONDON) == night


@given(MOMENTS, ZONES)
def test_a_night_ends_at_eight_on_ones_own_clock(moment: datetime, zone: ZoneInfo) -> None:
    morning = quiet.ends(moment, zone)
    if morning is None:
        return
    assert moment < morning <= moment + timedelta(hours=12)  # an hour more where clocks go back
    assert (morning.astimezone(zone).hour, morning.astimezone(zone).minute) == (8, 0)
    assert morning == quiet.morning(moment, zone)
    assert not is_night(morning, zone)


@given(MOMENTS, ZONES, st.integers(1, 300))
def test_nights_do_not_count_as_time_awake(moment: datetime, zone: ZoneInfo, minutes: int) -> None:
    until = quiet.awake_for(minutes * MINUTE, moment, zone)
    gone = [moment + n * MINUTE for n in range(int((until - moment) / MINUTE))]
    assert sum(1 for each in gone if not is_night(each, zone)) == minutes
    assert not is_night(until - MINUTE, zone)
