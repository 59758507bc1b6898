"""OKX: spot pairs by its public market data; one pair a call, 300 candles a call.

The change is measured from midnight UTC (`sodUtc0`), as days are.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from data.quotes import ProviderOptions, ProviderSpec, QuoteProvider, RateLimit
from data.quotes.exchange import PAIR, Dialect, ExchangeProvider, Pair, knows_pairs
from data.quotes.socket import Feed, follow
from domain.errors import QuoteUnavailableError
from domain.market import BarInterval, Quote, TapePrint, Tick
from domain.periods import from_micros

_STREAM = "wss://ws.okx.com:8443/ws/v5/public"


def _find_pair(_: Any, base: str, quote: str) -> Pair:
    return Pair(id=f"{base}-{quote}", base=base, quote=quote)


def _list_pairs(exchange: Any) -> list[Pair]:
    answer = exchange.publicGetPublicInstruments({"instType": "SPOT"})
    names = (str(row["instId"]) for row in answer["data"])
    return [Pair(id=name, **match.groupdict()) for name in names if (match := PAIR.match(name))]


def _opening(ticker: dict[str, Any]) -> float | None:
    text = ticker["info"].get("sodUtc0")
    return float(text) if text else None


def _stream(options: ProviderOptions, symbols: Sequence[str], stop: threading.Event) -> Iterator[Tick]:
    wanted = [{"channel": channel, "instId": symbol} for symbol in symbols for channel in ("tickers", "trades")]

    def read(message: dict[str, Any]) -> list[Tick]:
        if message.get("event") == "error" and len(symbols) == 1:
            raise QuoteUnavailableError(f"OKX refuses the stream: {str(message.get('msg'))[:80]}")
        rows = message.get("data") or []
        if rows and message["arg"]["channel"] == "trades":
            return [_print_of(row) for row in rows]
        return [_tick(options, row) for row in rows]

    feed = Feed(
        title="OKX",
        url=options.stream_url or _STREAM,
        hello=(json.dumps({"op": "subscribe", "args": wanted}),),
        read=read,
        ping="ping",
    )
    return follow(feed, stop)


def _print_of(row: dict[str, Any]) -> TapePrint:
    at = from_micros(int(row["ts"]) * 1000)
    return TapePrint(symbol=str(row["instId"]), price=float(row["px"]), size=float(row["sz"]), at=at)


def _tick(options: ProviderOptions, row: dict[str, Any]) -> Quote:
    def number(name: str) -> float | None:
        return float(row[name]) if row.get(name) else None

    return Quote(
        symbol=str(row["instId"]),
        price=float(row["last"]),
        as_of=from_micros(int(row["ts"]) * 1000),
        fetched_at=options.clock(),
        provider=PROVIDER.slug,
        currency=str(row["instId"]).rpartition("-")[2],
        previous_close=number("sodUtc0"),
        open=number("sodUtc0"),
        high=number("high24h"),
        low=number("low24h"),
        bid=number("bidPx"),
        ask=number("askPx"),
        volume=number("vol24h"),
    )


_DIALECT = Dialect(
    name="okx",
    page_bars=300,
    find_pair=_find_pair,
    list_pairs=_list_pairs,
    shapes=("data", "code"),
    asks_in_batch=False,
    opening=_opening,
    stream=_stream,
)


def _build(options: ProviderOptions) -> QuoteProvider:
    return ExchangeProvider(PROVIDER, _DIALECT, options)


PROVIDER = ProviderSpec(
    slug="okx",
    title="OKX",
    build=_build,
    asset_classes=("crypto",),
    intervals=(
        BarInterval.M1,
        BarInterval.M5,
        BarInterval.M15,
        BarInterval.M30,
        BarInterval.H1,
        BarInterval.H4,
        BarInterval.D1,
    ),
    limits=(RateLimit(calls=10, seconds=1.0),),
    streams=True,
    may_know=knows_pairs,
    note="Public market data, no key. History back to the listing of a pair.",
)
