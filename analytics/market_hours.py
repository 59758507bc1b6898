"""What a market is doing at an instant, from its sessions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.market_hours import MarketState, MarketStatus, Session, Venue

SATURDAY = 5


def market_status(
    venue: Venue, at: datetime, *, sessions: Sequence[Session], holidays: Mapping[date, str] | None = None
) -> MarketStatus:
    """Return what a market is doing.

    A weekday of the venue without a session is a holiday, a weekend is closed, and so is every hour
    between the sessions of a market that closes for an hour a day.

    Args:
        venue: The market.
        at: The instant, with its zone.
        sessions: Ascending by opening, of some days around it; none for what trades around the clock.
        holidays: Names of holidays by day of the venue.
    """
    if not venue.calendar:
        return MarketStatus(venue=venue, at=at, state=MarketState.OPEN)
    row = bisect_right([session.opens_at for session in sessions], at) - 1
    if row >= 0 and at < sessions[row].closes_at:
        running = sessions[row]
        return MarketStatus(venue=venue, at=at, state=MarketState.OPEN, session=running, changes_at=running.closes_at)
    coming = sessions[row + 1] if row + 1 < len(sessions) else None
    if coming is not None and venue.pre_open and coming.opens_at - venue.pre_open <= at:
        return MarketStatus(venue=venue, at=at, state=MarketState.PRE_OPEN, session=coming, changes_at=coming.opens_at)
    day = at.astimezone(ZoneInfo(venue.zone)).date()
    # Behind the last known session nothing says whether a day is one.
    is_holiday = coming is not None and day.weekday() < SATURDAY and all(session.day != day for session in sessions)
    return MarketStatus(
        venue=venue,
        at=at,
        state=MarketState.HOLIDAY if is_holiday else MarketState.CLOSED,
        session=coming,
        changes_at=None if coming is None else coming.opens_at - venue.pre_open,
        holiday=(holidays or {}).get(day, "") if is_holiday else "",
    )
