"""Prices that are watched: a part of `services.quotes.QuoteService`. Upstream cost never depends on who watches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from domain.quote_feeds import LiveChanges, LiveQuote

if TYPE_CHECKING:
    from data.quotes.board import LiveBoard
    from data.quotes.hub import QuoteHub


class LiveQuotes:
    """What is watched and what it costs now."""

    if TYPE_CHECKING:  # Given by `QuoteService`.
        _board: LiveBoard
        _hub: QuoteHub

    @staticmethod
    def normal(symbol: str) -> str:
        """Write a symbol as providers do: upper case, pairs with a dash (BTC/USD is BTC-USD)."""
        return symbol.strip().upper().replace("/", "-")

    def watch(self, symbols: Iterable[str]) -> None:
        """Say that somebody looks at symbols for the next 30 seconds; said again every ten by whoever still does."""
        names = [self.normal(symbol) for symbol in symbols if symbol.strip()]
        if names:
            self._board.watch(names)
            self._hub.start()

    def latest(self, symbols: Iterable[str]) -> dict[str, LiveQuote]:
        """Return the watched prices of symbols by their normal names; asks nobody, so new ones are absent at first."""
        return self._board.latest([self.normal(symbol) for symbol in symbols])

    def changes_since(self, sequence: int, symbols: Sequence[str] | None = None) -> LiveChanges:
        """Return what changed after a sequence, oldest first.

        Args:
            sequence: That of the changes before, 0 for all that is known.
            symbols: Whose changes are wanted, None for all watched symbols.
        """
        names = None if symbols is None else [self.normal(symbol) for symbol in symbols]
        return self._board.changes_since(sequence, names)
