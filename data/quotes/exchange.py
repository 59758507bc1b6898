"""Crypto exchanges through ccxt: what the providers of exchanges have in common.

ccxt's package loads a hundred exchanges (0.9 s, 75 MB) when it is imported; only the wanted ones are loaded here
(0.05 to 0.3 s). It never asks for an exchange's whole list of markets, which is megabytes: a pair's market is written
down by the provider. Its own rate limiter is off, since it knows neither threads nor processes; every request takes
from the shared budget instead.

**A pair's day begins at midnight UTC**, for every exchange and for its stream as for its answers: the change of a price
is measured from the price at that moment, as daily candles are. High, low and volume are those of the last 24 hours.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from data.quotes import ProviderOptions, ProviderSpec
from data.quotes.session import explain_status, make_session, read_answer
from domain.columns import CandleTable
from domain.errors import NotOfferedError, QuoteError, QuoteUnavailableError, RateLimitedError, UnknownSymbolError
from domain.market import BarInterval, Profile, Quote, Tick
from domain.periods import from_micros, to_micros

PAIR = re.compile(r"^(?P<base>[A-Z0-9]{2,10})-(?P<quote>USDT|USDC|USD|EUR|GBP|CHF|JPY|CAD|AUD|BTC|ETH)$")
_MILLIS = 1000
_UNKNOWN = ("Unknown asset pair", "doesn't exist", "NOT_FOUND")
_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One spot market: its name at the exchange and what is traded for what."""

    id: str
    base: str
    quote: str

    @property
    def symbol(self) -> str:
        """The symbol as everywhere else: BTC-USD."""
        return f"{self.base}-{self.quote}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Where exchanges differ.

    Attributes:
        name: Module and class in ccxt.
        page_bars: Most bars in one answer.
        find_pair: Gives a pair its name at the exchange; may ask it.
        list_pairs: Asks for every spot pair.
        shapes: Names of which every answer has one; an answer without them is none.
        asks_in_batch: Whether one call gives the prices of several pairs.
        opening: Reads the price at midnight UTC; without it the day's candle is asked for, once a day and pair.
        stream: Yields prices as they change, and deals.
    """

    name: str
    page_bars: int
    find_pair: Callable[[Any, str, str], Pair]
    list_pairs: Callable[[Any], list[Pair]]
    shapes: tuple[str, ...]
    asks_in_batch: bool
    stream: Callable[[ProviderOptions, Sequence[str], threading.Event], Iterator[Tick]]
    opening: Callable[[dict[str, Any]], float | None] | None = None


def knows_pairs(symbol: str) -> bool:
    """Say whether a symbol is a pair of a coin and a currency."""
    return PAIR.match(symbol) is not None


class ExchangeProvider:
    """Prices of spot pairs of one exchange."""

    def __init__(self, spec: ProviderSpec, dialect: Dialect, options: ProviderOptions) -> None:
        self.spec = spec
        self._dialect = dialect
        self._options = options
        self._lock = threading.Lock()  # ccxt's objects are not made for several threads
        self._exchange: Any = None
        self._pairs: dict[str, Pair] = {}
        self._openings: dict[str, tuple[int, float]] = {}

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last prices; symbols that are no pair are left out."""
        pairs = [pair for symbol in symbols if (pair := self._find(symbol)) is not None]
        if self._dialect.asks_in_batch and pairs:
            tickers = self._ask(lambda exchange: exchange.fetch_tickers([_name(pair) for pair in pairs]), pairs)
            return {
                pair.symbol: self._read_quote(pair, tickers[_name(pair)]) for pair in pairs if _name(pair) in tickers
            }
        found: dict[str, Quote] = {}
        for pair in pairs:
            try:
                found[pair.symbol] = self._quote(pair)
            except UnknownSymbolError:
                continue
        return found

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return the bars, page by page."""
        if interval not in self.spec.intervals:
            raise NotOfferedError(f"{self.spec.title} has no {interval.value} candles.")
        pair = self._find(symbol)
        if pair is None:
            raise UnknownSymbolError(f"{self.spec.title} does not know {symbol!r}.")
        rows = self._pages(pair, interval, _millis(start), _millis(min(end, self._options.clock() + interval.width)))
        table: CandleTable = read_answer(self.spec.title, lambda: _table(rows, start, end))
        return table

    def profile(self, symbol: str) -> Profile:
        """Return the pair; exchanges tell no more of a coin than its code."""
        pair = self._find(symbol)
        if pair is None:
            raise UnknownSymbolError(f"{self.spec.title} does not know {symbol!r}.")
        if symbol not in self.quotes([symbol]):
            raise UnknownSymbolError(f"{self.spec.title} does not know {symbol!r}.")
        return self._describe(pair)

    def search(self, text: str) -> list[Profile]:
        """Return the pairs whose coin begins with the text."""
        wanted = text.strip().upper().replace("/", "-")
        with self._held() as exchange:
            pairs = read_answer(self.spec.title, lambda: self._translate(lambda: self._dialect.list_pairs(exchange)))
        if not pairs:
            raise QuoteUnavailableError(f"{self.spec.title} answered without any pair.")
        matching = [pair for pair in pairs if pair.symbol.startswith(wanted)]
        matching.sort(key=lambda pair: (pair.base != wanted, len(pair.base), pair.quote not in ("USD", "USDT", "EUR")))
        return [self._describe(pair) for pair in matching[:10]]

    def stream(self, symbols: Sequence[str], stop: threading.Event) -> Iterator[Tick]:
        """Yield prices as they change, and deals."""
        return self._dialect.stream(self._options, [symbol for symbol in symbols if knows_pairs(symbol)], stop)

    def _find(self, symbol: str) -> Pair | None:
        match = PAIR.match(symbol)
        if match is None:
            return None
        if symbol not in self._pairs:
            try:
                with self._held() as exchange:
                    found = self._translate(lambda: self._dialect.find_pair(exchange, match["base"], match["quote"]))
            except UnknownSymbolError:
                return None
            self._pairs[symbol] = found
        return self._pairs[symbol]

    def _quote(self, pair: Pair) -> Quote:
        return self._read_quote(pair, self._ask(lambda exchange: exchange.fetch_ticker(_name(pair)), [pair]))

    def _read_quote(self, pair: Pair, ticker: dict[str, Any]) -> Quote:
        quote: Quote = read_answer(self.spec.title, lambda: self._quote_of(pair, ticker))
        return quote

    def _quote_of(self, pair: Pair, ticker: dict[str, Any]) -> Quote:
        now = self._options.clock()
        moment = ticker.get("timestamp")
        opening = self._opening(pair, ticker, now)
        return Quote(
            symbol=pair.symbol,
            price=float(ticker["last"]),
            as_of=from_micros(int(moment) * _MILLIS) if moment else now,
            fetched_at=now,
            provider=self.spec.slug,
            currency=pair.quote,
            previous_close=opening,
            open=opening,
            volume=_number(ticker.get("baseVolume")),
            high=_number(ticker.get("high")),
            low=_number(ticker.get("low")),
            bid=_number(ticker.get("bid")),
            ask=_number(ticker.get("ask")),
        )

    def _opening(self, pair: Pair, ticker: dict[str, Any], now: datetime) -> float | None:
        """Return the price at midnight UTC, None while it is not known."""
        if self._dialect.opening is not None:
            return self._dialect.opening(ticker)
        midnight = _millis(now.replace(hour=0, minute=0, second=0, microsecond=0))
        known = self._openings.get(pair.symbol)
        if known is None or known[0] != midnight:
            try:
                rows = [row for row in self._page(pair, BarInterval.D1, midnight) if row[0] == midnight]
            except QuoteError:
                return None  # the price itself is no worse for it
            if not rows:
                return None
            known = self._openings[pair.symbol] = midnight, float(rows[0][1])
        return known[1]

    def _pages(self, pair: Pair, interval: BarInterval, start: int, end: int) -> list[list[float]]:
        width = interval.width // timedelta(milliseconds=1)
        cursor = -(-start // width) * width
        rows: list[list[float]] = []
        pages_left = (end - cursor) // (width * self._dialect.page_bars) + 3
        while cursor < end:
            if pages_left == 0:
                raise QuoteUnavailableError(f"{self.spec.title} answers with pages that do not end.")
            pages_left -= 1
            page = self._page(pair, interval, cursor)
            fresh = [row for row in page if row[0] >= cursor]
            if len(page) > 1 and not fresh:
                raise QuoteUnavailableError(f"{self.spec.title} answers with the same page again.")
            rows += fresh
            cursor = int(fresh[-1][0]) + width if fresh else cursor + width * self._dialect.page_bars
        return rows

    def _page(self, pair: Pair, interval: BarInterval, since: int) -> list[list[float]]:
        limit = self._dialect.page_bars
        page: list[list[float]] = self._ask(
            lambda exchange: exchange.fetch_ohlcv(_name(pair), interval.value, since=since, limit=limit), [pair]
        )
        return page

    def _ask(self, call: Callable[[Any], Any], pairs: Sequence[Pair]) -> Any:
        with self._held() as exchange:
            exchange.set_markets([_market(exchange, pair) for pair in pairs])
            return read_answer(self.spec.title, lambda: self._translate(lambda: call(exchange)))

    @contextmanager
    def _held(self) -> Iterator[Any]:
        with self._lock:
            if self._exchange is None:
                self._exchange = _open(self._dialect, self.spec.title, self._options)
            yield self._exchange

    def _translate(self, call: Callable[[], Any]) -> Any:
        """Turn ccxt's errors into ours."""
        errors = sys.modules["ccxt.base.errors"]
        try:
            return call()
        except errors.BadSymbol as error:
            raise UnknownSymbolError(f"{self.spec.title} does not know this pair.") from error
        except (errors.RateLimitExceeded, errors.DDoSProtection) as error:
            raise RateLimitedError(f"{self.spec.title} asks us to wait.") from error
        except (errors.PermissionDenied, errors.NotSupported) as error:
            raise NotOfferedError(f"{self.spec.title} refuses the request.") from error
        except errors.BaseError as error:
            if any(words in str(error) for words in _UNKNOWN):
                raise UnknownSymbolError(f"{self.spec.title} does not know this pair.") from error
            message = f"{self.spec.title} did not answer as expected ({type(error).__name__})."
            raise QuoteUnavailableError(message) from error

    def _describe(self, pair: Pair) -> Profile:
        return Profile(
            symbol=pair.symbol,
            name=f"{pair.base} / {pair.quote}",
            exchange=self.spec.title,
            currency=pair.quote,
            asset_class="crypto",
            provider=self.spec.slug,
        )


