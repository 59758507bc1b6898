"""Quotes: the one way to prices, candles and profiles for pages, the API and jobs.

Providers are asked in the configured order. A real price, even an old one, always goes before a simulated one: the demo
provider answers only for symbols of which no real provider ever gave a price.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from analytics.candles import empty_candles, follow_quote, resample
from data.quotes import ProviderSpec, QuoteProvider
from data.quotes.cache import QuoteCache, Request, is_fresh
from data.quotes.gate import clean_candles
from data.quotes.store import decode_candles, decode_profile, encode_candles, encode_profile
from domain.columns import CandleTable, take
from domain.errors import QuoteError, QuoteUnavailableError, UnknownSymbolError
from domain.market import BarInterval, Profile, ProviderStatus, Quote
from domain.periods import Clock, to_micros, utc_now

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOG = logging.getLogger(__name__)
_DAY = timedelta(days=1)
_PROFILE_SECONDS = 86_400.0
_SEARCH_SECONDS = 3_600.0
_CLOSED_SECONDS = 7 * 86_400.0  # bars that have all closed do not change any more
_CANDLE_SECONDS = {BarInterval.M1: 60.0, BarInterval.M5: 60.0, BarInterval.M15: 120.0, BarInterval.M30: 180.0}
_SLOW_CANDLE_SECONDS = 600.0
_OPEN_SHARE = 390 / 1440 * 5 / 7  # of the time that a stock exchange is open
Value = TypeVar("Value")


class QuoteService:
    """Quotes, candles and profiles from the configured providers.

    Args:
        providers: First choice first.
        directory: Where the shared cache lives; made private.
        clock: Source of the current instant.
        cache: Replaces the cache that would be made; for tests.
    """

    def __init__(
        self,
        providers: Sequence[QuoteProvider],
        directory: Path,
        clock: Clock = utc_now,
        *,
        cache: QuoteCache | None = None,
    ) -> None:
        self._real = tuple(provider for provider in providers if not provider.spec.simulated)
        self._simulated = tuple(provider for provider in providers if provider.spec.simulated)
        self._ttl_seconds = {provider.spec.slug: provider.spec.quote_ttl_seconds for provider in providers}
        self._clock = clock
        self._cache = cache or QuoteCache(directory, clock)

    def quotes(self, symbols: Iterable[str]) -> dict[str, Quote]:
        """Return the last prices by symbol as given; symbols that nobody knows are absent.

        Never raises for a provider's sake: what cannot be renewed is the last good value, marked stale, or absent.
        """
        given = {symbol: _normal(symbol) for symbol in symbols if symbol.strip()}
        wanted = list(dict.fromkeys(given.values()))
        found = self._real_quotes(wanted)
        for provider in self._simulated:
            found |= _ask_simulated(provider, [symbol for symbol in wanted if symbol not in found])
        return {
            symbol: replace(found[name], symbol=symbol) if symbol != name else found[name]
            for symbol, name in given.items()
            if name in found
        }

    def quote(self, symbol: str) -> Quote:
        """Return the last price of one symbol.

        Raises:
            UnknownSymbolError: If no provider that answers knows it.
            QuoteUnavailableError: If a provider is down and there is no last good price.
        """
        found = self.quotes([symbol])
        if symbol in found:
            return found[symbol]
        failing = [status for status in self.provider_status() if not status.is_ok]
        if failing:
            raise QuoteUnavailableError(failing[0].last_error, hint="Try again later.")
        raise UnknownSymbolError(f"No quote provider knows {symbol!r}.", hint="Check the symbol's spelling.")

    def candles(
        self,
        symbol: str,
        interval: BarInterval,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 500,
    ) -> CandleTable:
        """Return the last `limit` candles with start <= label < end.

        The last candle follows the last price while it forms. Widths a provider does not serve are resampled from
        narrower bars.

        Args:
            symbol: The instrument's symbol.
            interval: Width of the bars.
            start: First instant; None goes back as far as `limit` bars need.
            end: Last instant, not included; None is now.
            limit: Most rows, > 0.

        Raises:
            UnknownSymbolError: If no provider has bars of it.
            QuoteUnavailableError: If the provider that may have them does not answer and nothing is kept.
        """
        now = self._clock()
        last = min(end, now + _DAY) if end else now + timedelta(seconds=1)
        first = start or last - _span(interval, limit)
        if first >= last:
            return empty_candles()
        bars = self._first_answer(
            _normal(symbol), lambda provider, name: self._provider_candles(provider, name, interval, (first, last))
        )
        begins, ends = _rows_between(bars, first, last)
        return _take(bars, slice(max(begins, ends - limit), ends))

    def latest_candle(self, symbol: str, interval: BarInterval) -> CandleTable:
        """Return the candle that is forming (or the last one there was), one row.

        Raises:
            UnknownSymbolError, QuoteUnavailableError: As `candles`.
        """
        return self.candles(symbol, interval, limit=1)

    def profile(self, symbol: str) -> Profile:
        """Return what a symbol is called and where it belongs; bare when no provider knows it."""
        name = _normal(symbol)
        try:
            return self._first_answer(name, self._provider_profile)
        except QuoteError:
            return Profile(symbol=name)

    def search(self, text: str) -> list[Profile]:
        """Return instruments whose symbol or name matches, best first, from the first provider that finds any."""
        wanted = " ".join(text.split())[:60]
        for provider in (*self._real, *self._simulated) if wanted else ():
            try:
                found = self._provider_search(provider, wanted)
            except QuoteError:
                continue
            if found:
                return found
        return []

    def sparkline(self, symbol: str, points: int = 30) -> NDArray[np.float64]:
        """Return the last daily closes, oldest first, float64; empty when there are none."""
        try:
            return self.candles(symbol, BarInterval.D1, limit=points).close
        except QuoteError:
            return empty_candles().close

    def is_simulated(self, symbol: str) -> bool:
        """Whether prices of this symbol come from the demo provider at present."""
        return bool(self._simulated) and not self._has_real_price(_normal(symbol))

    def provider_status(self) -> list[ProviderStatus]:
        """Return how each configured provider is doing, in order. A simulated one never fails."""
        now = self._clock()
        simulated = [
            ProviderStatus(
                slug=item.spec.slug, title=item.spec.title, simulated=True, last_success=now, age_seconds=0.0
            )
            for item in self._simulated
        ]
        return [self._cache.status(provider.spec) for provider in self._real] + simulated

    def close(self) -> None:
        """Close this thread's connection to the cache."""
        self._cache.close()

    def _real_quotes(self, wanted: list[str]) -> dict[str, Quote]:
        if not self._real:
            return {}
        now = self._clock()
        known = self._cache.last_good(wanted)
        found = {
            symbol: quote
            for symbol, quote in known.items()
            if is_fresh(quote, now, self._ttl_seconds.get(quote.provider, 0.0))
        }
        for provider in self._real:
            due = [symbol for symbol in wanted if symbol not in found]
            if due:
                found |= self._cache.renew(provider, due)
        stale = {symbol: replace(quote, stale=True) for symbol, quote in known.items() if symbol not in found}
        return found | stale

    def _has_real_price(self, symbol: str) -> bool:
        return bool(self._real) and bool(self._cache.last_good([symbol]))

    def _first_answer(self, symbol: str, ask: Callable[[QuoteProvider, str], Value]) -> Value:
        """Ask the providers in order; simulated ones only for symbols without a real price."""
        error: QuoteError = UnknownSymbolError(f"No quote provider knows {symbol!r}.", hint="Check the spelling.")
        providers = self._real if self._has_real_price(symbol) else (*self._real, *self._simulated)
        for provider in providers:
            try:
                return ask(provider, symbol)
            except UnknownSymbolError:
                continue
            except QuoteError as fault:
                error = fault
        raise error

    def _provider_candles(
        self, provider: QuoteProvider, symbol: str, interval: BarInterval, window: tuple[datetime, datetime]
    ) -> CandleTable:
        spec = provider.spec
        base = _base_interval(spec, interval)
        first = _bounded_start(spec, base, window[0], self._clock())
        if spec.simulated:
            bars = provider.candles(symbol, base, _day_start(first), window[1])
        else:
            bars = self._kept_candles(provider, symbol, base, (_day_start(first), _day_start(window[1]) + _DAY))
        return bars if base is interval else resample(bars, interval)

    def _kept_candles(
        self, provider: QuoteProvider, symbol: str, base: BarInterval, window: tuple[datetime, datetime]
    ) -> CandleTable:
        spec, now = provider.spec, self._clock()
        is_closed = window[1] <= now - _DAY

        def fetch() -> CandleTable:
            bars, faults = clean_candles(provider.candles(symbol, base, *window), now)
            for fault in faults:
                _LOG.warning("Candles of %s from %s: %s dropped", symbol, spec.slug, fault)
            if not len(bars):
                raise UnknownSymbolError(f"{spec.title} has no {base.value} candles of {symbol!r} in this period.")
            return bars

        # An open window is named by its length, so that tomorrow today's bars are still there as the last good ones.
        period = f"{window[0]:%Y%m%d}-{window[1]:%Y%m%d}" if is_closed else f"last {(window[1] - window[0]).days} days"
        request = Request(
            key=f"candles:{spec.slug}:{symbol}:{base.value}:{period}",
            ttl_seconds=_CLOSED_SECONDS if is_closed else _CANDLE_SECONDS.get(base, _SLOW_CANDLE_SECONDS),
            fetch=fetch,
            encode=encode_candles,
            decode=decode_candles,
        )
        bars = self._cache.get(spec, request)
        quote = None if is_closed else self._cache.last_good([symbol]).get(symbol)
        return follow_quote(bars, quote, base) if quote else bars

    def _provider_profile(self, provider: QuoteProvider, symbol: str) -> Profile:
        if provider.spec.simulated:
            return provider.profile(symbol)
        request = Request(
            key=f"profile:{provider.spec.slug}:{symbol}",
            ttl_seconds=_PROFILE_SECONDS,
            fetch=lambda: provider.profile(symbol),
            encode=encode_profile,
            decode=decode_profile,
        )
        return self._cache.get(provider.spec, request)

    def _provider_search(self, provider: QuoteProvider, text: str) -> list[Profile]:
        if provider.spec.simulated:
            return provider.search(text)

        def encode(found: list[Profile]) -> Any:
            return [encode_profile(item) for item in found]

        def decode(rows: Any) -> list[Profile]:
            return [decode_profile(row) for row in rows]

        request = Request(
            key=f"search:{provider.spec.slug}:{text.lower()}",
            ttl_seconds=_SEARCH_SECONDS,
            fetch=lambda: provider.search(text),
            encode=encode,
            decode=decode,
        )
        return self._cache.get(provider.spec, request)


