"""Candles for jobs that keep them: a part of `services.quotes.QuoteService`. No cache, no age, all limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.quotes.gate import clean_candles, find_candle_contradiction
from domain.errors import NotOfferedError, QuoteError, UnknownSymbolError
from domain.market import BarInterval
from domain.quote_feeds import FetchedCandles, Refusal
from services.live_quotes import LiveQuotes
from services.quote_windows import bounded_start

if TYPE_CHECKING:
    from data.quotes import ProviderSpec, QuoteProvider
    from data.quotes.budget import CallBudget
    from data.quotes.cache import QuoteCache
    from domain.columns import CandleTable
    from domain.periods import Clock

_PAGES = 10
_PAGE_BARS = 300


class CandleFetching:
    """Fetches whole windows of one provider's own bars."""

    if TYPE_CHECKING:  # Given by `QuoteService`.
        _real: Sequence[QuoteProvider]
        _simulated: Sequence[QuoteProvider]
        _budget: CallBudget
        _cache: QuoteCache
        _clock: Clock

        def _has_real_price(self, symbol: str) -> bool:
            """See `QuoteService`."""

    def fetch_candles(
        self,
        symbol: str,
        interval: BarInterval,
        start: datetime,
        end: datetime,
        *,
        provider: str | None = None,
        patience_seconds: float = 0.0,
    ) -> FetchedCandles:
        """Return the bars with start <= label < end as a provider gives them, through the gate.

        Args:
            symbol: The instrument's symbol.
            interval: A width that a provider serves itself.
            start: First instant.
            end: Last instant, not included.
            provider: Slug of the only one to ask; None asks in the configured order.
            patience_seconds: Longest wait for the provider's limits, all calls together.

        Raises:
            UnknownSymbolError: If nobody who was asked knows the symbol.
            NotOfferedError: If nobody serves this width.
            RateLimitedError: If the provider, its breaker or our budget says when to come back.
            QuoteUnavailableError: If it does not answer usefully.
        """
        name = LiveQuotes.normal(symbol)
        fault: QuoteError = UnknownSymbolError(f"No quote provider knows {symbol!r}.", hint="Check the spelling.")
        for item in self._sources(name, provider):
            if interval not in item.spec.intervals:
                fault = NotOfferedError(f"{item.spec.title} has no {interval.value} candles of its own.")
                continue
            try:
                return self._fetch(item, name, interval, (start, end), patience_seconds)
            except UnknownSymbolError:
                continue
            except QuoteError as error:
                fault = error
        raise fault

    def history_window(self, provider: str, interval: BarInterval) -> timedelta | None:
        """Return the longest window for one call of `fetch_candles`, None when any is as good: ten pages of bars."""
        spec = next((item.spec for item in (*self._real, *self._simulated) if item.spec.slug == provider), None)
        return None if spec is None or spec.simulated else interval.width * _PAGES * _PAGE_BARS

    def _sources(self, symbol: str, slug: str | None) -> list[QuoteProvider]:
        known = self._real if self._has_real_price(symbol) else (*self._real, *self._simulated)
        if slug is not None:
            known = [item for item in (*self._real, *self._simulated) if item.spec.slug == slug]
        return [item for item in known if item.spec.may_know(symbol)]

    def _fetch(
        self,
        provider: QuoteProvider,
        symbol: str,
        interval: BarInterval,
        window: tuple[datetime, datetime],
        patience_seconds: float,
    ) -> FetchedCandles:
        spec, now = provider.spec, self._clock()
        first = bounded_start(spec, interval, window[0], now)
        with self._budget.patience(patience_seconds):
            bars = self._cache.ask(spec, lambda: provider.candles(symbol, interval, first, window[1]))
        clean, faults = clean_candles(bars, now)
        self._note_faults(spec, symbol, interval, faults)
        return FetchedCandles(
            bars=clean,
            provider=spec.slug,
            is_split_adjusted=spec.is_split_adjusted,
            is_simulated=spec.simulated,
            faults=faults,
        )

    def _note_faults(self, spec: ProviderSpec, symbol: str, interval: BarInterval, faults: Sequence[str]) -> None:
        now = self._clock()
        self._cache.note_refusals(
            [
                Refusal(
                    provider=spec.slug,
                    symbol=symbol,
                    kind="candles",
                    reason=fault,
                    value=f"{interval.value} candles",
                    refused_at=now,
                )
                for fault in faults
            ]
        )


def find_contradiction(bars: CandleTable, kept: CandleTable | None) -> str:
    """Say why new bars of a provider may not replace those that are kept, "" when they may."""
    return "" if kept is None or len(kept) < 2 or not len(bars) else find_candle_contradiction(bars, kept)
