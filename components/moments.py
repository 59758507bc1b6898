"""Dates, times and durations as text: 24 hours, the user's zone, the zone named once per view."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

Zone = str | tzinfo
_MISSING = "–"
# Months and weekdays are spelled here because strftime follows the machine's locale.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS_LONG = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# American zones are spoken of without the season: "ET", not "EST" and "EDT".
_SEASONLESS = {"EST": "ET", "EDT": "ET", "CST": "CT", "CDT": "CT", "MST": "MT", "MDT": "MT", "PST": "PT", "PDT": "PT"}
_AMERICAN = ("America/", "US/", "Canada/")


@lru_cache(maxsize=64)
def _load_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _in_zone(when: datetime, zone: Zone) -> datetime:
    if when.tzinfo is None:
        message = "A time without a zone cannot be shown; attach its zone first."
        raise ValueError(message)
    return when.astimezone(_load_zone(zone) if isinstance(zone, str) else zone)


def day(value: date | None) -> str:
    """Write "20 Nov 2026"."""
    return _MISSING if value is None else f"{day_short(value)} {value.year}"


def day_short(value: date | None) -> str:
    """Write "20 Nov"."""
    return _MISSING if value is None else f"{value.day} {_MONTHS[value.month - 1]}"


def day_long(value: date, *, year: bool = False) -> str:
    """Write "Thursday 12 November", with the year if wanted."""
    text = f"{_WEEKDAYS_LONG[value.weekday()]} {value.day} {_MONTHS_LONG[value.month - 1]}"
    return f"{text} {value.year}" if year else text


def month(value: date) -> str:
    """Write "November 2026"."""
    return f"{_MONTHS_LONG[value.month - 1]} {value.year}"


def day_range(first: date | None, last: date | None) -> str:
    """Write both days included: "1 Sep – 20 Nov 2026"; an open end is "since" or "until"."""
    if first is None or last is None:
        if first is None and last is None:
            return "All time"
        return f"until {day(last)}" if first is None else f"since {day(first)}"
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day(first)} – {day(last)}"
    start = str(first.day) if first.month == last.month else day_short(first)
    return f"{start} – {day(last)}"


def instant(when: datetime | None, zone: Zone, *, now: datetime | None = None) -> str:
    """Write a time for tables: "20 Nov 11:03"; "Today 11:03" on the day of `now`; other years are named.

    Raises:
        ValueError: If the time carries no zone.
    """
    if when is None:
        return _MISSING
    local = _in_zone(when, zone)
    clock = f"{local:%H:%M}"
    if now is None:
        return f"{day_short(local)} {clock}"
    today = _in_zone(now, zone).date()
    if local.date() == today:
        return f"Today {clock}"
    return f"{day_short(local)} {clock}" if local.year == today.year else f"{day(local)} {clock}"


def instant_seconds(when: datetime | None, zone: Zone) -> str:
    """Write "20 Nov 2026 11:03:09"."""
    if when is None:
        return _MISSING
    local = _in_zone(when, zone)
    return f"{day(local)} {local:%H:%M:%S}"


def clock_time(when: datetime | None, zone: Zone, *, seconds: bool = True) -> str:
    """Write "11:03:09" or "11:03"."""
    return _MISSING if when is None else f"{_in_zone(when, zone):{'%H:%M:%S' if seconds else '%H:%M'}}"


def instant_full(when: datetime | None, zone: Zone) -> str:
    """Write "Fri 20 Nov 2026, 11:03:09 ET" (tooltips)."""
    if when is None:
        return _MISSING
    local = _in_zone(when, zone)
    return f"{_WEEKDAYS[local.weekday()]} {day(local)}, {local:%H:%M:%S} {zone_label(zone, when)}"


def zone_label(zone: Zone, when: datetime | None = None) -> str:
    """Return the short name of a zone ("ET", "GMT", "UTC+05:30") at an instant, default now-independent January.

    Zones whose short name is only an offset are written as an offset from UTC.
    """
    local = _in_zone(when or datetime(2026, 1, 15, tzinfo=UTC), zone)
    name = local.tzname() or "UTC"
    if name in _SEASONLESS and str(zone).startswith(_AMERICAN):
        return _SEASONLESS[name]
    return name if name.isalpha() else _offset_label(local.utcoffset() or timedelta())


def _offset_label(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "\u2212" if minutes < 0 else "+"
    return f"UTC{sign}{hours:02d}:{rest:02d}"


def duration(seconds: float | None) -> str:
    """Write a duration for tables in its largest fitting unit: "45 s", "76 min", "5 h 12 min", "3 d 4 h"."""
    if seconds is None:
        return _MISSING
    if not math.isfinite(seconds):
        return "n/a"
    total = max(0, round(seconds))
    if total < 60:
        return f"{total} s"
    minutes = round(total / 60)
    return f"{minutes} min" if minutes < 100 else _pair(minutes)


def duration_long(seconds: float | None) -> str:
    """Write a duration for detail views: "1 h 16 min", "3 d 4 h"."""
    if seconds is None:
        return _MISSING
    if not math.isfinite(seconds):
        return "n/a"
    total = max(0, round(seconds))
    return f"{total} s" if total < 60 else _pair(round(total / 60))


def _pair(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return f"{rest} min"
    if hours < 24:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days, hours = divmod(round(minutes / 60), 24)
    return f"{days:,} d {hours} h" if hours else f"{days:,} d"


def ago(seconds: float) -> str:
    """Write an age in one unit: "12 s", "6 min", "3 h", "2 d"."""
    total = max(0, round(seconds))
    for unit, size, limit in (("s", 1, 60), ("min", 60, 3_600), ("h", 3_600, 86_400)):
        if total < limit:
            return f"{total // size} {unit}"
    return f"{total // 86_400} d"
