"""The hub: what keeps the board of watched symbols current, once for all users, tabs and processes.

Every process that serves watchers runs one; they elect a leader, and only he asks providers: one stream a provider
that streams, one poll every five seconds (slower where the provider's limits ask for it) for the others, one
computation a second for simulated prices. Without watchers for half a minute a hub ends; it begins again by itself.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from data.quotes import ProviderSpec, QuoteProvider
from data.quotes.board import LEASE_SECONDS, LiveBoard
from data.quotes.cache import QuoteCache
from data.quotes.gate import JUMP
from data.quotes.minutes import MinuteBars
from data.quotes.ring import ProviderRing
from domain.columns import CandleTable
from domain.errors import QuoteError
from domain.market import Quote, TapePrint
from domain.periods import Clock

STREAM_TTL_SECONDS = 5.0
"""Age up to which the price of a watched symbol is fresh."""
_LOG = logging.getLogger(__name__)
_TICK_SECONDS = 0.5
_LEAD_SECONDS = 10.0
_SIMULATED_SECONDS = 1.0
_ARCHIVE_SECONDS = 60.0
_SHARE_SECONDS = 3.0
_SHARE = 0.5  # of a provider's limit that polling may use; the rest is for pages and jobs


_FACTS_SECONDS = 60.0
_MOST_FACTS = 10


class LiveHistory(Protocol):
    """Where the bars go that streams close."""

    def keep(self, provider: str, symbol: str, bars: CandleTable) -> None:
        """Keep closed bars of one minute."""

    def resume(self, provider: str, symbols: Sequence[str]) -> None:
        """Fetch what was missed before a stream began."""


class QuoteHub:
    """Keeps watched prices current.

    Args:
        board: Who watches what.
        cache: How providers are asked.
        providers: First choice first, or a ring of them whose order may change.
        history: Gives what keeps the closed bars of streams; without it they are not kept.
    """

    def __init__(
        self,
        board: LiveBoard,
        cache: QuoteCache,
        providers: Sequence[QuoteProvider] | ProviderRing,
        *,
        history: Callable[[], LiveHistory] | None = None,
    ) -> None:
        self._board = board
        self._cache = cache
        self._ring = providers if isinstance(providers, ProviderRing) else ProviderRing(providers)
        self._history = history
        self._facts: dict[str, Quote] = {}
        self._facts_asked: dict[str, float] = {}
        self._name = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._streams: dict[str, PriceStream] = {}
        self._polled: dict[str, float] = {}
        self._shared: tuple[list[str], float, list[tuple[QuoteProvider, list[str]]]] = [], -1e9, []
        self._is_leading = False
        self._asked_at = -1e9

    def start(self) -> None:
        """Begin, unless it is at work already."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._stop.clear()
                self._thread = threading.Thread(target=self._run, name="quotes-hub", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End, with every stream."""
        self._stop.set()
        with self._lock:
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(10)

    def work(self) -> None:
        """Do one round of the leader's work."""
        watched = self._board.watched()
        shares = self._shares_of(watched)
        asked = {provider.spec.slug for provider, _ in shares}
        for slug in [name for name in self._streams if name not in asked]:
            self._streams.pop(slug).close()
        for provider, symbols in shares:
            self._poll(provider, self._follow(provider, symbols) if provider.spec.streams else symbols)

    def _run(self) -> None:
        idle_since = time.monotonic()
        try:
            while not self._stop.wait(_TICK_SECONDS):
                if self._board.watched():
                    idle_since = time.monotonic()
                elif time.monotonic() - idle_since > LEASE_SECONDS:
                    return
                if self._leads():
                    self._work_safely()
                else:
                    self._close_streams()
        finally:
            self._close_streams()
            self._board.resign(self._name)
            self._asked_at = -1e9
            self._cache.close()

    def _work_safely(self) -> None:
        try:
            self.work()
        except Exception:  # noqa: BLE001 - the feed goes on with the next round, whatever happened in this one
            _LOG.exception("A round of the live feed failed")

    def _share_out(self, symbols: list[str]) -> list[tuple[QuoteProvider, list[str]]]:
        """Give each symbol to the first provider that may know it; what it does not know goes on to the next.

        A symbol of which a real provider gave a price is never given to one that simulates: while all rest, the last
        good price stands on the board.
        """
        shares: dict[str, tuple[QuoteProvider, list[str]]] = {}
        for providers, names in self._ring.groups(symbols):
            left = names
            for provider in providers:
                mine = self._take_share(provider.spec, left)
                shares.setdefault(provider.spec.slug, (provider, []))[1].extend(mine)
                left = [name for name in left if name not in mine]
            self._board.publish(self._cache.last_good(left))
        return list(shares.values())

    def _take_share(self, spec: ProviderSpec, symbols: list[str]) -> list[str]:
        if not spec.simulated:
            return self._cache.worth_asking(spec, symbols)
        real = self._cache.last_good(symbols)
        self._board.publish(real)
        return [name for name in symbols if name not in real]

    def _shares_of(self, symbols: list[str]) -> list[tuple[QuoteProvider, list[str]]]:
        """Return who is asked for what; thought over when other symbols are watched, and every few seconds."""
        now = time.monotonic()
        if self._shared[0] != symbols or now - self._shared[1] >= _SHARE_SECONDS:
            self._shared = symbols, now, self._share_out(symbols)
        return self._shared[2]

    def _leads(self) -> bool:
        """Return whether this hub leads; asked of the store every few seconds only."""
        now = time.monotonic()
        if now - self._asked_at >= _LEAD_SECONDS / 4:
            self._is_leading = self._board.lead(self._name, seconds=_LEAD_SECONDS)
            self._asked_at = now
        return self._is_leading

    def _poll(self, provider: QuoteProvider, symbols: list[str]) -> None:
        spec = provider.spec
        if not symbols or time.monotonic() - self._polled.get(spec.slug, -1e9) < poll_seconds(spec, len(symbols)):
            return
        self._polled[spec.slug] = time.monotonic()
        if spec.simulated:
            try:
                self._board.publish(provider.quotes(symbols))
            except QuoteError as error:
                _LOG.info("%s has no prices: %s", spec.title, error.message)
            return
        self._cache.renew(provider, symbols, ttl_seconds=STREAM_TTL_SECONDS - _TICK_SECONDS)
        self._board.publish(self._cache.last_good(symbols))

    def _follow(self, provider: QuoteProvider, symbols: list[str]) -> list[str]:
        """Publish what a stream brought and return the symbols it lacks: those are polled."""
        slug = provider.spec.slug
        stream = self._streams.get(slug)
        if stream is not None and (stream.symbols != tuple(symbols) or stream.is_over):
            self._streams.pop(slug).close()
            stream = None
        if stream is None and symbols and self._cache.streams.may_open(provider.spec):
            stream = self._streams[slug] = PriceStream(provider, symbols, self._cache.clock)
        if stream is None:
            return symbols
        fault = stream.take_fault()
        if fault is not None:
            self._cache.streams.note_fault(provider.spec, fault)
        elif stream.heard and not stream.is_noted:
            stream.is_noted = True
            self._cache.streams.note_heard(provider.spec)
        self._admit(provider, stream.take())
        self._keep_bars(slug, stream)
        return [symbol for symbol in symbols if symbol not in stream.heard]

    def _keep_bars(self, slug: str, stream: PriceStream) -> None:
        """Hand on the bars that a stream closed, and tell once from when on it is heard."""
        closed = stream.bars.take_closed()
        if self._history is None:
            return
        if not stream.is_announced and stream.bars.whole_from is not None:
            stream.is_announced = True
            self._history().resume(slug, stream.symbols)
        known = self._cache.last_good(list(closed))
        for symbol, bars in closed.items():
            good = known.get(symbol)
            if good is not None and 1 / JUMP < float(bars.close[-1]) / good.price < JUMP:
                self._history().keep(slug, symbol, bars)

    def _admit(self, provider: QuoteProvider, ticks: dict[str, Quote]) -> None:
        spec, known = provider.spec, self._cache.last_good(list(ticks))
        whole = {symbol: self._complete(tick, known.get(symbol)) for symbol, tick in ticks.items()}
        lacking = [symbol for symbol, quote in whole.items() if quote.previous_close is None]
        if lacking:
            self._ask_facts(provider, lacking)
        now = time.monotonic()
        is_archived = now - self._polled.get(f"{spec.slug} archive", -1e9) >= _ARCHIVE_SECONDS
        if whole:
            good = self._cache.admit(spec, [], whole, is_archived=is_archived)
            self._board.publish({symbol: whole[symbol] for symbol in good})
        if is_archived:
            self._polled[f"{spec.slug} archive"] = now

    def _complete(self, tick: Quote, known: Quote | None) -> Quote:
        """Fill a price up with what is known of its session; nothing of another day counts as this one's."""
        if tick.previous_close is not None:
            return tick
        day = tick.as_of.date()
        if known is not None and known.previous_close is not None and _is_of(known, day):
            self._facts[tick.symbol] = known
            return _complete(tick, known)
        facts = self._facts.get(tick.symbol)
        if facts is None or facts.fetched_at.date() != day:
            return replace(tick, currency=known.currency) if known is not None else tick
        if _is_of(facts, day):
            return _complete(tick, facts)
        # The provider's last price is of an earlier session: that is what this one's change is measured from.
        return replace(tick, currency=facts.currency, previous_close=facts.price)

    def _ask_facts(self, provider: QuoteProvider, symbols: list[str]) -> None:
        """Ask for the session of symbols that are heard without it, in the background, at most once a minute."""
        slug, now = provider.spec.slug, time.monotonic()
        if now - self._facts_asked.get(slug, -1e9) < _FACTS_SECONDS:
            return
        self._facts_asked[slug] = now
        some = symbols[: max(_MOST_FACTS, provider.spec.symbols_per_call)]

        def ask() -> None:
            try:
                self._facts |= self._cache.ask(provider.spec, lambda: provider.quotes(some))
            except QuoteError as error:
                _LOG.info("%s does not say how the day began: %s", provider.spec.title, error.message)
            finally:
                self._cache.close()

        threading.Thread(target=ask, name="quotes", daemon=True).start()

    def _close_streams(self) -> None:
        while self._streams:
            self._streams.popitem()[1].close()


class PriceStream:
    """One provider's stream in its own thread; the last price of each symbol until it is taken."""

    def __init__(self, provider: QuoteProvider, symbols: Sequence[str], clock: Clock) -> None:
        self.symbols = tuple(symbols)
        self.bars = MinuteBars(clock)
        self.is_announced = False
        self.is_noted = False
        self.heard: set[str] = set()
        self._provider = provider
        self._lock = threading.Lock()
        self._ticks: dict[str, Quote] = {}
        self._fault: Exception | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="quotes-stream", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether it ended and its last words were taken."""
        return not self._thread.is_alive() and self._fault is None

    def take(self) -> dict[str, Quote]:
        """Return the prices since the last time."""
        with self._lock:
            taken, self._ticks = self._ticks, {}
        return taken

    def take_fault(self) -> Exception | None:
        """Return why it ended, once."""
        fault, self._fault = self._fault, None
        return fault

    def close(self) -> None:
        """End it."""
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        try:
            for tick in self._provider.stream(self.symbols, self._stop):
                if isinstance(tick, TapePrint):
                    self.bars.add(tick)
                    continue
                with self._lock:
                    before = self._ticks.get(tick.symbol)
                    if before is None or tick.as_of >= before.as_of:
                        self._ticks[tick.symbol] = tick
                    self.heard.add(tick.symbol)
        except Exception as error:  # noqa: BLE001 - a provider's library may raise anything; told to its breaker
            self._fault = error
        finally:
            self.heard = set()


def poll_seconds(spec: ProviderSpec, symbols: int) -> float:
    """Return how often so many symbols may be polled: every five seconds, less where the limits ask for it."""
    if spec.simulated:
        return _SIMULATED_SECONDS
    calls = -(-symbols // spec.symbols_per_call)
    slowest = max((limit.seconds * calls / (limit.calls * _SHARE) for limit in spec.limits), default=0.0)
    return max(STREAM_TTL_SECONDS, slowest)


def _is_of(quote: Quote, day: date) -> bool:
    """Whether a quote was fetched on a day (UTC) and is a price of that day."""
    return quote.fetched_at.date() == day and quote.as_of.date() == day


def _complete(tick: Quote, known: Quote) -> Quote:
    """Fill a trade's price up with what is known of the session."""
    high, low = tick.high or known.high, tick.low or known.low
    return replace(
        tick,
        currency=known.currency,
        previous_close=known.previous_close,
        open=known.open if tick.open is None else tick.open,
        high=None if high is None else max(high, tick.price),
        low=None if low is None else min(low, tick.price),
    )
