"""Alpha Vantage: stocks with a free key; 5 calls a minute and 25 a day on the free plan, one symbol a call.

It answers everything with HTTP 200: a spent budget, a plan that is too small and a wrong key are sentences in the
answer. Prices are as traded: its candles are not restated for splits. Times are New York's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from data.quotes import NotStreaming, ProviderOptions, ProviderSpec, QuoteProvider, RateLimit
from data.quotes.session import VendorSite
from domain.candles import ActionWord, StatedAction
from domain.columns import CandleTable
from domain.errors import (
    NotOfferedError,
    QuoteError,
    QuoteUnavailableError,
    RateLimitedError,
    SettingsError,
    UnknownSymbolError,
)
from domain.market import BarInterval, Profile, Quote
from domain.periods import to_micros

_ADDRESS = "https://www.alphavantage.co"
_ZONE = ZoneInfo("America/New_York")
_MINUTES = {
    BarInterval.M1: "1min",
    BarInterval.M5: "5min",
    BarInterval.M15: "15min",
    BarInterval.M30: "30min",
    BarInterval.H1: "60min",
}
_COMPACT_ROWS = 100
_KINDS = {"Equity": "stock", "ETF": "fund", "Mutual Fund": "fund"}
_MARKETS = {"L": "LON", "DE": "DEX", "TO": "TRT", "SS": "SHH", "SZ": "SHZ", "BO": "BSE"}
_CLOSE_HOUR = 16
_NO_DAY = ("", "None", None)


class AlphaVantageProvider(NotStreaming):
    """Reads Alpha Vantage's one address for everything."""

    def __init__(self, options: ProviderOptions) -> None:
        self.spec: ProviderSpec = PROVIDER
        self._clock = options.clock
        self._key = options.alphavantage_key
        self._site = VendorSite("Alpha Vantage", _ADDRESS, options)

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last prices, one call a symbol."""
        found: dict[str, Quote] = {}
        for symbol in symbols:
            answer = self._ask("GLOBAL_QUOTE", symbol=_its_name(symbol))
            row = answer.get("Global Quote")
            if not isinstance(row, dict):
                raise QuoteUnavailableError("Alpha Vantage answered without a quote.")
            if row:
                found[symbol] = self._site.read(partial(self._quote, symbol, row))
        return found

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return bars; intraday by the month, as long as it answers."""
        if interval is BarInterval.D1:
            is_long = self._clock() - start > timedelta(days=_COMPACT_ROWS * 7 / 5)
            size = "full" if is_long else "compact"
            answers = [self._ask("TIME_SERIES_DAILY", symbol=_its_name(symbol), outputsize=size)]
        elif interval in _MINUTES:
            answers = [self._month(symbol, interval, month) for month in _months(start, min(end, self._clock()))]
        else:
            raise NotOfferedError(f"Alpha Vantage has no {interval.value} candles.")
        table: CandleTable = self._site.read(lambda: _table(answers, (to_micros(start), to_micros(end))))
        return table

    def actions(self, symbol: str, start: datetime) -> list[StatedAction]:
        """Return splits and dividends: two calls."""
        answers = [self._ask(function, symbol=_its_name(symbol)) for function in ("SPLITS", "DIVIDENDS")]
        if any("data" not in answer for answer in answers):
            raise QuoteUnavailableError("Alpha Vantage answered without splits and dividends.")
        found: list[StatedAction] = self._site.read(
            lambda: (
                [_split(symbol, row) for row in answers[0]["data"]]
                + [_dividend(symbol, row) for row in answers[1]["data"] if row["ex_dividend_date"] not in _NO_DAY]
            )
        )
        return sorted((item for item in found if item.effective_at >= start), key=lambda item: item.effective_at)

    def profile(self, symbol: str) -> Profile:
        """Return the company's overview."""
        answer = self._ask("OVERVIEW", symbol=_its_name(symbol))
        if not answer.get("Symbol"):
            raise UnknownSymbolError(f"Alpha Vantage does not know {symbol!r}.")
        cap = str(answer.get("MarketCapitalization") or "")
        return Profile(
            symbol=symbol,
            name=str(answer.get("Name") or ""),
            exchange=str(answer.get("Exchange") or ""),
            currency=str(answer.get("Currency") or "USD"),
            sector=str(answer.get("Sector") or "").title(),
            country=str(answer.get("Country") or ""),
            market_cap=float(cap) if cap.isascii() and cap.isdigit() else None,
            website=str(answer.get("OfficialSite") or ""),
            provider=PROVIDER.slug,
        )

    def search(self, text: str) -> list[Profile]:
        """Return matching instruments."""
        answer = self._ask("SYMBOL_SEARCH", keywords=text)
        if "bestMatches" not in answer:
            raise QuoteUnavailableError("Alpha Vantage answered without matches.")
        found: list[Profile] = self._site.read(lambda: [_match(row) for row in answer["bestMatches"]])
        return found

    def _month(self, symbol: str, interval: BarInterval, month: str) -> dict[str, Any]:
        return self._ask(
            "TIME_SERIES_INTRADAY",
            symbol=_its_name(symbol),
            interval=_MINUTES[interval],
            month=month,
            outputsize="full",
            adjusted="false",
            extended_hours="false",
        )

    def _ask(self, function: str, **params: str) -> dict[str, Any]:
        answer = self._site.get_object("/query", {"function": function, **params, "apikey": self._key})
        for name in ("Note", "Information", "Error Message"):
            if name in answer:
                raise _explain(name, str(answer[name]))
        return answer

    def _quote(self, symbol: str, row: dict[str, str]) -> Quote:
        day = datetime.fromisoformat(row["07. latest trading day"]).replace(hour=_CLOSE_HOUR, tzinfo=_ZONE)
        now = self._clock()
        return Quote(
            symbol=symbol,
            price=float(row["05. price"]),
            as_of=min(day.astimezone(UTC), now),
            fetched_at=now,
            provider=PROVIDER.slug,
            previous_close=float(row["08. previous close"]),
            open=float(row["02. open"]),
            high=float(row["03. high"]),
            low=float(row["04. low"]),
            volume=float(row["06. volume"]),
        )


