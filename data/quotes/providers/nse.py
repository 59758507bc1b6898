"""NSE of India: its indices (NIFTY 50, BANK NIFTY and the others), as its own web site shows them.

One call has every index. Numbers come as numbers, ratios as text, and fields may be missing; the exchange's site asks
for a visit of its front page first, whose cookies it wants back, and refuses clients that look like programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from data.quotes import NotStreaming, ProviderOptions, ProviderSpec, QuoteProvider, RateLimit
from data.quotes.session import VendorSite
from domain.columns import CandleTable
from domain.errors import NotOfferedError, QuoteUnavailableError, UnknownSymbolError
from domain.market import BarInterval, Profile, Quote
from domain.periods import to_micros

_ADDRESS = "https://www.nseindia.com"
_ZONE = ZoneInfo("Asia/Kolkata")
_HEADERS = {"Accept": "application/json", "Referer": f"{_ADDRESS}/market-data/live-market-indices"}
_NAMES = {
    "NIFTY": "NIFTY 50",
    "NIFTY50": "NIFTY 50",
    "NIFTY 50": "NIFTY 50",
    "^NSEI": "NIFTY 50",
    "BANKNIFTY": "NIFTY BANK",
    "BANK NIFTY": "NIFTY BANK",
    "NIFTY BANK": "NIFTY BANK",
    "^NSEBANK": "NIFTY BANK",
    "INDIA VIX": "INDIA VIX",
    "^INDIAVIX": "INDIA VIX",
    "FINNIFTY": "NIFTY FINANCIAL SERVICES",
    "NIFTY IT": "NIFTY IT",
    "^CNXIT": "NIFTY IT",
    "NIFTY NEXT 50": "NIFTY NEXT 50",
    "^NSMIDCP": "NIFTY NEXT 50",
}
_PAGE = timedelta(days=365)


class NseProvider(NotStreaming):
    """Reads the indices of the National Stock Exchange of India."""

    def __init__(self, options: ProviderOptions) -> None:
        self.spec: ProviderSpec = PROVIDER
        self._clock = options.clock
        self._site = VendorSite("NSE", _ADDRESS, options)

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last values of indices, all in one call."""
        wanted = {symbol: _NAMES[symbol] for symbol in symbols if symbol in _NAMES}
        if not wanted:
            return {}
        rows, stated = self._all_indices()
        found = self._site.read(
            lambda: {symbol: self._quote(symbol, rows[name], stated) for symbol, name in wanted.items() if name in rows}
        )
        return dict(found)

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return daily bars, a year a call."""
        if interval is not BarInterval.D1:
            raise NotOfferedError(f"NSE has no {interval.value} candles of indices.")
        if symbol not in _NAMES:
            raise UnknownSymbolError(f"NSE has no index {symbol!r}.")
        rows: list[dict[str, Any]] = []
        first = start
        while first < min(end, self._clock() + timedelta(days=1)):
            last = min(first + _PAGE, end)
            rows += self._history(_NAMES[symbol], first, last)
            first = last
        table: CandleTable = self._site.read(lambda: _table(rows, to_micros(start), to_micros(end)))
        return table

    def profile(self, symbol: str) -> Profile:
        """Return the index."""
        if symbol not in _NAMES:
            raise UnknownSymbolError(f"NSE has no index {symbol!r}.")
        return _describe(symbol)

    def search(self, text: str) -> list[Profile]:
        """Return the indices whose name has the text in it."""
        wanted = text.strip().upper()
        names = {name: symbol for symbol, name in reversed(_NAMES.items()) if symbol == name or name not in _NAMES}
        hits = [symbol for name, symbol in names.items() if wanted in name or _NAMES.get(wanted) == name]
        return [_describe(symbol) for symbol in sorted(hits)]

    def _all_indices(self) -> tuple[dict[str, dict[str, Any]], Any]:
        answer = self._site.get_object("/api/allIndices", {}, headers=_HEADERS)
        rows = answer.get("data")
        if not isinstance(rows, list) or not rows:
            raise QuoteUnavailableError("NSE answered without indices.")
        return self._site.read(lambda: {str(row["index"]): row for row in rows}), answer.get("timestamp")

    def _history(self, name: str, first: datetime, last: datetime) -> list[dict[str, Any]]:
        params = {"indexType": name, "from": f"{first:%d-%m-%Y}", "to": f"{last:%d-%m-%Y}"}
        answer = self._site.get_object("/api/historical/indicesHistory", params, headers=_HEADERS)
        rows = self._site.read(lambda: answer["data"]["indexCloseOnlineRecords"])
        if not isinstance(rows, list):
            raise QuoteUnavailableError("NSE answered without candles.")
        return rows

    def _quote(self, symbol: str, row: dict[str, Any], stated: Any) -> Quote:
        now = self._clock()

        def number(name: str) -> float | None:
            value = row.get(name)
            return float(value) if value else None

        return Quote(
            symbol=symbol,
            price=float(row["last"]),
            as_of=_moment(stated) or now,
            fetched_at=now,
            provider=PROVIDER.slug,
            currency="INR",
            previous_close=number("previousClose"),
            open=number("open"),
            high=number("high"),
            low=number("low"),
        )


def _moment(stated: Any) -> datetime | None:
    """Read the instant of all indices (20-Nov-2026 15:30); None when it is not said."""
    if not isinstance(stated, str):
        return None
    form = "%d-%b-%Y %H:%M:%S" if stated.count(":") == 2 else "%d-%b-%Y %H:%M"
    return datetime.strptime(stated, form).replace(tzinfo=_ZONE).astimezone(UTC)


def _describe(symbol: str) -> Profile:
    return Profile(
        symbol=symbol,
        name=_NAMES[symbol],
        exchange="NSE",
        currency="INR",
        country="IN",
        asset_class="index",
        provider=PROVIDER.slug,
    )


def _table(rows: list[dict[str, Any]], start: int, end: int) -> CandleTable:
    found: dict[int, list[float]] = {}
    for row in rows:
        day = datetime.strptime(str(row["EOD_TIMESTAMP"]).title(), "%d-%b-%Y").replace(tzinfo=UTC)
        found[to_micros(day)] = [float(row[f"EOD_{name}_INDEX_VAL"]) for name in ("OPEN", "HIGH", "LOW", "CLOSE")]
    labels = sorted(label for label in found if start <= label < end)
    values = np.array([found[label] for label in labels], dtype=np.float64).reshape(-1, 4)
    opening, high, low, close = (values[:, column] for column in range(4))
    starts = np.array(labels, dtype=np.int64)
    return CandleTable(start=starts, open=opening, high=high, low=low, close=close, volume=np.zeros(len(labels)))


def _build(options: ProviderOptions) -> QuoteProvider:
    return NseProvider(options)


PROVIDER = ProviderSpec(
    slug="nse",
    title="NSE indices",
    build=_build,
    asset_classes=("index",),
    intervals=(BarInterval.D1,),
    symbols_per_call=20,
    limits=(RateLimit(calls=3, seconds=1.0),),
    may_know=_NAMES.__contains__,
    note="The exchange's own web site; for your own eyes only: its licence forbids passing the values on.",
)
