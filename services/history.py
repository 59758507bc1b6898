"""History that keeps itself: closed bars of what is in use are fetched after each session, and gaps are filled.

What is in use is what anybody watches, charts, holds or traded in the last ninety days. One process of all looks at a
symbol; a provider is asked only while half of its calls are left for pages. Without a network it says so and comes back
later and later.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.db import facts
from data.db import history as table
from domain.errors import (
    BudgetSpentError,
    FillwiseError,
    NotOfferedError,
    QuoteError,
    RateLimitedError,
    UnknownSymbolError,
)
from domain.history import HistoryItem, HistoryState
from domain.market import BarInterval
from services.candle_sources import normal_symbol
from services.history_times import next_close
from services.holdings import QUOTED
from services.provider_order import check_keeper, keeper_of

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.accounts import UserId
    from domain.candles import KeepingReport, SeriesKey
    from domain.periods import Clock
    from services.candle_keeping import CandleKeeper
    from services.candles import CandleService
    from services.charted import ChartedSymbols
    from services.market_hours import MarketHoursService
    from services.quotes import QuoteService

FACT = "history"
WIDTHS = (BarInterval.D1, BarInterval.M1)
FIRST_REACH = {BarInterval.D1: timedelta(days=5 * 365), BarInterval.M1: timedelta(days=7)}
OVERLAP_BARS = 30
LATELY = timedelta(days=90)
LIST_EVERY = timedelta(minutes=15)
CLAIM = timedelta(minutes=10)
RECENT = timedelta(days=3)
FIRST_REST, LONGEST_REST = timedelta(minutes=2), timedelta(hours=6)
UNKNOWN_REST = timedelta(days=1)
SHORTEST_REST = timedelta(seconds=30)
NOBODY_HAS_IT = "No provider of its order has these candles."
ROOM_REST = timedelta(minutes=5)
PATIENCE_SECONDS = 20.0
FEW_FAILURES = 3
MOST_SYMBOLS = 500
_LOG = logging.getLogger("fillwise.history")


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryParts:
    """What history is kept with."""

    quotes: QuoteService
    candles: CandleService
    keeper: CandleKeeper
    hours: MarketHoursService
    charted: ChartedSymbols
    learn: Callable[[str], bool]
    """Asks for a symbol's splits and dividends."""


