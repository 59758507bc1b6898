"""Price alerts of an owner and what they have told; `services.alert_watch` looks at the prices."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from analytics.alert_crossings import sight_of
from data.db import alerts as table
from domain.accounts import UserId
from domain.alerts import MOST_ALERTS, AlertDraft, AlertEvent, AlertState, PriceAlert, Sight, check_draft
from domain.errors import InvalidInputError, QuoteUnavailableError
from domain.watchlists import read_symbol

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.periods import Clock
    from services.quotes import QuoteService

EVENTS = 50


class AlertService:
    """Use cases around alerts.

    Attributes:
        changed: Set with each change in this process: whoever looks at prices reads the alerts anew.
    """

    def __init__(self, db: Database, quotes: QuoteService, clock: Clock) -> None:
        self._db = db
        self._quotes = quotes
        self._clock = clock
        self.changed = threading.Event()

    def alerts(self, owner: UserId, symbol: str = "") -> list[PriceAlert]:
        """Return the owner's alerts, of one symbol where it is given: armed ones first, then the newest.

        Raises:
            InvalidInputError: If it is not a symbol.
        """
        with self._db.read() as session:
            found = table.list_alerts(session, owner, read_symbol(symbol) if symbol else "")
        now = self._clock()
        shown = [replace(item, state=item.state_at(now)) for item in found]
        return sorted(shown, key=lambda item: item.state is not AlertState.ARMED)

    def get(self, owner: UserId, alert_id: int) -> PriceAlert:
        """Return one alert.

        Raises:
            NotFoundError: If the owner has no such alert.
        """
        with self._db.read() as session:
            found = table.get_alert(session, owner, alert_id)
        return replace(found, state=found.state_at(self._clock()))

    def create(self, owner: UserId, draft: AlertDraft) -> PriceAlert:
        """Arm a new alert; it compares with the price of this moment.

        Raises:
            InvalidInputError: If symbol, level, note or expiry cannot be, or there are too many alerts.
            UnknownSymbolError: If no provider knows the symbol; one that is down does not hinder it.
        """
        now = self._clock()
        checked = check_draft(replace(draft, symbol=read_symbol(draft.symbol), note=draft.note.strip()), now)
        with suppress(QuoteUnavailableError):
            self._quotes.quote(checked.symbol)
        with self._db.begin() as session:
            if len(table.list_alerts(session, owner)) >= MOST_ALERTS:
                raise InvalidInputError(f"You can have {MOST_ALERTS} alerts.", hint="Delete one first.")
            number = table.add_alert(session, owner, checked, self._sight(checked.symbol), now)
        self.changed.set()
        return self.get(owner, number)

    def change(self, owner: UserId, alert_id: int, **changes: Any) -> PriceAlert:
        """Change condition, level, note, repetition or expiry; what changes its condition arms it anew.

        Args:
            owner: Whose alert it is.
            alert_id: Which one.
            changes: Fields of `AlertDraft` but the symbol.

        Raises:
            NotFoundError: If the owner has no such alert.
            InvalidInputError: If something cannot be.
        """
        before = self.get(owner, alert_id)
        names = ("kind", "level", "note", "repeats", "expires_at")
        draft = AlertDraft(symbol=before.symbol, **{name: changes.get(name, getattr(before, name)) for name in names})
        is_other = (draft.kind, draft.level) != (before.kind, before.level)
        is_longer = before.state is AlertState.EXPIRED and draft.expires_at != before.expires_at
        if draft.expires_at != before.expires_at or is_other:
            check_draft(draft, self._clock())
        else:
            check_draft(replace(draft, expires_at=None), self._clock())
        after = replace(before, **{name: getattr(draft, name) for name in names})
        return self._write(after, arms=is_other or is_longer)

    def switch(self, owner: UserId, alert_id: int, *, is_on: bool) -> PriceAlert:
        """Arm an alert, from now on, or pause it.

        Raises:
            NotFoundError: If the owner has no such alert.
        """
        found = self.get(owner, alert_id)
        if not is_on:
            paused = replace(found, state=AlertState.PAUSED) if found.state is AlertState.ARMED else found
            return self._write(paused)
        if found.state is AlertState.ARMED:
            return found
        expiry = None if found.state is AlertState.EXPIRED else found.expires_at
        return self._write(replace(found, expires_at=expiry), arms=True)

    def delete(self, owner: UserId, alert_id: int) -> None:
        """Delete an alert; what it has told stays.

        Raises:
            NotFoundError: If the owner has no such alert.
        """
        with self._db.begin() as session:
            table.delete_alert(session, owner, alert_id)
        self.changed.set()

    # ── What was told ──

    def events(self, owner: UserId, *, limit: int = EVENTS, after: int = 0, symbol: str = "") -> list[AlertEvent]:
        """Return what the owner was told, the newest first; `after` leaves out events up to an id."""
        with self._db.read() as session:
            return table.list_events(session, owner, limit=limit, after=after, symbol=symbol)

    def unread(self, owner: UserId) -> int:
        """Return how much of it nobody has read."""
        with self._db.read() as session:
            return table.count_unread(session, owner)

    def mark_read(self, owner: UserId, up_to: int) -> int:
        """Note that what was told up to an id has been read, and return how much of it was not before."""
        with self._db.begin() as session:
            return table.mark_read(session, owner, up_to, self._clock())

    def newest(self, owners: Collection[UserId]) -> Mapping[UserId, int]:
        """Return the id of the newest event of each of some owners; for the streams of their tabs."""
        with self._db.read() as session:
            return table.newest_events(session, owners) if owners else {}

    def _write(self, alert: PriceAlert, *, arms: bool = False) -> PriceAlert:
        if arms:
            alert = replace(alert, state=AlertState.ARMED, seen=self._sight(alert.symbol))
        elif alert.state is AlertState.EXPIRED:
            alert = replace(alert, state=AlertState.ARMED)  # it expires by its date alone
        with self._db.begin() as session:
            table.change_alert(session, alert)
        self.changed.set()
        return self.get(UserId(alert.owner), alert.id)

    def _sight(self, symbol: str) -> Sight | None:
        """Return the price of this moment; an old one is none."""
        quote = self._quotes.quotes([symbol]).get(symbol)
        return None if quote is None or quote.stale else sight_of(quote)


def is_due(alert: PriceAlert, now: datetime) -> bool:
    """Whether an alert is looked at."""
    return alert.state_at(now) is AlertState.ARMED
