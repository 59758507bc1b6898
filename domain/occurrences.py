"""When something that happens daily, weekly or monthly at a wall-clock time is next due."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.reports import Every, ReportSchedule

_MOST_DAYS = 70  # a month's day lies within two months


def next_occurrence(schedule: ReportSchedule, after: datetime) -> datetime:
    """Return the first instant later than `after`, UTC.

    A time that the clocks skip is moved to the instant they jump to; one that they show twice is its
    first: so every local day has exactly one.

    Args:
        schedule: Its `every`, `weekday`, `month_day`, `minute` and `zone`.
        after: An aware instant.
    """
    zone = ZoneInfo(schedule.zone)
    first = after.astimezone(zone).date() - timedelta(days=1)
    for ahead in range(_MOST_DAYS):
        day = first + timedelta(days=ahead)
        if _falls_on(schedule, day):
            instant = local_instant(day, schedule.minute, zone)
            if instant > after:
                return instant
    raise AssertionError(schedule)


def _falls_on(schedule: ReportSchedule, day: date) -> bool:
    if schedule.every is Every.WEEK:
        return day.weekday() == schedule.weekday
    if schedule.every is Every.MONTH:
        return day.day == min(schedule.month_day, calendar.monthrange(day.year, day.month)[1])
    return True


def local_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clocks of a zone show a minute of a day, UTC."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # The clocks skip this time: with the offset of before, it is the moment after the jump that is as far on.
    before = wall.replace(fold=0).utcoffset() or timedelta(0)
    after = wall.replace(fold=1).utcoffset() or timedelta(0)
    gap = abs(after - before)
    start = instant - gap
    while (start + timedelta(minutes=1)).astimezone(zone).utcoffset() == start.astimezone(zone).utcoffset():
        start += timedelta(minutes=1)
    return start + timedelta(minutes=1)