class HistoryService:
    """Keeps history; safe to share between threads and processes.

    Args:
        db: Where the list is.
        clock: Source of the current instant.
        parts: Prices, bars and hours.
    """

    def __init__(self, db: Database, clock: Clock, parts: HistoryParts) -> None:
        self._db = db
        self._clock = clock
        self._parts = parts
        self.changed = threading.Event()

    def state(self, owner: UserId) -> HistoryState:
        """Return how history is doing, as everybody may see it."""
        with self._db.read() as session:
            keeper = keeper_of(session)
            unserved, looked_at = table.read_list(session)
            return HistoryState(
                is_on=_is_on(facts.find_fact(session, FACT)),
                may_change=int(keeper.id) == int(owner),
                keeper=keeper.username,
                items=tuple(table.list_items(session)),
                unserved=unserved,
                looked_at=looked_at,
            )

    def switch(self, owner: UserId, *, is_on: bool) -> None:
        """Let history keep itself, or not.

        Raises:
            ForbiddenError: If somebody else keeps the installation.
        """
        with self._db.begin() as session:
            check_keeper(session, owner)
            facts.set_fact(session, FACT, json.dumps({"on": is_on}))
            table.expire_list(session, self._clock())
        self.changed.set()

    def hurry(self, symbols: Sequence[str], at: datetime) -> None:
        """Fetch the minutes of symbols at an instant rather than later: a stream has missed some."""
        with self._db.begin(is_patient=False) as session:
            if table.hurry(session, [normal_symbol(symbol) for symbol in symbols], BarInterval.M1, at):
                self.changed.set()

    # The work -----------------------------------------------------------------------------------------------------

    def next_due(self) -> datetime | None:
        """Return when something is due, None while history does not keep itself."""
        with self._db.read() as session:
            return table.next_due(session) if _is_on(facts.find_fact(session, FACT)) else None

    def do_due(self) -> int:
        """Make the list anew if it is time, and look at one symbol that is due; returns how many were looked at."""
        now = self._clock()
        with self._db.read() as session:
            if not _is_on(facts.find_fact(session, FACT)):
                return 0
        self._renew_list(now)
        with self._db.read() as session:
            item = table.due_item(session, now)
        if item is None:
            return 0
        with self._db.begin() as session:
            if not table.claim(session, item, now + CLAIM):
                return 0
        outcome = self._look_at(item, now)
        with self._db.begin() as session:
            table.note_outcome(session, outcome)
        return 1

    def _renew_list(self, now: datetime) -> None:
        with self._db.read() as session:
            due = table.next_due(session)
        if due is not None and due > now:
            return
        with self._db.begin() as session:
            if not table.claim_list(session, now, now + LIST_EVERY):
                return
        with self._db.read() as session:
            found = table.symbols_in_use(session, now - LATELY, sorted(kind.value for kind in QUOTED))
        names = sorted({normal_symbol(symbol) for symbol in found | self._parts.charted.since(now - LATELY)})
        wanted = [
            (name, width)
            for name in names[:MOST_SYMBOLS]
            for width in WIDTHS
            if len(name) <= 64 and self._parts.quotes.history_sources(name, width)
        ]
        with self._db.begin() as session:
            table.set_items(session, wanted, at=now)
            table.note_list(session, unserved=len(names) - len({name for name, _ in wanted}), at=now)

    def _look_at(self, item: HistoryItem, now: datetime) -> HistoryItem:
        """Fetch what is missing of an item and return how it stands then."""
        quotes = self._parts.quotes
        slug = self._source(item)
        if not slug:
            return replace(item, last_at=now, next_at=now + UNKNOWN_REST, error=NOBODY_HAS_IT)
        if not quotes.has_room(slug):
            return replace(item, next_at=now + ROOM_REST, error=f"{slug} has half of its calls spent; the rest waits.")
        begun = item if slug == item.provider else replace(item, provider=slug, fetched_to=None)
        try:
            report = self._fetch(begun, slug, now)
            gaps = self._mend(report.key, begun, now)
            if begun.interval is BarInterval.D1:
                self._parts.learn(begun.symbol)
        except QuoteError as error:
            return self._after_failure(begun, error, now)
        except FillwiseError as error:
            _LOG.warning("History of %s: %s", item.symbol, error.message)
            return self._after_failure(begun, QuoteError(error.message), now)
        return replace(
            begun,
            next_at=next_close(item.interval, now, quotes.profile(item.symbol), self._parts.hours),
            fetched_to=report.until or begun.fetched_to,
            last_at=now,
            added=report.added,
            gaps=gaps,
            failures=0,
            error="",
        )

    def _source(self, item: HistoryItem) -> str:
        """Return who is asked: the one that was, until it failed a few times in a row; then the next one."""
        found = self._parts.quotes.history_sources(item.symbol, item.interval)
        if not found:
            return ""
        if item.provider not in found or not item.failures:
            return found[0] if item.provider not in found else item.provider
        is_turn = item.failures % FEW_FAILURES == 0
        return found[(found.index(item.provider) + is_turn) % len(found)]

    def _fetch(self, item: HistoryItem, slug: str, now: datetime) -> KeepingReport:
        keeper, quotes, width = self._parts.keeper, self._parts.quotes, item.interval.width
        last = item.fetched_to or self._parts.candles.last_kept(item.symbol, item.interval, slug)
        reach = min(FIRST_REACH[item.interval], quotes.reach(slug, item.interval) or timedelta.max)
        start = max(last - OVERLAP_BARS * width, now - reach) if last else now - reach
        return keeper.fetch(item.symbol, item.interval, start=start, provider=slug, patience_seconds=PATIENCE_SECONDS)

    def _mend(self, key: SeriesKey, item: HistoryItem, now: datetime) -> int:
        """Fill gaps: of the last days at each look, of everything once a day; returns how many are left."""
        is_first_today = item.last_at is None or item.last_at.date() != now.date()
        start = None if is_first_today else now.replace(hour=0, minute=0, second=0, microsecond=0) - RECENT
        self._parts.keeper.mend_gaps(key, start=start, patience_seconds=PATIENCE_SECONDS)
        return self._parts.keeper.count_gaps(key)

    def _after_failure(self, item: HistoryItem, error: QuoteError, now: datetime) -> HistoryItem:
        if isinstance(error, UnknownSymbolError | NotOfferedError):
            return self._after_absence(item, error, now)
        words = f"{error.message} {error.hint}".strip()
        wait = timedelta(seconds=(error.retry_after_seconds or 0.0) if isinstance(error, RateLimitedError) else 0.0)
        if isinstance(error, BudgetSpentError):
            return replace(item, last_at=now, next_at=now + max(SHORTEST_REST, wait), error=words)
        failures = item.failures + 1
        rest = max(wait, min(LONGEST_REST, FIRST_REST * 2 ** min(failures - 1, 12)))
        return replace(item, last_at=now, next_at=now + rest, added=0, failures=failures, error=words)

    def _after_absence(self, item: HistoryItem, error: QuoteError, now: datetime) -> HistoryItem:
        """Who does not have it has it no more in two minutes: the next one is asked soon, and all again tomorrow."""
        failures = (item.failures // FEW_FAILURES + 1) * FEW_FAILURES
        if failures < FEW_FAILURES * len(self._parts.quotes.history_sources(item.symbol, item.interval)):
            words = f"{error.message} {error.hint}".strip()
            return replace(item, last_at=now, next_at=now + SHORTEST_REST, added=0, failures=failures, error=words)
        return replace(
            item, provider="", last_at=now, next_at=now + UNKNOWN_REST, added=0, failures=0, error=NOBODY_HAS_IT
        )


def _is_on(text: str | None) -> bool:
    return bool(json.loads(text)["on"]) if text else True
