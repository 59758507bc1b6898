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

MOST_SPANS = 16


class MarketHoursService:
    """Tells the state of markets; reads a calendar once a day and venue."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._read: dict[str, tuple[date, Sequence[Session], Mapping[date, str]]] = {}
        self._spans: dict[tuple[str, int, int], Sequence[Session]] = {}

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

    def sessions(self, venue: Venue, first: date, last: date) -> list[Session]:
        """Return the sessions of some days, both included, ascending; none for a market that never closes.

        A span of years is read once and kept: a decade takes a second to read.
        """
        key = (venue.calendar, first.year, last.year)
        with self._lock:
            found = self._spans.get(key)
            if found is None:
                found = read_sessions(venue, date(first.year, 1, 1), date(last.year, 12, 31))[0]
                while len(self._spans) >= MOST_SPANS:
                    self._spans.pop(next(iter(self._spans)))
                self._spans[key] = found
        return [session for session in found if first <= session.day <= last]

    def _sessions(self, venue: Venue, today: date) -> tuple[Sequence[Session], Mapping[date, str]]:
        with self._lock:
            kept = self._read.get(venue.code)
            if kept is None or kept[0] != today:
                kept = self._read[venue.code] = (today, *read_sessions(venue, today - BEFORE, today + AFTER))
        return kept[1], kept[2]
