"""By when trades were entered and exited, in the zone of their account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.codes import TABLE_LIMIT, dense_codes, spread_days
from analytics.dimensions import Coded, Dimension, Facts
from analytics.facts import small
from analytics.ranges import Scale
from analytics.sessions import local_minutes

if TYPE_CHECKING:
    from domain.columns import Codes, Ints

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAY_MINUTES = 1_440
EPOCH = date(1970, 1, 1)
_THURSDAY = 3  # 1 January 1970


def by_weekday(days: Codes) -> Coded:
    """Monday to Sunday of local days."""
    codes = _map_small(days, lambda each: (each + _THURSDAY) % 7, 7)
    return Coded(codes=codes, keys=tuple("0123456"), labels=WEEKDAYS)


def by_month_of_year(days: Codes) -> Coded:
    """January to December."""
    months = _map_small(days, lambda each: _months(each) % 12, 12)
    return Coded(codes=months, keys=tuple(str(number) for number in range(1, 13)), labels=MONTHS)


def by_month(days: Codes) -> Coded:
    """Calendar months that occur, in time order."""
    found = _periods(days, _months, lambda month: f"{1970 + month // 12}-{month % 12 + 1:02d}")
    labels = tuple(f"{MONTHS[int(key[5:]) - 1][:3]} {key[:4]}" for key in found.keys)
    return Coded(codes=found.codes, keys=found.keys, labels=labels)


def by_quarter(days: Codes) -> Coded:
    """Calendar quarters that occur."""
    return _periods(days, lambda each: _months(each) // 3, lambda item: f"{1970 + item // 4}-Q{item % 4 + 1}")


def by_year(days: Codes) -> Coded:
    """Calendar years that occur."""
    return _periods(days, lambda each: _months(each) // 12, lambda year: str(1970 + year))


def by_week(days: Codes) -> Coded:
    """ISO weeks that occur."""

    def name(week: int) -> str:
        found = (EPOCH + timedelta(days=week * 7 - _THURSDAY)).isocalendar()
        return f"{found.year}-W{found.week:02d}"

    return _periods(days, lambda each: (each + _THURSDAY) // 7, name)


def by_day(days: Codes) -> Coded:
    """Trading days that occur."""
    return _periods(days, lambda each: each, lambda day: (EPOCH + timedelta(days=day)).isoformat())


def _periods(days: Codes, number: Callable[[Ints], Ints], name: Callable[[int], str]) -> Coded:
    distinct = _different(days)
    numbers, codes = dense_codes(number(distinct))
    names = tuple(name(item) for item in numbers.tolist())
    narrow = small(codes, max(len(names), 1))
    if len(days) and distinct[-1] - distinct[0] >= TABLE_LIMIT:
        return Coded(codes=narrow[np.searchsorted(distinct, days)], keys=names, labels=names)
    first = int(distinct[0]) if len(distinct) else 0
    table = np.zeros(int(distinct[-1]) - first + 1 if len(distinct) else 0, dtype=narrow.dtype)
    table[distinct - first] = narrow
    return Coded(codes=spread_days(table, days, first) if len(days) else table, keys=names, labels=names)


def _different(days: Codes) -> Ints:
    """Return the days that occur, ascending; rows of a day often stand together."""
    changed = np.flatnonzero(days[1:] != days[:-1]) + 1
    starts = np.concatenate([[0], changed]) if len(days) else changed
    return np.unique(days[starts]).astype(np.int64)


def _months(days: Ints) -> Ints:
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def _map_small(days: Codes, function: Callable[[Ints], Ints], size: int) -> Any:
    """Apply a function with values below `size` once per calendar day; the table is as narrow as they are."""
    if not len(days):
        return np.zeros(0, dtype=np.int8)
    first, last = int(days.min()), int(days.max())
    if last - first >= TABLE_LIMIT:
        return small(function(days.astype(np.int64)), size)
    return spread_days(small(function(np.arange(first, last + 1, dtype=np.int64)), size), days, first)


def _minutes(facts: Facts, *, at_exit: bool) -> Codes:
    return exit_minutes(facts) if at_exit else facts.frame.entry_minute


def exit_minutes(facts: Facts) -> Codes:
    """Return the minute of the local day of each trade's last exit."""
    frame, zones = facts.frame, facts.around.zones

    def build() -> Any:
        minutes = np.zeros(len(frame), dtype=np.int32)
        for account in np.unique(frame.account).tolist():
            rows = frame.account == account
            minutes[rows] = local_minutes(frame.closed_at[rows], zones.get(account, "UTC"))
        return minutes

    found: Codes = facts.keep("_exit_minute", build)
    return found


