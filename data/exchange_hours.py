"""Sessions and holidays of exchanges, from exchange-calendars.

The library brings pandas and takes a second to load: it is imported when the first market is asked for.
"""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.market_hours import Session, Venue

_MARGIN = timedelta(days=7)


def read_sessions(venue: Venue, first: date, last: date) -> tuple[tuple[Session, ...], dict[date, str]]:
    """Return the sessions of some days, both included, and the names of the holidays among them.

    A calendar that is known to an earlier day only ends there.
    """
    if not venue.calendar:
        return (), {}
    with warnings.catch_warnings():
        # The library's own calls of pandas warn of pandas 4.
        warnings.simplefilter("ignore", DeprecationWarning)
        return _read(_calendar(venue.calendar, first, last), first, last, pause=venue.pause)


def _read(calendar: Any, first: date, last: date, *, pause: timedelta) -> tuple[tuple[Session, ...], dict[date, str]]:
    early = {stamp.date() for stamp in calendar.early_closes}
    rows = zip(calendar.sessions, calendar.opens, calendar.closes, strict=True)
    sessions = tuple(
        Session(
            day=day.date(),
            opens_at=_instant(opens),
            closes_at=_instant(closes) - (timedelta(0) if day.date() in early else pause),
            is_half_day=day.date() in early,
        )
        for day, opens, closes in rows
        if first <= day.date() <= last
    )
    return sessions, _holidays(calendar, first, last)


def _calendar(name: str, first: date, last: date) -> Any:
    import exchange_calendars  # noqa: PLC0415 - pandas
    from exchange_calendars.errors import CalendarError  # noqa: PLC0415 - same

    kind = exchange_calendars.get_calendar(name, start="2020-01-01", end="2020-03-01").__class__
    bound = kind.bound_max()
    end = last if bound is None else min(last, bound.date())
    try:
        # A calendar holds two days at least; what is before the first one asked for is left out by the reader.
        return kind(start=(first - _MARGIN).isoformat(), end=end.isoformat())
    except (CalendarError, ValueError):
        # A span without a single session, such as days after the last known one.
        return kind(start="2020-01-01", end="2020-03-01")


def _holidays(calendar: Any, first: date, last: date) -> dict[date, str]:
    if calendar.regular_holidays is None:
        return {}
    found = calendar.regular_holidays.holidays(first.isoformat(), last.isoformat(), return_name=True)
    return {stamp.date(): str(name) for stamp, name in found.items()}


def _instant(stamp: Any) -> datetime:
    return datetime.fromtimestamp(stamp.timestamp(), UTC)
