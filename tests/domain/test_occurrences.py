"""When a schedule is next due, on the days when the clocks change too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.occurrences import next_occurrence
from domain.reports import Every, ReportSchedule

NEW_YORK = "America/New_York"


def at(text: str) -> datetime:
    """An instant, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(minute: int, zone: str = NEW_YORK) -> ReportSchedule:
    """A daily schedule."""
    return ReportSchedule(report_id=1, every=Every.DAY, minute=minute, zone=zone)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-03-07 12:00", "2026-03-08 07:00"),  # 02:30 does not exist: the jump itself
        ("2026-03-08 07:00", "2026-03-09 06:30"),
        ("2026-10-31 12:00", "2026-11-01 07:30"),
    ],
)
def test_a_skipped_time_is_the_jump(after: str, due: str) -> None:
    """Where the clocks skip half past two it runs at the jump, and half past two the days around it."""
    assert next_occurrence(daily(150), at(after)) == at(due)


def test_a_time_shown_twice_counts_once() -> None:
    """Where the clocks show half past one twice it runs the first time only."""
    first = next_occurrence(daily(90), at("2026-10-31 12:00"))
    assert first == at("2026-11-01 05:30")
    assert next_occurrence(daily(90), first) == at("2026-11-02 06:30")


def test_weeks_and_short_months() -> None:
    """A weekly one keeps its weekday, a monthly one on the 31st takes the last day of a short month."""
    weekly = ReportSchedule(report_id=1, every=Every.WEEK, weekday=4, minute=990, zone=NEW_YORK)
    assert next_occurrence(weekly, at("2026-11-20 16:42")) == at("2026-11-20 21:30")
    assert next_occurrence(weekly, at("2026-11-20 21:30")) == at("2026-11-27 21:30")
    monthly = ReportSchedule(report_id=1, every=Every.MONTH, month_day=31, minute=0, zone="Europe/Zurich")
    assert next_occurrence(monthly, at("2026-02-01 00:00")) == at("2026-02-27 23:00")
    assert next_occurrence(monthly, at("2026-02-28 00:00")) == at("2026-03-30 22:00")


@given(
    zone=st.sampled_from((NEW_YORK, "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "UTC")),
    minute=st.integers(0, 1_439),
    hours=st.integers(0, 8_760),
)
def test_every_local_day_has_exactly_one(zone: str, minute: int, hours: int) -> None:
    """Three runs in a row fall on three days in a row of the zone, each later than the one before."""
    now = at("2026-01-01 00:00") + timedelta(hours=hours)
    schedule, days = daily(minute, zone), []
    for _ in range(3):
        due = next_occurrence(schedule, now)
        assert due > now
        days.append(due.astimezone(ZoneInfo(zone)).date())
        now = due
    assert days[1] - days[0] == days[2] - days[1] == timedelta(days=1)
