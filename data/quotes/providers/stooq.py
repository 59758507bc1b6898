"""Stooq: prices and daily, weekly candles as CSV, no key; a daily number of downloads that it does not state.

Symbols carry the market (aapl.us); those without one are ours for New York. Times are Warsaw's. London is quoted in
pence, which become pounds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from data.quotes import NotStreaming, ProviderOptions, ProviderSpec, QuoteProvider, RateLimit
from data.quotes.session import VendorSite
from domain.columns import CandleTable
from domain.errors import NotOfferedError, QuoteUnavailableError, RateLimitedError, UnknownSymbolError
from domain.market import BarInterval, Profile, Quote
from domain.periods import to_micros

_ADDRESS = "https://stooq.com"
_ZONE = ZoneInfo("Europe/Warsaw")
_WIDTHS = {BarInterval.D1: "d", BarInterval.W1: "w"}
_MARKETS = {"L": "uk", "DE": "de", "WA": "pl", "T": "jp", "HK": "hk", "BD": "hu"}
_CURRENCIES = {"us": "USD", "uk": "GBP", "de": "EUR", "pl": "PLN", "jp": "JPY", "hk": "HKD", "hu": "HUF"}
_PENCE = {"uk": 0.01}
_FIELDS = ("Symbol", "Date", "Time", "Open", "High", "Low", "Close", "Volume", "Name")


class StooqProvider(NotStreaming):
    """Reads Stooq's CSV files."""

    def __init__(self, options: ProviderOptions) -> None:
        self.spec: ProviderSpec = PROVIDER
        self._clock = options.clock
        self._site = VendorSite("Stooq", _ADDRESS, options)

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last prices, all in one call."""
        names = {_its_name(symbol): symbol for symbol in symbols}
        text = self._text("/q/l/", {"s": " ".join(names), "f": "sd2t2ohlcvn", "h": "", "e": "csv"})
        rows = self._rows(text, _FIELDS)
        if not rows:
            raise QuoteUnavailableError("Stooq answered without a row.")
        found: list[Quote | None] = self._site.read(lambda: [self._quote(row, names) for row in rows])
        return {quote.symbol: quote for quote in found if quote}

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return daily or weekly bars."""
        if interval not in _WIDTHS:
            raise NotOfferedError(f"Stooq has no {interval.value} candles.")
        span = {"d1": f"{start:%Y%m%d}", "d2": f"{end:%Y%m%d}"}
        text = self._text("/q/d/l/", {"s": _its_name(symbol), **span, "i": _WIDTHS[interval]})
        if text.strip().lower().startswith("no data"):
            raise UnknownSymbolError(f"Stooq has no candles of {symbol!r} in this period.")
        rows = self._rows(text, ("Date", "Open", "High", "Low", "Close"))
        table: CandleTable = self._site.read(lambda: _table(rows, _market(symbol), interval))
        kept = (table.start >= to_micros(start)) & (table.start < to_micros(end))
        return CandleTable(**{name: getattr(table, name)[kept] for name in CandleTable.__dataclass_fields__})

    def profile(self, symbol: str) -> Profile:
        """Return the name; Stooq tells no more."""
        text = self._text("/q/l/", {"s": _its_name(symbol), "f": "sd2t2ohlcvn", "h": "", "e": "csv"})
        rows = self._rows(text, _FIELDS)
        if not rows or rows[0]["Close"] in ("N/D", ""):
            raise UnknownSymbolError(f"Stooq does not know {symbol!r}.")
        name, currency = rows[0]["Name"] or "", _CURRENCIES.get(_market(symbol), "")
        return Profile(symbol=symbol, name=name.title(), currency=currency, provider=PROVIDER.slug)

    def search(self, text: str) -> list[Profile]:  # noqa: ARG002 - the protocol's
        """Say that there is no search."""
        raise NotOfferedError("Stooq has no search.")

    def _text(self, path: str, params: dict[str, Any]) -> str:
        response = self._site.get(path, params)
        text = response.content.decode("utf-8", errors="replace")
        if "daily hits limit" in text.lower():
            raise RateLimitedError("Stooq's downloads of today are spent.", retry_after_seconds=3600.0)
        if response.status_code != 200 or text.lstrip().startswith("<"):
            raise QuoteUnavailableError("Stooq answered with something that is not CSV.")
        return text

    def _rows(self, text: str, fields: Sequence[str]) -> list[dict[str, str]]:
        reader = csv.DictReader(io.StringIO(text))
        if not set(fields) <= set(reader.fieldnames or ()):
            raise QuoteUnavailableError("Stooq answered with other columns than expected.")
        rows = list(reader)
        if any(None in row.values() or None in row for row in rows):
            raise QuoteUnavailableError("Stooq's answer ends in the middle of a row.")
        return rows

    def _quote(self, row: dict[str, str], names: dict[str, str]) -> Quote | None:
        symbol = names.get(row["Symbol"].lower())
        if symbol is None or row["Close"] == "N/D":
            return None
        unit = _PENCE.get(_market(symbol), 1.0)
        local = datetime.fromisoformat(f"{row['Date']}T{row['Time']}").replace(tzinfo=_ZONE)
        opening, high, low = (float(row[name]) * unit for name in ("Open", "High", "Low"))
        return Quote(
            symbol=symbol,
            price=float(row["Close"]) * unit,
            as_of=local.astimezone(UTC),
            fetched_at=self._clock(),
            provider=PROVIDER.slug,
            currency=_CURRENCIES.get(_market(symbol), "USD"),
            open=opening,
            high=high,
            low=low,
            volume=float(row["Volume"]) if row["Volume"] not in ("N/D", "") else None,
        )


def _market(symbol: str) -> str:
    return _MARKETS.get(symbol.rpartition(".")[2], "us") if "." in symbol else "us"


def _its_name(symbol: str) -> str:
    base, dot, suffix = symbol.rpartition(".")
    if dot and suffix in _MARKETS:
        market = _MARKETS[suffix]
        return base.lower() if market == "pl" else f"{base.lower()}.{market}"
    return f"{symbol.lower().replace('.', '-').replace(' ', '-')}.us"


def _knows(symbol: str) -> bool:
    """Say whether a symbol looks like a stock: no pair, no index, no contract."""
    return symbol.replace(".", "").replace(" ", "").isalnum()


def _table(rows: list[dict[str, str]], market: str, interval: BarInterval) -> CandleTable:
    unit = _PENCE.get(market, 1.0)
    days = [datetime.fromisoformat(row["Date"]).replace(tzinfo=UTC) for row in rows]
    if interval is BarInterval.W1:
        days = [day - timedelta(days=day.weekday()) for day in days]
    columns = {
        name: np.array([float(row[name.title()]) for row in rows], dtype=np.float64) * unit
        for name in ("open", "high", "low", "close")
    }
    volume = np.array([float(row.get("Volume") or 0) for row in rows], dtype=np.float64)
    return CandleTable(start=np.array([to_micros(day) for day in days], dtype=np.int64), **columns, volume=volume)


def _build(options: ProviderOptions) -> QuoteProvider:
    return StooqProvider(options)


PROVIDER = ProviderSpec(
    slug="stooq",
    title="Stooq",
    build=_build,
    asset_classes=("stock", "fund"),
    intervals=tuple(_WIDTHS),
    batch_size=30,
    symbols_per_call=30,
    limits=(RateLimit(calls=1, seconds=1.0), RateLimit(calls=200, seconds=86_400.0)),
    may_know=_knows,
    note="Delayed prices, decades of daily history, no key. It stops answering after too many downloads a day.",
)
