"""CoinDesk Data (formerly CCData): its volume-weighted index of coins over many exchanges (CADLI).

2,000 candles a call, newest last, paged backwards by `to_ts`. Errors come as an object beside empty data.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from data.quotes import NotStreaming, ProviderOptions, ProviderSpec, QuoteProvider, RateLimit
from data.quotes.exchange import PAIR, knows_pairs
from data.quotes.session import VendorSite
from domain.columns import CandleTable
from domain.errors import NotOfferedError, QuoteUnavailableError, RateLimitedError, UnknownSymbolError
from domain.market import BarInterval, Profile, Quote
from domain.periods import MICROSECONDS

_ADDRESS = "https://data-api.coindesk.com"
_MARKET = "cadli"
_PAGE = 2000
_PATHS = {BarInterval.M1: "minutes", BarInterval.H1: "hours", BarInterval.D1: "days"}
_COLUMNS = ("TIMESTAMP", "OPEN", "HIGH", "LOW", "CLOSE", "VOLUME")


class CoinDeskProvider(NotStreaming):
    """Reads CoinDesk's index of coins."""

    def __init__(self, options: ProviderOptions) -> None:
        self.spec: ProviderSpec = PROVIDER
        self._clock = options.clock
        self._key = options.coindesk_key
        self._site = VendorSite("CoinDesk", _ADDRESS, options)

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last values of the index, all in one call."""
        wanted = [symbol for symbol in symbols if knows_pairs(symbol)]
        if not wanted:
            return {}
        try:
            rows = self._ask("/index/cc/v1/latest/tick", {"instruments": ",".join(wanted)})
        except UnknownSymbolError:
            return {}
        found = self._site.read(lambda: {name: self._quote(name, rows[name]) for name in wanted if name in rows})
        if not found:
            raise QuoteUnavailableError("CoinDesk answered without a price.")
        return dict(found)

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return bars, paged backwards from the end."""
        if interval not in _PATHS:
            raise NotOfferedError(f"CoinDesk has no {interval.value} candles.")
        first = int(start.timestamp())
        last = int(min(end, self._clock() + interval.width).timestamp())
        rows = self._pages(symbol, interval, first, last)
        table: CandleTable = self._site.read(lambda: _table(rows, first, last))
        return table

    def profile(self, symbol: str) -> Profile:
        """Return the pair."""
        match = PAIR.match(symbol)
        if match is None:
            raise UnknownSymbolError(f"CoinDesk does not know {symbol!r}.")
        if not self.quotes([symbol]):
            raise UnknownSymbolError(f"CoinDesk does not know {symbol!r}.")
        return _describe(symbol, match["base"], match["quote"])

    def search(self, text: str) -> list[Profile]:
        """Return the pair with the dollar, when the index has it."""
        wanted = text.strip().upper().replace("/", "-")
        symbol = wanted if knows_pairs(wanted) else f"{wanted}-USD"
        match = PAIR.match(symbol)
        if match is None:
            return []
        return [_describe(symbol, match["base"], match["quote"])] if self.quotes([symbol]) else []

    def _pages(self, symbol: str, interval: BarInterval, first: int, last: int) -> list[dict[str, Any]]:
        width = interval.width // timedelta(seconds=1)
        rows: list[dict[str, Any]] = []
        cursor, pages_left = last, (last - first) // (width * _PAGE) + 2
        while cursor > first:
            if pages_left == 0:
                raise QuoteUnavailableError("CoinDesk answers with pages that do not end.")
            pages_left -= 1
            page = self._page(symbol, interval, cursor, min(_PAGE, (cursor - first) // width + 1))
            if not page:
                break
            oldest = min(int(row["TIMESTAMP"]) for row in page)
            if oldest >= cursor:
                raise QuoteUnavailableError("CoinDesk answers with the same page again.")
            rows = page + rows
            cursor = oldest
        return rows

    def _page(self, symbol: str, interval: BarInterval, until: int, limit: int) -> list[dict[str, Any]]:
        params = {"instrument": symbol, "limit": limit, "to_ts": until - 1, "groups": "OHLC,VOLUME"}
        rows = self._ask(f"/index/cc/v1/historical/{_PATHS[interval]}", params)
        page: list[dict[str, Any]] = self._site.read(
            lambda: [{name: float(row[name]) for name in _COLUMNS} for row in rows if int(row["TIMESTAMP"]) < until]
        )
        if rows and not page:
            raise QuoteUnavailableError("CoinDesk answers with the same page again.")
        return page

    def _ask(self, path: str, params: dict[str, Any]) -> Any:
        key = {"api_key": self._key} if self._key else {}
        answer = self._site.get_object(path, {"market": _MARKET, **params, **key})
        fault = answer.get("Err")
        if isinstance(fault, dict) and fault and not answer.get("Data"):
            raise _explain(str(fault.get("message") or ""), fault)
        if "Data" not in answer:
            raise QuoteUnavailableError("CoinDesk answered without data.")
        return answer["Data"]

    def _quote(self, symbol: str, row: dict[str, Any]) -> Quote:
        def number(name: str) -> float | None:
            value = row.get(name)
            return float(value) if value else None

        return Quote(
            symbol=symbol,
            price=float(row["VALUE"]),
            as_of=datetime.fromtimestamp(int(row["VALUE_LAST_UPDATE_TS"]), UTC),
            fetched_at=self._clock(),
            provider=PROVIDER.slug,
            currency=symbol.rpartition("-")[2],
            previous_close=number("CURRENT_DAY_OPEN"),
            open=number("CURRENT_DAY_OPEN"),
            high=number("CURRENT_DAY_HIGH"),
            low=number("CURRENT_DAY_LOW"),
            volume=number("CURRENT_DAY_VOLUME"),
        )


def _describe(symbol: str, base: str, quote: str) -> Profile:
    return Profile(
        symbol=symbol,
        name=f"{base} / {quote}",
        exchange="CoinDesk index",
        currency=quote,
        asset_class="crypto",
        provider=PROVIDER.slug,
    )


def _explain(message: str, fault: dict[str, Any]) -> Exception:
    lower = message.lower()
    if "rate limit" in lower or str(fault.get("type")) == "99":
        return RateLimitedError("CoinDesk asks us to wait.")
    if "instrument" in lower:
        return UnknownSymbolError("CoinDesk does not know this pair.")
    return QuoteUnavailableError(f"CoinDesk answered with an error: {message[:120]}")


def _table(rows: list[dict[str, Any]], first: int, last: int) -> CandleTable:
    values = np.array([[row[name] for name in _COLUMNS] for row in rows], dtype=np.float64).reshape(-1, len(_COLUMNS))
    starts = values[:, 0].astype(np.int64)
    kept = (starts >= first) & (starts < last)
    opening, high, low, close, volume = (values[kept, column] for column in range(1, 6))
    return CandleTable(start=starts[kept] * MICROSECONDS, open=opening, high=high, low=low, close=close, volume=volume)


def _build(options: ProviderOptions) -> QuoteProvider:
    return CoinDeskProvider(options)


PROVIDER = ProviderSpec(
    slug="coindesk",
    title="CoinDesk Data",
    build=_build,
    asset_classes=("crypto",),
    intervals=tuple(_PATHS),
    batch_size=50,
    symbols_per_call=50,
    history_days=((BarInterval.M1, 7),),
    limits=(RateLimit(calls=10, seconds=1.0), RateLimit(calls=300, seconds=60.0)),
    key_setting="COINDESK_API_KEY",
    is_key_optional=True,
    may_know=knows_pairs,
    note="An index over many exchanges, not one's price. Minutes go back a week; a free key raises its limits.",
)
