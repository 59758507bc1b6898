"""What dimensions ask of the market: sectors of symbols."""

from __future__ import annotations

from collections.abc import Mapping

from services.quotes import QuoteService

MOST_SYMBOLS = 150


class MarketFacts:
    """Reads quotes and keeps the answers; safe to share between threads."""

    def __init__(self, quotes: QuoteService) -> None:
        self._quotes = quotes
        self._sectors: dict[str, str] = {}

    def sectors(self, symbols: tuple[str, ...]) -> Mapping[str, str]:
        """Return the sectors of the first 150 different symbols as far as providers tell them."""
        for symbol in dict.fromkeys(symbols[: 4 * MOST_SYMBOLS]):
            if symbol not in self._sectors and len(self._sectors) < MOST_SYMBOLS:
                self._sectors[symbol] = self._quotes.profile(symbol).sector
        return self._sectors