def _open(dialect: Dialect, title: str, options: ProviderOptions) -> Any:
    """Make the exchange's object with our session and our clock."""
    name = dialect.name
    with _LOADING:
        if "ccxt" not in sys.modules:
            spec = importlib.util.find_spec("ccxt")
            if spec is None:
                raise QuoteUnavailableError("The library ccxt is not installed.", hint="Run make setup.")
            sys.modules["ccxt"] = importlib.util.module_from_spec(spec)  # the package itself is not run
        module = importlib.import_module(f"ccxt.{name}")
    exchange = getattr(module, name)({"enableRateLimit": False, "timeout": options.timeout_seconds * 1000})
    exchange.session.close()
    exchange.session = _checked_session(title, dialect.shapes, options)
    exchange.milliseconds = lambda: to_micros(options.clock()) // _MILLIS
    # Bars are filtered here, where a page that repeats itself is noticed.
    exchange.filter_by_since_limit = lambda rows, *_, **__: rows
    return exchange


def _checked_session(title: str, shapes: Sequence[str], options: ProviderOptions) -> Any:
    """Return a session that says itself what is no answer: ccxt takes a web page or another object for an empty one."""
    session = make_session(options)
    ask = session.request

    def request(*args: Any, **kwargs: Any) -> Any:
        response = ask(*args, **kwargs)
        fault = explain_status(title, response, options.clock)
        if fault is not None and response.status_code not in (400, 404):
            raise fault
        try:
            answer = response.json()
        except ValueError as error:
            raise QuoteUnavailableError(f"{title} answered with something that is not JSON.") from error
        is_fault = response.status_code in (400, 404)
        if not isinstance(answer, dict) or not (is_fault or any(name in answer for name in shapes)):
            raise QuoteUnavailableError(f"{title} answered with something unexpected.")
        if response.status_code == 404:
            raise UnknownSymbolError(f"{title} does not know this pair.")
        return response

    session.request = request
    return session


def _market(exchange: Any, pair: Pair) -> dict[str, Any]:
    market: dict[str, Any] = exchange.safe_market_structure(
        {
            "id": pair.id,
            "symbol": _name(pair),
            "base": pair.base,
            "quote": pair.quote,
            "baseId": pair.base,
            "quoteId": pair.quote,
            "type": "spot",
            "spot": True,
            "active": True,
        }
    )
    return market


def _name(pair: Pair) -> str:
    return f"{pair.base}/{pair.quote}"


def _table(rows: list[list[float]], start: datetime, end: datetime) -> CandleTable:
    values = np.array(rows, dtype=np.float64).reshape(-1, 6)
    starts = values[:, 0].astype(np.int64) * _MILLIS
    kept = (starts >= to_micros(start)) & (starts < to_micros(end))
    opening, high, low, close, volume = (values[kept, column] for column in range(1, 6))
    return CandleTable(start=starts[kept], open=opening, high=high, low=low, close=close, volume=volume)


def _millis(instant: datetime) -> int:
    return to_micros(instant) // _MILLIS


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and value > 0 else None
