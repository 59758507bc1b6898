"""Yahoo Finance through the yfinance library: its browser-like session, cookies and consent; the answers read here.

Prices come from the chart endpoint, one call a symbol, a few at a time. Notes on its answers:

- bars are split-adjusted, not dividend-adjusted; the adjusted close is not used;
- London is quoted in pence (GBp), Johannesburg and Tel Aviv likewise: such prices are divided by 100;
- numbers carry the noise of 32-bit floats (127.58000183…), which is taken off;
- bars of minutes without a trade are null and dropped; the running bar may come twice and is merged;
- daily bars are labelled by the session date in the exchange's zone (`gmtoffset` is today's, not the bar's).
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote as quote_url
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from data.quotes import NotStreaming, ProviderOptions, ProviderSpec, QuoteProvider, RateLimit
from data.quotes.session import read_retry_after
from domain.candles import ActionWord, StatedAction
from domain.columns import CandleTable
from domain.errors import (
    NotOfferedError,
    QuoteError,
    QuoteUnavailableError,
    RateLimitedError,
    UnknownSymbolError,
)
from domain.market import BarInterval, Profile, Quote
from domain.periods import MICROSECONDS

_CHART = "https://query2.finance.yahoo.com/v8/finance/chart/"
_SEARCH = "https://query2.finance.yahoo.com/v1/finance/search"
_INTERVALS = {
    BarInterval.M1: "1m",
    BarInterval.M5: "5m",
    BarInterval.M15: "15m",
    BarInterval.H1: "1h",
    BarInterval.D1: "1d",
    BarInterval.W1: "1wk",
}  # 30m is left out: the endpoint answers it with 60m bars
_HUNDREDTHS = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
_KINDS = {
    "EQUITY": "stock",
    "ETF": "fund",
    "MUTUALFUND": "fund",
    "CRYPTOCURRENCY": "crypto",
    "CURRENCY": "forex",
    "FUTURE": "future",
    "INDEX": "index",
    "OPTION": "option",
}
_CLASS_OF_SHARES = re.compile(r"^([A-Z]{1,5})[. ]([ABC])$")  # brokers write BRK.B or BRK B, Yahoo BRK-B
_SIDE_TIMEOUT_SECONDS = 2.0  # for cookies and consent, which are optional
_PARALLEL = 4
_BREAK_OFF = 0xFFFFFFFF  # what curl takes for "no more of this"
_EPOCH = date(1970, 1, 1)
_DAY = 86_400 * MICROSECONDS
Answer = TypeVar("Answer")


class YahooProvider(NotStreaming):
    """Asks Yahoo Finance. The library is loaded at the first call."""

    def __init__(self, options: ProviderOptions) -> None:
        self.spec: ProviderSpec = PROVIDER
        self._options = options
        self._session: Any = None
        self._lock = threading.Lock()

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last prices."""
        if len(symbols) == 1:
            found = [self._quote(symbols[0])]
        else:
            with ThreadPoolExecutor(max_workers=_PARALLEL, thread_name_prefix="yahoo") as pool:
                found = list(pool.map(self._quote, symbols))
        return {quote.symbol: quote for quote in found if quote}

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return bars; minutes of the last week only, see `PROVIDER.history_days`."""
        if interval not in _INTERVALS:
            raise NotOfferedError(f"Yahoo Finance has no {interval.value} candles.")
        params = {
            "period1": int(start.timestamp()),
            "period2": int(end.timestamp()),
            "interval": _INTERVALS[interval],
            "includePrePost": "false",
            "events": "div,splits",
        }
        return _read(lambda: read_candles(self._chart(symbol, params), interval))

    def actions(self, symbol: str, start: datetime) -> list[StatedAction]:
        """Return splits and dividends, as the chart states them."""
        span = {"period1": int(start.timestamp()), "period2": int(self._options.clock().timestamp())}
        params = {**span, "interval": "1d", "events": "div,splits"}
        return _read(lambda: read_actions(symbol, self._chart(symbol, params)))

    def profile(self, symbol: str) -> Profile:
        """Return the name and currency of the chart's head; sector and exchange from the search."""
        meta = self._chart(symbol, {"range": "1d", "interval": "1d"})["meta"]
        try:
            match = next((item for item in self.search(symbol) if item.symbol == symbol), Profile(symbol=symbol))
        except QuoteUnavailableError:
            match = Profile(symbol=symbol)
        currency, _ = _currency_of(meta)
        return Profile(
            symbol=symbol,
            name=match.name or str(meta.get("longName") or meta.get("shortName") or ""),
            exchange=match.exchange or str(meta.get("fullExchangeName") or meta.get("exchangeName") or ""),
            currency=currency,
            sector=match.sector,
            asset_class=_KINDS.get(str(meta.get("instrumentType")), "stock"),
            provider=PROVIDER.slug,
        )

    def search(self, text: str) -> list[Profile]:
        """Return matching instruments; their currency is not known here and left empty."""
        answer = self._get(_SEARCH, {"q": text, "quotesCount": 10, "newsCount": 0})
        rows = answer.get("quotes") or []
        return [
            Profile(
                symbol=str(row["symbol"]),
                name=str(row.get("longname") or row.get("shortname") or ""),
                exchange=str(row.get("exchDisp") or row.get("exchange") or ""),
                currency="",
                sector=str(row.get("sector") or ""),
                asset_class=_KINDS.get(str(row.get("quoteType")), "stock"),
            )
            for row in rows
            if isinstance(row, dict) and row.get("symbol")
        ]

    def _quote(self, symbol: str) -> Quote | None:
        try:
            chart = self._chart(symbol, {"range": "1d", "interval": "1d"})
        except UnknownSymbolError:
            return None
        return _read(lambda: read_quote(symbol, chart, self._options.clock()))

    def _chart(self, symbol: str, params: dict[str, Any]) -> dict[str, Any]:
        name = _CLASS_OF_SHARES.sub(r"\1-\2", symbol)
        answer = self._get(_CHART + quote_url(name, safe=""), params)
        chart = answer.get("chart")
        if not isinstance(chart, dict):
            raise QuoteUnavailableError("Yahoo Finance answered without a chart.")
        error, results = chart.get("error"), chart.get("result")
        if isinstance(error, dict) and error.get("code") == "Not Found":
            raise UnknownSymbolError(f"Yahoo Finance does not know {symbol!r}.")
        if error or not results or not isinstance(results[0], dict) or not isinstance(results[0].get("meta"), dict):
            raise QuoteUnavailableError(f"Yahoo Finance has no chart of {symbol!r}: {str(error)[:120]}")
        head: dict[str, Any] = results[0]
        return head

    def _get(self, url: str, params: dict[str, Any]) -> dict[str, Any]:
        yahoo = _load_library()
        session = self._own_session()
        try:
            response = yahoo.data.YfData(session=session).get(url, params, timeout=self._options.timeout_seconds)
        except yahoo.exceptions.YFRateLimitError as error:
            message = "Yahoo Finance asks us to wait."
            raise RateLimitedError(message, retry_after_seconds=session.retry_after_seconds) from error
        except (yahoo.exceptions.YFException, OSError, ValueError) as error:
            raise QuoteUnavailableError(f"Yahoo Finance did not answer ({type(error).__name__}).") from error
        return _parse(response, session)

    def _own_session(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = _make_session(self._options)
            return self._session


def read_quote(symbol: str, chart: dict[str, Any], now: datetime) -> Quote:
    """Read the last price from a chart: its head, or its last bar where the head lacks it."""
    meta, bars = chart["meta"], read_candles(chart, BarInterval.D1)
    currency, unit = _currency_of(meta)
    price, moment = meta.get("regularMarketPrice"), meta.get("regularMarketTime")
    if price is None and not len(bars):
        raise QuoteUnavailableError(f"Yahoo Finance has no price of {symbol!r}.")
    times = chart.get("timestamp") or [0]
    return Quote(
        symbol=symbol,
        price=float(bars.close[-1]) if price is None else _tidy_number(float(price)) * unit,
        as_of=datetime.fromtimestamp(moment or times[-1], UTC),
        fetched_at=now,
        provider=PROVIDER.slug,
        currency=currency,
        previous_close=_head_number(meta, ("previousClose", "chartPreviousClose"), unit),
        open=float(bars.open[-1]) if len(bars) else None,
        high=_head_number(meta, ("regularMarketDayHigh",), unit),
        low=_head_number(meta, ("regularMarketDayLow",), unit),
    )


def read_candles(chart: dict[str, Any], interval: BarInterval) -> CandleTable:
    """Read the bars of a chart: nulls dropped, units and labels as everywhere else, equal labels merged."""
    meta = chart["meta"]
    quotes = (chart.get("indicators") or {}).get("quote") or [{}]
    times = np.array(chart.get("timestamp") or [], dtype=np.int64)
    _, unit = _currency_of(meta)
    table = {name: _column(quotes[0], name, len(times)) for name in ("open", "high", "low", "close", "volume")}
    rows = ~np.isnan([table[name] for name in ("open", "high", "low", "close")]).any(axis=0)
    prices = {name: _tidy(table[name][rows]) * unit for name in ("open", "high", "low", "close")}
    labels = _labels(times[rows], interval, str(meta.get("exchangeTimezoneName") or "UTC"))
    return _merge(labels, prices, np.nan_to_num(table["volume"][rows]))


def read_actions(symbol: str, chart: dict[str, Any]) -> list[StatedAction]:
    """Read the splits and dividends of a chart; each counts from midnight UTC of its day at the exchange."""
    meta, events = chart["meta"], chart.get("events") or {}
    zone, (_, unit) = ZoneInfo(str(meta.get("exchangeTimezoneName") or "UTC")), _currency_of(meta)

    def make(word: ActionWord, row: dict[str, Any], **values: Any) -> StatedAction:
        day = datetime.fromtimestamp(int(row["date"]), zone).date()
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return StatedAction(symbol=symbol, provider=PROVIDER.slug, word=word, effective_at=moment, **values)

    splits = [
        make(ActionWord.SPLIT, row, new=Decimal(str(row["numerator"])), old=Decimal(str(row["denominator"])))
        for row in (events.get("splits") or {}).values()
        if row["numerator"] > 0 and row["denominator"] > 0
    ]
    dividends = [
        make(ActionWord.DIVIDEND, row, amount=Decimal(str(_tidy_number(float(row["amount"])))) * Decimal(str(unit)))
        for row in (events.get("dividends") or {}).values()
        if row["amount"] > 0
    ]
    return sorted(splits + dividends, key=lambda item: item.effective_at)


def _merge(labels: NDArray[np.int64], prices: dict[str, Any], volume: NDArray[np.float64]) -> CandleTable:
    order = np.argsort(labels, kind="stable")
    labels, volume = labels[order], volume[order]
    opening, high, low, close = (prices[name][order] for name in ("open", "high", "low", "close"))
    first = np.flatnonzero(np.concatenate([np.ones(min(len(labels), 1), dtype=bool), labels[1:] != labels[:-1]]))
    if not len(first):
        return CandleTable(start=labels, open=opening, high=high, low=low, close=close, volume=volume)
    return CandleTable(
        start=labels[first],
        open=opening[first],
        high=np.maximum.reduceat(high, first),
        low=np.minimum.reduceat(low, first),
        close=close[np.append(first[1:], len(labels)) - 1],
        volume=np.maximum.reduceat(volume, first),
    )


def _column(values: dict[str, Any], name: str, length: int) -> NDArray[np.float64]:
    column = np.array(values.get(name) or [None] * length, dtype=np.float64)
    if len(column) != length:
        raise ValueError(f"{name} has {len(column)} values, not {length}")
    return column


def _tidy(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the noise of 32-bit floats off: where the number is one, its shortest text says what was meant."""
    return np.array([_tidy_number(value) for value in values.tolist()], dtype=np.float64)


def _tidy_number(value: float) -> float:
    short = np.float32(value)
    return float(str(short)) if float(short) == value else value


def _currency_of(meta: dict[str, Any]) -> tuple[str, float]:
    currency = str(meta.get("currency") or "USD")
    return (_HUNDREDTHS[currency], 0.01) if currency in _HUNDREDTHS else (currency.upper(), 1.0)


def _head_number(meta: dict[str, Any], names: tuple[str, ...], unit: float) -> float | None:
    for name in names:
        if isinstance(meta.get(name), int | float):
            return _tidy_number(float(meta[name])) * unit
    return None


def _labels(times: NDArray[np.int64], interval: BarInterval, zone_name: str) -> NDArray[np.int64]:
    if interval.is_intraday:
        width = interval.width // timedelta(seconds=1)
        phase = times[:1] % width  # an exchange that opens at half past has its hours begin there
        starts: NDArray[np.int64] = (times - (times - phase) % width) * MICROSECONDS
        return starts
    zone = ZoneInfo(zone_name)
    days = [(datetime.fromtimestamp(moment, zone).date() - _EPOCH).days for moment in times.tolist()]
    labels = np.array(days, dtype=np.int64)
    if interval is BarInterval.W1:
        labels -= (labels + 3) % 7  # day 0 was a Thursday
    return labels * _DAY


def _read(reader: Callable[[], Answer]) -> Answer:
    """Turn any surprise in the shape of an answer into the error that says so."""
    try:
        return reader()
    except QuoteError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, OSError, ZoneInfoNotFoundError) as error:
        raise QuoteUnavailableError("Yahoo Finance answered with a chart that cannot be read.") from error


def _parse(response: Any, session: Any) -> dict[str, Any]:
    if response.status_code == 429:
        raise RateLimitedError("Yahoo Finance asks us to wait.", retry_after_seconds=session.retry_after_seconds)
    try:
        answer = response.json()
    except ValueError as error:
        raise QuoteUnavailableError(
            f"Yahoo Finance answered with something that is not JSON (HTTP {response.status_code})."
        ) from error
    if not isinstance(answer, dict) or response.status_code >= 500:
        raise QuoteUnavailableError(f"Yahoo Finance failed (HTTP {response.status_code}).")
    return answer


def _load_library() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import yfinance  # noqa: PLC0415 - half a second and 95 MB
        import yfinance.cache  # noqa: PLC0415

    # Its cookie store unpickles a file; ours lives as long as the process and no longer.
    yfinance.cache._CookieCacheManager._Cookie_cache = yfinance.cache._CookieCacheDummy()  # noqa: SLF001
    return yfinance


def _make_session(options: ProviderOptions) -> Any:
    """Make the library's browser-like session, with our timeouts, and our address where one is set."""
    from curl_cffi import requests  # noqa: PLC0415

    base: Any = requests.Session

    class BoundedSession(base):  # type: ignore[misc]
        """Caps every wait and remembers how long it was asked to wait."""

        retry_after_seconds: float | None = None

        def request(self, method: Any, url: str, **kwargs: Any) -> Any:
            limit = options.timeout_seconds
            parts = urlsplit(url)
            kwargs["timeout"] = limit if "/finance/" in parts.path else min(limit, _SIDE_TIMEOUT_SECONDS)
            if options.base_url:
                query = f"?{parts.query}" if parts.query else ""
                url = f"{options.base_url.rstrip('/')}/{parts.netloc}{parts.path}{query}"
            options.take()
            response = _read_bounded(super().request, method, url, options.answer_limit_bytes, kwargs)
            if response.status_code == 429:
                self.retry_after_seconds = read_retry_after(response.headers, options.clock)
            return response

    return BoundedSession(impersonate="chrome")


def _read_bounded(ask: Callable[..., Any], method: Any, url: str, limit: int, options: dict[str, Any]) -> Any:
    """Send a request and read its answer up to a size: what unpacks to more is refused while it unpacks."""
    parts: list[bytes] = []
    left = limit

    def keep(part: bytes) -> int:
        nonlocal left
        left -= len(part)
        if left < 0:
            return _BREAK_OFF
        parts.append(part)
        return len(part)

    response = ask(method, url, content_callback=keep, **options)
    response.content = b"".join(parts)
    return response


def _build(options: ProviderOptions) -> QuoteProvider:
    return YahooProvider(options)


PROVIDER = ProviderSpec(
    slug="yfinance",
    title="Yahoo Finance",
    build=_build,
    asset_classes=("stock", "fund", "index", "forex", "crypto", "future"),
    intervals=tuple(_INTERVALS),
    batch_size=12,
    states_actions=True,
    limits=(RateLimit(calls=5, seconds=1.0), RateLimit(calls=300, seconds=60.0)),
    note="Its web site's own figures, delayed for many exchanges; no key, no promise, for personal use.",
    history_days=((BarInterval.M1, 7), (BarInterval.M5, 59), (BarInterval.M15, 59), (BarInterval.H1, 729)),
)
