"""The board of watched symbols: their last prices with a sequence, shared by all processes through the store.

One process writes it, all read it, each at most four times a second however many streams it serves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from data.quotes.store import QuoteStore, decode_quote, encode_quote
from domain.market import Quote
from domain.periods import MICROSECONDS, Clock, to_micros
from domain.quote_feeds import LiveChanges, LiveQuote

LEASE_SECONDS = 30.0
_READ_SECONDS = 0.25
_KEEP_SECONDS = 86_400.0
_RENEW_SECONDS = LEASE_SECONDS / 2
STALE_SECONDS = 60.0


class LiveBoard:
    """Who watches what, and what it costs now.

    Args:
        store: Shared by all processes.
        clock: Source of the current instant.
    """

    def __init__(self, store: QuoteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._leased: dict[str, float] = {}
        self._read_at = -1.0
        self._seen: tuple[int, dict[str, tuple[int, Quote]]] = 0, {}

    def watch(self, symbols: Iterable[str]) -> None:
        """Say that somebody looks at symbols for the next half minute; costs nothing when it was said just now."""
        now = to_micros(self._clock()) / MICROSECONDS
        with self._lock:
            due = [symbol for symbol in symbols if self._leased.get(symbol, 0.0) < now + _RENEW_SECONDS]
            self._leased.update(dict.fromkeys(due, now + LEASE_SECONDS))
        if due:
            self._store.update(
                "live:leases",
                lambda kept: _living(kept, now) | dict.fromkeys(due, now + LEASE_SECONDS),
                keep_seconds=_KEEP_SECONDS,
            )

    def watched(self) -> list[str]:
        """Return the symbols that somebody in any process looks at."""
        return sorted(_living(self._store.get("live:leases"), to_micros(self._clock()) / MICROSECONDS))

    def publish(self, quotes: Mapping[str, Quote]) -> None:
        """Put prices on the board; those that did not change keep their sequence."""
        if quotes:
            first = to_micros(self._clock()) // 1000  # so that it grows even when the store was emptied
            self._store.update("live:board", lambda kept: _merge(kept, quotes, first), keep_seconds=_KEEP_SECONDS)

    def latest(self, symbols: Sequence[str]) -> dict[str, LiveQuote]:
        """Return what is on the board of these symbols."""
        _, quotes = self._read()
        return {symbol: self._live(*quotes[symbol]) for symbol in symbols if symbol in quotes}

    def changes_since(self, sequence: int, symbols: Sequence[str] | None = None) -> LiveChanges:
        """Return what changed after a sequence, oldest first, of all symbols or of these."""
        latest, quotes = self._read()
        wanted = quotes if symbols is None else {symbol: quotes[symbol] for symbol in symbols if symbol in quotes}
        changed = sorted((found for found in wanted.values() if found[0] > sequence), key=lambda found: found[0])
        return LiveChanges(sequence=max(latest, sequence), quotes=tuple(self._live(*found) for found in changed))

    def lead(self, name: str, *, seconds: float) -> bool:
        """Return whether this one leads all processes for the next seconds: the first who asks, until he is silent."""
        now = to_micros(self._clock()) / MICROSECONDS
        is_mine = False

        def elect(leader: Any) -> Any:
            nonlocal is_mine
            is_free = not isinstance(leader, dict) or leader["until"] <= now or leader["name"] == name
            is_mine = is_free
            return {"name": name, "until": now + seconds} if is_free else leader

        self._store.update("live:leader", elect, keep_seconds=_KEEP_SECONDS)
        return is_mine

    def resign(self, name: str) -> None:
        """Let somebody else lead."""
        self._store.update(
            "live:leader",
            lambda leader: None if isinstance(leader, dict) and leader["name"] == name else leader,
            keep_seconds=_KEEP_SECONDS,
        )

    def _read(self) -> tuple[int, dict[str, tuple[int, Quote]]]:
        with self._lock:
            if time.monotonic() - self._read_at >= _READ_SECONDS:
                kept = _board(self._store.get("live:board"))
                if kept["sequence"] != self._seen[0]:
                    rows = kept["quotes"].items()
                    self._seen = kept["sequence"], {name: (row[0], decode_quote(row[1])) for name, row in rows}
                self._read_at = time.monotonic()
            return self._seen

    def _live(self, sequence: int, quote: Quote) -> LiveQuote:
        age = max(0.0, (self._clock() - quote.fetched_at).total_seconds())
        shown = replace(quote, stale=True) if age > STALE_SECONDS and not quote.simulated else quote
        return LiveQuote(quote=shown, sequence=sequence, age_seconds=age)


def _board(kept: Any) -> dict[str, Any]:
    return kept if isinstance(kept, dict) else {"sequence": 0, "quotes": {}}


def _living(kept: Any, now: float) -> dict[str, float]:
    return {symbol: until for symbol, until in kept.items() if until > now} if isinstance(kept, dict) else {}


def _merge(kept: Any, quotes: Mapping[str, Quote], first: int) -> dict[str, Any]:
    board = _board(kept)
    sequence, rows = max(int(board["sequence"]), first), dict(board["quotes"])
    for symbol, quote in quotes.items():
        row = encode_quote(quote)
        before = rows.get(symbol)
        if before is not None and _is_same(before[1], row):
            rows[symbol] = [before[0], row]
        else:
            sequence += 1
            rows[symbol] = [sequence, row]
    return {"sequence": sequence, "quotes": rows}


def _is_same(before: dict[str, Any], row: dict[str, Any]) -> bool:
    names = ("price", "as_of", "previous_close", "high", "low", "stale", "provider")
    return all(before.get(name) == row[name] for name in names)
