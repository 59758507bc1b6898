"""Candles for jobs that keep them: a part of `services.quotes.QuoteService`. No cache, no age, all limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from data.quotes.gate import clean_candles, find_candle_contradiction
from domain.errors import NotOfferedError, QuoteError, UnknownSymbolError
from domain.market import BarInterval
from domain.provider_order import OrderClass, class_of
from domain.quote_feeds import FetchedCandles, Refusal
from services.live_quotes import LiveQuotes
from services.quote_windows import bounded_start

if TYPE_CHECKING:
    from data.quotes import ProviderSpec, QuoteProvider, StatingProvider
    from data.quotes.budget import CallBudget
    from data.quotes.cache import QuoteCache
    from data.quotes.ring import ProviderRing
    from domain.candles import SeriesKey, StatedAction
    from domain.columns import CandleTable
    from domain.periods import Clock

_PAGES = 10
_ACTION_PATIENCE_SECONDS = 20.0
_PAGE_BARS = 300


class CandleFetching:
    """Fetches whole windows of one provider's own bars."""

    if TYPE_CHECKING:  # Given by `QuoteService`.
        _ring: ProviderRing
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
        found = self._ring.find(provider)
        return None if found is None or found.spec.simulated else interval.width * _PAGES * _PAGE_BARS

    def _sources(self, symbol: str, slug: str | None) -> list[QuoteProvider]:
        if slug is not None:
            named = self._ring.find(slug)
            if named is None:
                names = ", ".join(item.spec.slug for item in self._ring.in_use())
                raise NotOfferedError(f"Quote provider {slug[:24]!r} is not in use here.", hint=f"In use: {names}.")
            return [named] if named is not None and named.spec.may_know(symbol) else []
        is_real = self._has_real_price(symbol)
        known = self._ring.of_symbol(symbol)
        return [item for item in known if item.spec.may_know(symbol) and not (is_real and item.spec.simulated)]

    def order_of(self, symbol: str) -> list[str]:
        """Return the slugs of the providers that are asked for a symbol, first choice first."""
        return [item.spec.slug for item in self._ring.of_symbol(LiveQuotes.normal(symbol))]

    def order_of_kind(self, kind: OrderClass) -> list[str]:
        """Return the slugs of the providers that are asked for a kind of instrument, first choice first."""
        return [item.spec.slug for item in self._ring.of_kind(kind)]

    def history_sources(self, symbol: str, interval: BarInterval) -> list[str]:
        """Return the slugs of the providers whose own bars of a width may be kept, first choice first."""
        name = LiveQuotes.normal(symbol)
        return [
            item.spec.slug
            for item in self._ring.of_symbol(name)
            if interval in item.spec.intervals and item.spec.may_know(name) and not item.spec.simulated
        ]

    def reach(self, provider: str, interval: BarInterval) -> timedelta | None:
        """Return how far back a provider serves a width, None without such a limit."""
        found = self._ring.find(provider)
        days = dict(found.spec.history_days).get(interval) if found is not None else None
        return timedelta(days=days) if days else None

    def stated_actions(self, symbol: str, start: datetime) -> tuple[str, list[StatedAction]] | None:
        """Return who states splits and dividends of a symbol and which, None when nobody in its order does.

        Raises:
            QuoteError: If the one who does gives no answer.
        """
        for item in self._sources(LiveQuotes.normal(symbol), None):
            if item.spec.states_actions and class_of(symbol) is OrderClass.STOCK:
                return item.spec.slug, self._ask_actions(item, symbol, start)
        return None

    def _ask_actions(self, provider: QuoteProvider, symbol: str, start: datetime) -> list[StatedAction]:
        stating = cast("StatingProvider", provider)
        with self._budget.patience(_ACTION_PATIENCE_SECONDS):
            return self._cache.ask(provider.spec, lambda: stating.actions(symbol, start))

    def has_room(self, provider: str) -> bool:
        """Whether less than half of a provider's calls are spent: the other half is for pages."""
        found = self._ring.find(provider)
        return found is not None and self._budget.has_room(found.spec)

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

    def note_candle_fault(self, key: SeriesKey, fault: str) -> None:
        """Write down why bars that came were not kept."""
        refusal = Refusal(
            provider=key.provider,
            symbol=key.symbol,
            kind="candles",
            reason=fault,
            value=f"{key.interval.value} candles",
            refused_at=self._clock(),
        )
        self._cache.note_refusals([refusal])

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
