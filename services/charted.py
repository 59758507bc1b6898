"""Which symbols anybody looked at on a chart lately: noted in the cache that all processes share, whoever it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.periods import from_micros, to_micros

if TYPE_CHECKING:
    from data.quotes.store import QuoteStore
    from domain.periods import Clock

KEY = "charted"
NOTED_EVERY = timedelta(hours=1)
_KEEP_SECONDS = 180 * 86_400.0
_MOST = 1_000


class ChartedSymbols:
    """Remembers when a symbol was charted last; costs nothing when that was noted in this hour."""

    def __init__(self, store: QuoteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._noted: dict[str, datetime] = {}

    def note(self, symbol: str) -> None:
        """Say that somebody looks at a chart of a symbol."""
        now = self._clock()
        if now - self._noted.get(symbol, from_micros(0)) < NOTED_EVERY:
            return
        self._noted[symbol] = now

        def add(kept: Any) -> dict[str, int]:
            known = {**kept, symbol: to_micros(now)} if isinstance(kept, dict) else {symbol: to_micros(now)}
            return dict(sorted(known.items(), key=lambda row: -row[1])[:_MOST])

        self._store.update(KEY, add, keep_seconds=_KEEP_SECONDS)

    def since(self, instant: datetime) -> set[str]:
        """Return the symbols that were charted since an instant."""
        kept = self._store.get(KEY)
        rows = kept.items() if isinstance(kept, dict) else ()
        return {symbol for symbol, moment in rows if moment >= to_micros(instant)}