def _explain(name: str, text: str) -> QuoteError:
    """Say what a sentence in place of an answer means."""
    lower = text.lower()
    if name == "Error Message":
        if "apikey" in lower:
            return NotOfferedError("Alpha Vantage refuses the key.", hint="Check ALPHAVANTAGE_API_KEY.")
        return UnknownSymbolError("Alpha Vantage does not know this symbol.")
    if "premium" in lower and "per day" not in lower and "per minute" not in lower and "per second" not in lower:
        return NotOfferedError("Alpha Vantage serves this on a paid plan only.")
    wait = 3600.0 if "per day" in lower else 60.0
    return RateLimitedError("The calls that Alpha Vantage's plan allows are spent.", retry_after_seconds=wait)


def _match(row: dict[str, str]) -> Profile:
    return Profile(
        symbol=row["1. symbol"],
        name=row.get("2. name", ""),
        exchange=row.get("4. region", ""),
        currency=row.get("8. currency", ""),
        asset_class=_KINDS.get(row.get("3. type", ""), "stock"),
        provider=PROVIDER.slug,
    )


def _split(symbol: str, row: dict[str, str]) -> StatedAction:
    new, old = Decimal(row["split_factor"]).as_integer_ratio()
    return StatedAction(
        symbol=symbol,
        provider=PROVIDER.slug,
        word=ActionWord.SPLIT,
        effective_at=datetime.fromisoformat(row["effective_date"]).replace(tzinfo=UTC),
        new=Decimal(new),
        old=Decimal(old),
    )


def _dividend(symbol: str, row: dict[str, str]) -> StatedAction:
    return StatedAction(
        symbol=symbol,
        provider=PROVIDER.slug,
        word=ActionWord.DIVIDEND,
        effective_at=datetime.fromisoformat(row["ex_dividend_date"]).replace(tzinfo=UTC),
        amount=Decimal(row["amount"]),
    )


def _its_name(symbol: str) -> str:
    base, dot, suffix = symbol.rpartition(".")
    return f"{base}.{_MARKETS[suffix]}" if dot and suffix in _MARKETS else symbol.replace(".", "-")


def _knows(symbol: str) -> bool:
    """Say whether a symbol looks like a stock."""
    return symbol.replace(".", "").isalnum()


def _months(start: datetime, end: datetime) -> list[str]:
    year, month, found = start.year, start.month, []
    while (year, month) <= (end.year, end.month):
        found.append(f"{year}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def _table(answers: list[dict[str, Any]], span: tuple[int, int]) -> CandleTable:
    rows: dict[int, list[float]] = {}
    for answer in answers:
        series = next(values for name, values in answer.items() if name.startswith("Time Series"))
        for label, row in series.items():
            rows[_label(label)] = [
                float(row[name]) for name in ("1. open", "2. high", "3. low", "4. close", "5. volume")
            ]
    starts = sorted(start for start in rows if span[0] <= start < span[1])
    values = np.array([rows[start] for start in starts], dtype=np.float64).reshape(-1, 5)
    opening, high, low, close, volume = (values[:, column] for column in range(5))
    start = np.array(starts, dtype=np.int64)
    return CandleTable(start=start, open=opening, high=high, low=low, close=close, volume=volume)


def _label(text: str) -> int:
    moment = datetime.fromisoformat(text)
    is_day = len(text) == len("2026-11-18")
    return to_micros(moment.replace(tzinfo=UTC) if is_day else moment.replace(tzinfo=_ZONE).astimezone(UTC))


def _build(options: ProviderOptions) -> QuoteProvider:
    if not options.alphavantage_key:
        raise SettingsError(
            "The quote provider alphavantage needs an API key.",
            hint="Set ALPHAVANTAGE_API_KEY or leave alphavantage out.",
        )
    return AlphaVantageProvider(options)


PROVIDER = ProviderSpec(
    slug="alphavantage",
    title="Alpha Vantage",
    build=_build,
    asset_classes=("stock", "fund"),
    intervals=(*_MINUTES, BarInterval.D1),
    quote_ttl_seconds=900.0,
    batch_size=1,
    history_days=tuple((width, 59.0) for width in _MINUTES),
    limits=(RateLimit(calls=1, seconds=1.0), RateLimit(calls=5, seconds=60.0), RateLimit(calls=25, seconds=86_400.0)),
    is_split_adjusted=False,
    states_actions=True,
    key_setting="ALPHAVANTAGE_API_KEY",
    may_know=_knows,
    note="End-of-day prices on the free plan, so a quote counts as fresh for a quarter of an hour.",
)