def _normal(symbol: str) -> str:
    """Write a symbol as providers do: upper case, pairs with a dash (BTC/USD is BTC-USD)."""
    return symbol.strip().upper().replace("/", "-")


def _ask_simulated(provider: QuoteProvider, symbols: list[str]) -> dict[str, Quote]:
    """Ask a provider that computes its prices: nothing to cache, nothing to gate, new every second."""
    try:
        return provider.quotes(symbols) if symbols else {}
    except QuoteError:
        return {}


def _base_interval(spec: ProviderSpec, interval: BarInterval) -> BarInterval:
    """Return the widest interval of the provider from which the wanted one can be made.

    Weeks come from days; intraday widths from intraday widths that divide them.
    """
    if interval in spec.intervals:
        return interval
    fitting = [
        base
        for base in spec.intervals
        if base.is_intraday == interval.is_intraday and interval.width % base.width == timedelta(0)
    ]
    if not fitting:
        raise QuoteUnavailableError(f"{spec.title} has no {interval.value} candles.")
    return max(fitting, key=lambda base: base.width)


def _bounded_start(spec: ProviderSpec, base: BarInterval, start: datetime, now: datetime) -> datetime:
    """Return the start, or the first instant the provider still serves."""
    days = dict(spec.history_days).get(base)
    return max(start, now - timedelta(days=days)) if days else start


def _span(interval: BarInterval, limit: int) -> timedelta:
    """Return how far back `limit` bars reach at most: closed hours, weekends and holidays make it longer."""
    if interval.is_intraday:
        return interval.width * limit / _OPEN_SHARE + timedelta(days=5)
    share = 1 if interval is BarInterval.W1 else 0.66
    return interval.width * limit / share + timedelta(days=12)


def _day_start(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _rows_between(bars: CandleTable, first: datetime, last: datetime) -> tuple[int, int]:
    begins, ends = bars.start.searchsorted([to_micros(first), to_micros(last)])
    return int(begins), int(ends)


def _take(bars: CandleTable, rows: slice) -> CandleTable:
    taken: CandleTable = take(bars, rows)
    return taken
