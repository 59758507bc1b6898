"""Dates, times and durations as text."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from components import moments

NEW_YORK = "America/New_York"
CLOSED = datetime(2026, 11, 20, 16, 3, 9, tzinfo=UTC)  # 11:03:09 in New York


def test_days() -> None:
    """Days are written without a leading zero, in full in headings."""
    third = date(2026, 9, 3)
    assert moments.day(third) == "3 Sep 2026"
    assert moments.day_short(third) == "3 Sep"
    assert moments.day_long(date(2026, 11, 12)) == "Thursday 12 November"
    assert moments.day_long(date(2026, 11, 12), year=True) == "Thursday 12 November 2026"
    assert moments.month(third) == "September 2026"
    assert moments.day(None) == moments.day_short(None) == "–"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 9, 1), date(2026, 11, 20), "1 Sep – 20 Nov 2026"),
        (date(2026, 11, 9), date(2026, 11, 20), "9 – 20 Nov 2026"),
        (date(2025, 12, 30), date(2026, 1, 2), "30 Dec 2025 – 2 Jan 2026"),
        (date(2026, 11, 20), date(2026, 11, 20), "20 Nov 2026"),
        (None, date(2026, 11, 20), "until 20 Nov 2026"),
        (date(2026, 9, 1), None, "since 1 Sep 2026"),
        (None, None, "All time"),
    ],
)
def test_day_range(first: date | None, last: date | None, text: str) -> None:
    """A range says each part once."""
    assert moments.day_range(first, last) == text


def test_instants_are_shown_in_the_users_zone() -> None:
    """One instant, in the table, the execution list and the tooltip."""
    assert moments.instant(CLOSED, NEW_YORK) == "20 Nov 11:03"
    assert moments.instant_seconds(CLOSED, NEW_YORK) == "20 Nov 2026 11:03:09"
    assert moments.clock_time(CLOSED, NEW_YORK) == "11:03:09"
    assert moments.clock_time(CLOSED, NEW_YORK, seconds=False) == "11:03"
    assert moments.instant_full(CLOSED, NEW_YORK) == "Fri 20 Nov 2026, 11:03:09 ET"


def test_today_is_a_day_of_the_users_zone() -> None:
    """01:30 UTC on the 21st is still the 20th in New York."""
    now = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert moments.instant(CLOSED, NEW_YORK, now=now) == "Today 11:03"
    assert moments.instant(CLOSED, "Asia/Tokyo", now=now) == "Today 01:03"
    assert moments.instant(CLOSED, UTC, now=now) == "20 Nov 16:03"


def test_another_year_is_named() -> None:
    """A time of another year carries it."""
    now = datetime(2027, 1, 4, 12, tzinfo=UTC)
    assert moments.instant(CLOSED, NEW_YORK, now=now) == "20 Nov 2026 11:03"


def test_a_time_without_zone_is_refused() -> None:
    """A naive time has no meaning and is an error, not a guess."""
    with pytest.raises(ValueError, match="without a zone"):
        moments.instant(datetime(2026, 11, 20, 16, 3), NEW_YORK)


def test_missing_times() -> None:
    """No time is an en dash."""
    shown = (
        moments.instant(None, NEW_YORK),
        moments.instant_seconds(None, NEW_YORK),
        moments.instant_full(None, NEW_YORK),
        moments.clock_time(None, NEW_YORK),
    )
    assert set(shown) == {"–"}


@pytest.mark.parametrize(
    ("zone", "when", "label"),
    [
        (NEW_YORK, CLOSED, "ET"),
        (NEW_YORK, datetime(2026, 7, 1, tzinfo=UTC), "ET"),
        ("America/Chicago", CLOSED, "CT"),
        ("Europe/London", datetime(2026, 7, 1, tzinfo=UTC), "BST"),
        ("Asia/Kolkata", CLOSED, "IST"),
        ("America/Sao_Paulo", CLOSED, "UTC−03:00"),
        ("Asia/Kathmandu", CLOSED, "UTC+05:45"),
        (UTC, CLOSED, "UTC"),
    ],
)
def test_zone_label(zone: moments.Zone, when: datetime, label: str) -> None:
    """American zones lose their season, zones without a name show their offset."""
    assert moments.zone_label(zone, when) == label


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "0 s", "0 s"),
        (45, "45 s", "45 s"),
        (59.6, "1 min", "1 min"),
        (4560, "76 min", "1 h 16 min"),
        (5970, "1 h 40 min", "1 h 40 min"),
        (7200, "2 h", "2 h"),
        (18_720, "5 h 12 min", "5 h 12 min"),
        (timedelta(days=3, hours=4).total_seconds(), "3 d 4 h", "3 d 4 h"),
        (86_400, "1 d", "1 d"),
        (86_399, "1 d", "1 d"),
        (None, "–", "–"),
        (math.nan, "n/a", "n/a"),
    ],
)
def test_durations(seconds: float | None, short: str, long: str) -> None:
    """Tables count minutes up to 99; details use the two largest units."""
    assert moments.duration(seconds) == short
    assert moments.duration_long(seconds) == long


@pytest.mark.parametrize(
    ("seconds", "text"), [(12.4, "12 s"), (372, "6 min"), (11_000, "3 h"), (200_000, "2 d"), (-3, "0 s")]
)
def test_ago(seconds: float, text: str) -> None:
    """An age is one number with one unit."""
    assert moments.ago(seconds) == text
