"""When the next closed bar of an instrument can be had."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.market import BarInterval
from domain.market_hours import find_venue

if TYPE_CHECKING:
    from domain.market import Profile
    from services.market_hours import MarketHoursService

SETTLE = timedelta(minutes=20)
"""After the close: free plans are a quarter of an hour behind."""
SOON = timedelta(minutes=2)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def next_close(interval: BarInterval, now: datetime, profile: Profile, hours: MarketHoursService) -> datetime:
    """Return when bars are fetched next: after the session's end; around the clock, each hour or after midnight UTC.

    Args:
        interval: Width of the bars.
        now: The current instant.
        profile: Of the instrument; without a known exchange its day ends at midnight UTC.
        hours: The calendars.
    """
    venue = find_venue(profile.exchange, asset_class=profile.asset_class)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
    if venue is None:
        return midnight + SETTLE
    if not venue.calendar:
        hour = now.replace(minute=0, second=0, microsecond=0) + _HOUR
        return (hour if interval.is_intraday else midnight) + SOON
    sessions = hours.sessions(venue, now.date() - _DAY, now.date() + 14 * _DAY)
    ends = (session.closes_at + SETTLE for session in sessions)
    return next((end for end in ends if end > now), midnight + SETTLE)
