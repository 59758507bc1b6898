"""What the world's markets are doing now."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from analytics.market_hours import market_status
from data.exchange_hours import read_sessions
from domain.errors import InvalidInputError
from domain.market_hours import VENUES, MarketStatus, Session, Venue
from domain.periods import Clock

BEFORE, AFTER = timedelta(days=8), timedelta(days=24)
"""Days of sessions that are read at once: no market rests longer than ten days."""


class MarketHoursService:
    """Tells the state of markets; reads a calendar once a day and venue."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._read: dict[str, tuple[date, Sequence[Session], Mapping[date, str]]] = {}

    def status(self, venue: Venue) -> MarketStatus:
        """Return what a market is doing now."""
        now = self._clock()
        sessions, holidays = self._sessions(venue, now.date())
        return market_status(venue, now, sessions=sessions, holidays=holidays)

    def statuses(self, codes: Sequence[str] = ()) -> list[MarketStatus]:
        """Return what some markets are doing, all of them without codes.

        Raises:
            InvalidInputError: If a code is not known.
        """
        known = {venue.code: venue for venue in VENUES}
        strange = [code for code in codes if code.upper() not in known]
        if strange:
            raise InvalidInputError(
                f"Market {strange[0][:20]!r} is not known.", field="venues", hint=f"Use {', '.join(known)}."
            )
        return [self.status(known[code.upper()]) for code in codes or known]

    def _sessions(self, venue: Venue, today: date) -> tuple[Sequence[Session], Mapping[date, str]]:
        with self._lock:
            kept = self._read.get(venue.code)
            if kept is None or kept[0] != today:
                kept = self._read[venue.code] = (today, *read_sessions(venue, today - BEFORE, today + AFTER))
        return kept[1], kept[2]
