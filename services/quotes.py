"""Quotes: the one way to prices, candles and profiles for pages, the API and jobs.

Providers are asked in the configured order. A real price, even an old one, always goes before a simulated one: the demo
provider answers only for symbols of which no real provider ever gave a price.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import override

from analytics.candles import drop_unfinished, empty_candles, follow_quote, resample
from data.quotes import ProviderSpec, QuoteProvider
from data.quotes.board import LiveBoard
from data.quotes.budget import CallBudget
from data.quotes.cache import QuoteCache, is_fresh
from data.quotes.gate import RefusedAnswerError, clean_candles
from data.quotes.hub import LiveHistory, QuoteHub
from data.quotes.kept import Request
from data.quotes.ring import ProviderRing
from data.quotes.store import QuoteStore, decode_candles, decode_profile, encode_candles, encode_profile
from domain.columns import CandleTable
from domain.errors import QuoteError, QuoteUnavailableError, UnknownSymbolError
from domain.market import BarInterval, Profile, ProviderStatus, Quote
from domain.periods import Clock, utc_now
from services.candle_fetching import CandleFetching, find_contradiction
from services.live_quotes import LiveQuotes
from services.quote_windows import base_interval, bounded_start, day_start, reach_of, rows_between, take_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from domain.quote_feeds import Refusal
    from services.quote_archive import QuoteArchive

_DAY = timedelta(days=1)
_PROFILE_SECONDS = 86_400.0
_SEARCH_SECONDS = 3_600.0
_CLOSED_SECONDS = 7 * 86_400.0  # bars that have all closed do not change any more
_CANDLE_SECONDS = {BarInterval.M1: 60.0, BarInterval.M5: 60.0, BarInterval.M15: 120.0, BarInterval.M30: 180.0}
_ENOUGH_FOUND = 5
_SLOW_CANDLE_SECONDS = 600.0
Value = TypeVar("Value")


class QuoteService(LiveQuotes, CandleFetching):
    """Quotes, candles and profiles from the configured providers.

    Args:
        providers: First choice first, or a ring of them whose order may change.
        directory: Where the shared cache lives; made private.
        clock: Source of the current instant.
        cache: Replaces the cache that would be made.
        archive: The tables of last good prices and profiles; without it they live in the cache alone.
        budget: What the providers take their calls from.
        history: Gives what keeps the closed bars of streams; without it they are not kept.
    """

    def __init__(
        self,
        providers: Sequence[QuoteProvider] | ProviderRing,
        directory: Path,
        clock: Clock = utc_now,
        *,
        cache: QuoteCache | None = None,
        archive: QuoteArchive | None = None,
        budget: CallBudget | None = None,
        history: Callable[[], LiveHistory] | None = None,
    ) -> None:
        self._ring = providers if isinstance(providers, ProviderRing) else ProviderRing(providers)
        self._clock = clock
        self._cache = cache or QuoteCache(directory, clock)
        self._archive = archive
        self._budget = budget or CallBudget(self._cache.store, clock)
        self._board = LiveBoard(self._cache.store, clock)
        self._hub = QuoteHub(self._board, self._cache, self._ring, history=history)

    def quotes(self, symbols: Iterable[str]) -> dict[str, Quote]:
        """Return the last prices by symbol as given; symbols that nobody knows are absent.

        Never raises for a provider's sake: what cannot be renewed is the last good value, marked stale, or absent.
        """
        given = {symbol: self.normal(symbol) for symbol in symbols if symbol.strip()}
        wanted = list(dict.fromkeys(given.values()))
        found = self._real_quotes(wanted)
        for provider, names in self._simulated([symbol for symbol in wanted if symbol not in found]):
            found |= _ask_simulated(provider, names)
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
        first = start or last - reach_of(interval, limit)
        if first >= last:
            return empty_candles()
        bars = self._first_answer(
            self.normal(symbol), lambda provider, name: self._provider_candles(provider, name, interval, (first, last))
        )
        begins, ends = rows_between(bars, first, last)
        return take_rows(bars, slice(max(begins, ends - limit), ends))

    def latest_candles(self, symbol: str, interval: BarInterval) -> CandleTable:
        """Return the candle that is forming and the one before, whose volume is only known once it is over.

        At most two rows; of less than a day's width those of the last 24 hours.

        Raises:
            UnknownSymbolError, QuoteUnavailableError: As `candles`.
        """
        start = self._clock() - _DAY if interval.is_intraday else None
        bars = self.candles(symbol, interval, start=start, limit=2)
        name = self.normal(symbol)
        quote = self._cache.last_good([name]).get(name)
        return drop_unfinished(bars, quote, interval) if quote else bars

    def profile(self, symbol: str) -> Profile:
        """Return what a symbol is called and where it belongs; bare when no provider knows it."""
        name = self.normal(symbol)
        try:
            return self._first_answer(name, self._provider_profile)
        except QuoteError:
            return self._old_profile(name) or Profile(symbol=name)

    def search(self, text: str) -> list[Profile]:
        """Return instruments whose symbol or name matches, each once.

        Those of the first provider come first; further ones are asked while there are few, simulated ones when there
        are none.
        """
        wanted = " ".join(text.split())[:60]
        found: dict[str, Profile] = {}
        with self._cache.one_wait():
            for provider in self._ring.in_use() if wanted else ():
                if len(found) >= _ENOUGH_FOUND or (found and provider.spec.simulated):
                    break
                with suppress(QuoteError):
                    for item in self._provider_search(provider, wanted):
                        found.setdefault(item.symbol, item)
        return list(found.values())

    def sparkline(self, symbol: str, points: int = 30) -> NDArray[np.float64]:
        """Return the last daily closes, oldest first, float64; empty when there are none."""
        try:
            return self.candles(symbol, BarInterval.D1, limit=points).close
        except QuoteError:
            return empty_candles().close

    def is_simulated(self, symbol: str) -> bool:
        """Whether prices of this symbol come from the demo provider at present."""
        name = self.normal(symbol)
        return any(item.spec.simulated for item in self._ring.of_symbol(name)) and not self._has_real_price(name)

    def provider_status(self) -> list[ProviderStatus]:
        """Return how each configured provider is doing, in order. A simulated one never fails."""
        specs = [item.spec for item in self._ring.in_use()]
        is_any_real = any(not spec.simulated for spec in specs)
        served = self._archive.count_quotes() if self._archive and is_any_real else {}
        return [self._status(spec, served) for spec in specs]

    @property
    def store(self) -> QuoteStore:
        """The memory that all processes of this machine share."""
        return self._cache.store

    def refusals(self, limit: int = 100) -> list[Refusal]:
        """Return what the gate put aside, newest first."""
        return self._archive.read_refusals(limit) if self._archive else []

    def close(self) -> None:
        """End the live feed and close this thread's connection to the cache."""
        self._hub.stop()
        self._cache.close()

    def _status(self, spec: ProviderSpec, served: dict[str, int]) -> ProviderStatus:
        if spec.simulated:
            return ProviderStatus(
                slug=spec.slug, title=spec.title, simulated=True, last_success=self._clock(), age_seconds=0.0
            )
        status = self._cache.status(spec)
        return replace(status, calls_left=self._budget.left(spec), served=served.get(spec.slug, 0))

    def _real_quotes(self, wanted: list[str]) -> dict[str, Quote]:
        found: dict[str, Quote] = {}
        with self._cache.one_wait():
            for providers, names in self._ring.groups(wanted):
                real = [item for item in providers if not item.spec.simulated]
                found |= self._quotes_of(real, names) if real else {}
        return found

    def _quotes_of(self, providers: Sequence[QuoteProvider], wanted: list[str]) -> dict[str, Quote]:
        """Return prices of symbols that the same providers are asked for: fresh, renewed, or the last good ones."""
        now, known = self._clock(), self._cache.last_good(wanted)
        ttl_seconds = {item.spec.slug: item.spec.quote_ttl_seconds for item in providers}
        found = {
            symbol: quote
            for symbol, quote in known.items()
            if is_fresh(quote, now, ttl_seconds.get(quote.provider, 0.0))
        }
        for provider in providers:
            due = [symbol for symbol in wanted if symbol not in found]
            found |= self._cache.renew(provider, due) if due else {}
        stale = {symbol: replace(quote, stale=True) for symbol, quote in known.items() if symbol not in found}
        return found | stale

    def _simulated(self, symbols: list[str]) -> list[tuple[QuoteProvider, list[str]]]:
        """Return who simulates which of these symbols."""
        return [
            (item, names)
            for providers, names in self._ring.groups(symbols)
            for item in providers
            if item.spec.simulated
        ]

    @override
    def _has_real_price(self, symbol: str) -> bool:
        is_any_real = any(not item.spec.simulated for item in self._ring.of_symbol(symbol))
        return is_any_real and bool(self._cache.last_good([symbol]))

    def _first_answer(self, symbol: str, ask: Callable[[QuoteProvider, str], Value]) -> Value:
        """Ask the providers in order; simulated ones only for symbols without a real price."""
        error: QuoteError = UnknownSymbolError(f"No quote provider knows {symbol!r}.", hint="Check the spelling.")
        with self._cache.one_wait():
            for provider in self._sources(symbol, None):
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
        base = base_interval(spec, interval)
        first = bounded_start(spec, base, window[0], self._clock())
        if spec.simulated:
            bars = provider.candles(symbol, base, day_start(first), window[1])
        else:
            bars = self._kept_candles(provider, symbol, base, (day_start(first), day_start(window[1]) + _DAY))
        return bars if base is interval else resample(bars, interval)

    def _kept_candles(
        self, provider: QuoteProvider, symbol: str, base: BarInterval, window: tuple[datetime, datetime]
    ) -> CandleTable:
        spec = provider.spec
        is_closed = window[1] <= self._clock() - _DAY
        # An open window is named by its length, so that tomorrow today's bars are still there as the last good ones.
        period = f"{window[0]:%Y%m%d}-{window[1]:%Y%m%d}" if is_closed else f"last {(window[1] - window[0]).days} days"
        request = Request(
            key=f"candles:{spec.slug}:{symbol}:{base.value}:{period}",
            ttl_seconds=_CLOSED_SECONDS if is_closed else _CANDLE_SECONDS.get(base, _SLOW_CANDLE_SECONDS),
            fetch=lambda: self._gated_candles(provider, symbol, base, window, self._cache.last_answer(request)),
            encode=encode_candles,
            decode=decode_candles,
        )
        bars = self._cache.get(spec, request)
        quote = None if is_closed else self._cache.last_good([symbol]).get(symbol)
        return follow_quote(bars, quote, base) if quote else bars

    def _gated_candles(
        self,
        provider: QuoteProvider,
        symbol: str,
        base: BarInterval,
        window: tuple[datetime, datetime],
        kept: CandleTable | None,
    ) -> CandleTable:
        spec = provider.spec
        bars, faults = clean_candles(provider.candles(symbol, base, *window), self._clock())
        contradiction = find_contradiction(bars, kept)
        self._note_faults(spec, symbol, base, (*faults, contradiction) if contradiction else faults)
        if contradiction:
            raise RefusedAnswerError(f"{spec.title}: {contradiction}")
        if not len(bars):
            raise UnknownSymbolError(f"{spec.title} has no {base.value} candles of {symbol!r} in this period.")
        return bars

    def _old_profile(self, symbol: str) -> Profile | None:
        """Return a profile that is older than a day, when nobody has a newer one."""
        if self._archive is None:
            return None
        for provider in self._ring.of_symbol(symbol):
            # What a simulated provider says is never kept.
            kept = None if provider.spec.simulated else self._archive.find_profile(symbol, provider.spec.slug)
            if kept is not None:
                return kept[0]
        return None

    def _fetch_profile(self, provider: QuoteProvider, symbol: str) -> Profile:
        """Ask a provider, unless the database has its answer of the last day."""
        now, slug = self._clock(), provider.spec.slug
        kept = self._archive.find_profile(symbol, slug) if self._archive else None
        if kept is not None and now - kept[1] < timedelta(seconds=_PROFILE_SECONDS):
            return kept[0]
        profile = replace(provider.profile(symbol), provider=slug)
        if self._archive:
            self._archive.keep_profile(profile, at=now)
        return profile

    def _provider_profile(self, provider: QuoteProvider, symbol: str) -> Profile:
        if provider.spec.simulated:
            return provider.profile(symbol)
        request = Request(
            key=f"profile:{provider.spec.slug}:{symbol}",
            ttl_seconds=_PROFILE_SECONDS,
            fetch=lambda: self._fetch_profile(provider, symbol),
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


def _ask_simulated(provider: QuoteProvider, symbols: list[str]) -> dict[str, Quote]:
    """Ask a provider that computes its prices: nothing to cache, nothing to gate, new every second."""
    try:
        return provider.quotes(symbols) if symbols else {}
    except QuoteError:
        return {}