def _steps(step: int, *, at_exit: bool = False) -> Callable[[Facts], Coded]:
    """Return the function that makes the buckets of the day's steps of some minutes."""
    starts = range(0, DAY_MINUTES, step)
    names = tuple(f"{start // 60:02d}:{start % 60:02d}" for start in starts)
    keys = tuple(str(start // 60) for start in starts) if step == 60 else names
    table = small(np.arange(DAY_MINUTES) // step, len(names))

    def code(facts: Facts) -> Coded:
        codes: Any = table[_minutes(facts, at_exit=at_exit)]
        if not at_exit or not facts.frame.is_open.any():
            return Coded(codes=codes, keys=keys, labels=names)
        codes = np.where(facts.frame.is_open, len(names), codes)
        return Coded(codes=small(codes, len(names) + 1), keys=(*keys, ""), labels=(*names, "Still open"))

    return code


def _exit_time(facts: Facts) -> Any:
    return np.where(facts.frame.is_open, np.nan, facts.frame.closed_at / 1e6)


def _instant(seconds: float) -> str:
    return f"{np.datetime64(int(seconds), 's').item():%Y-%m-%d %H:%M:%S} UTC"


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        slug="hour", label="Entry hour", group="Entry", about="Hour of the first entry, in the account's zone.",
        codes=_steps(60), plain="hour",
    ),
    Dimension(
        slug="entry_half_hour", label="Entry half hour", group="Entry",
        about="Half hour of the first entry, in the account's zone.", codes=_steps(30),
    ),
    Dimension(
        slug="entry_quarter_hour", label="Entry 15 minutes", group="Entry",
        about="Quarter of an hour of the first entry, in the account's zone.", codes=_steps(15),
    ),
    Dimension(
        slug="weekday", label="Entry weekday", group="Entry", about="Weekday of the first entry.",
        codes=lambda facts: by_weekday(facts.frame.entry_day), plain="weekday",
    ),
    Dimension(
        slug="entry_month", label="Entry month", group="Entry", about="Calendar month of the first entry.",
        codes=lambda facts: by_month(facts.frame.entry_day),
    ),
    Dimension(
        slug="exit_hour", label="Exit hour", group="Exit", about="Hour of the last exit, in the account's zone.",
        codes=_steps(60, at_exit=True),
    ),
    Dimension(
        slug="exit_quarter_hour", label="Exit 15 minutes", group="Exit",
        about="Quarter of an hour of the last exit, in the account's zone.", codes=_steps(15, at_exit=True),
    ),
    Dimension(
        slug="exit_weekday", label="Exit weekday", group="Exit", about="Weekday of each exit.", of_days=by_weekday,
    ),
    Dimension(slug="month", label="Month", group="Exit", about="Calendar month of each exit.", of_days=by_month),
    Dimension(
        slug="month_of_year", label="Month of the year", group="Exit", about="January to December of each exit.",
        of_days=by_month_of_year,
    ),
    Dimension(slug="day", label="Day", group="Exit", about="Trading day of each exit.", of_days=by_day, plain="day"),
    Dimension(slug="week", label="Week", group="Exit", about="ISO week of each exit.", of_days=by_week),
    Dimension(slug="quarter", label="Quarter", group="Exit", about="Quarter of each exit.", of_days=by_quarter),
    Dimension(slug="year", label="Year", group="Exit", about="Calendar year of each exit.", of_days=by_year),
    Dimension(
        slug="exit_time", label="Exit time", group="Exit", about="Instant of the last exit, seconds since 1970 UTC.",
        values=_exit_time, scale=Scale(write=_instant, unit="instant"), none_label="Still open",
    ),
)  # fmt: skip
