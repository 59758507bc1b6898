"""Trading days against the standard library's own conversion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.sessions import local_minutes, trading_days
from domain.errors import InvalidInputError
from domain.periods import from_micros, to_micros

ZONES = [
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
    "Africa/Casablanca",
]


def expected(micros: int, zone: str) -> tuple[int, int]:
    """Day and minute of one instant by zoneinfo."""
    local = from_micros(micros).astimezone(ZoneInfo(zone))
    return (local.date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days, local.hour * 60 + local.minute


def check(instants: list[int], zone: str) -> None:
    """Compare a column with zoneinfo, row by row."""
    column = np.array(instants, dtype=np.int64)
    mine = list(zip(trading_days(column, zone).tolist(), local_minutes(column, zone).tolist(), strict=True))
    assert mine == [expected(micros, zone) for micros in instants]


@pytest.mark.parametrize("zone", ZONES)
@settings(deadline=None, max_examples=40)
@given(instants=st.lists(st.integers(-2_000_000_000_000_000, 4_000_000_000_000_000), max_size=8))
def test_any_instant_has_the_local_day_of_the_zone(zone: str, instants: list[int]) -> None:
    """Days and minutes equal zoneinfo's from 1906 to 2096, in any order of rows."""
    check(instants, zone)
    check(sorted(instants), zone)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
        ("Africa/Casablanca", datetime(2026, 2, 15, 2, tzinfo=UTC)),
        ("Africa/Casablanca", datetime(2026, 3, 22, 2, tzinfo=UTC)),
    ],
)
def test_the_seconds_around_a_clock_change_are_right(zone: str, moment: datetime) -> None:
    """A gap, an overlap, half an hour, a skipped day: correct to the microsecond."""
    centre = to_micros(moment)
    steps = [0, 1, 1_000_000, 1_800_000_000, 3_600_000_000, 86_400_000_000]
    instants = sorted({centre + sign * step for step in steps for sign in (-1, 1)})
    check(instants, zone)
    check(instants[::-1], zone)


def test_samoa_never_had_30_december_2011() -> None:
    """The day the date line moved does not appear among trading days."""
    start = to_micros(datetime(2011, 12, 28, tzinfo=UTC))
    column = np.arange(start, start + 5 * 86_400_000_000, 600_000_000, dtype=np.int64)
    days = {str(np.datetime64(int(day), "D")) for day in trading_days(column, "Pacific/Apia")}
    assert "2011-12-29" in days
    assert "2011-12-31" in days
    assert "2011-12-30" not in days


def test_a_new_york_evening_stays_on_its_own_day() -> None:
    """A fill after midnight UTC belongs to the New York day before."""
    late = to_micros(datetime(2026, 1, 6, 2, 30, tzinfo=UTC))
    day = trading_days(np.array([late]), "America/New_York")[0]
    assert from_micros(0).date() + timedelta(days=int(day)) == datetime(2026, 1, 5, tzinfo=UTC).date()


def test_an_unknown_zone_is_an_input_error() -> None:
    """A zone that does not exist is named."""
    with pytest.raises(InvalidInputError, match="Atlantis/Capital"):
        trading_days(np.array([0]), "Atlantis/Capital")


def test_no_instants_give_no_days() -> None:
    """An empty column stays empty."""
    assert trading_days(np.array([], dtype=np.int64), "UTC").tolist() == []
