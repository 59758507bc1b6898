"""When the demo market's stocks trade: New York hours, daylight saving and half days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.market.history import SHIFT_DAYS

MINUTE = 60_000_000  # microseconds
DAY = 86_400_000_000
FULL_SESSION = 390  # minutes, 09:30 to 16:00
HALF_SESSION = 210  # 09:30 to 13:00

_ZONE = ZoneInfo("America/New_York")
_OPENING = time(9, 30)
_EPOCH = date(1970, 1, 1)
# Early closes of the New York Stock Exchange within the bundled history, by their original dates.
# Source: the exchange's holiday calendar (checked in the tests against exchange_calendars).
_EARLY_CLOSES = """
2000-07-03 2000-11-24 2001-07-03 2001-11-23 2001-12-24 2002-07-05 2002-11-29 2002-12-24 2003-07-03 2003-11-28
2003-12-24 2003-12-26 2004-11-26 2005-11-25 2006-07-03 2006-11-24 2007-07-03 2007-11-23 2007-12-24 2008-07-03
2008-11-28 2008-12-24 2009-11-27 2009-12-24 2010-11-26 2011-11-25 2012-07-03 2012-11-23 2012-12-24
"""
HALF_DAYS = frozenset(date.fromisoformat(text) for text in _EARLY_CLOSES.split())


def session_minutes(day: int) -> int:
    """Return the minutes of a session: 390, or 210 where the original day closed early.

    Args:
        day: Days since 1970, in moved time.
    """
    original = _EPOCH + timedelta(days=day - SHIFT_DAYS)
    return HALF_SESSION if original in HALF_DAYS else FULL_SESSION


def session_start(day: int) -> int:
    """Return the opening (09:30 New York, daylight saving of that date) as microseconds since 1970 UTC."""
    opening = datetime.combine(_EPOCH + timedelta(days=day), _OPENING, tzinfo=_ZONE).astimezone(UTC)
    return int(opening.timestamp()) * 1_000_000
