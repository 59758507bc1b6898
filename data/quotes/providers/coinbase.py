"""Coinbase: spot pairs by its public market data; 300 candles a call, prices of several pairs in one call.

Its answers and its stream say how a price changed in 24 hours, which is not told here: a change is measured from
midnight UTC, as everywhere (`data.quotes.exchange`), so the day's candle is asked for once a day and pair.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from data.quotes import ProviderOptions, ProviderSpec, QuoteProvider, RateLimit
from data.quotes.exchange import PAIR, Dialect, ExchangeProvider, Pair, knows_pairs
from data.quotes.socket import Feed, follow
from domain.errors import QuoteUnavailableError
from domain.market import BarInterval, Quote, TapePrint, Tick

_STREAM = "wss://ws-feed.exchange.coinbase.com"


def _find_pair(_: Any, base: str, quote: str) -> Pair:
    return Pair(id=f"{base}-{quote}", base=base, quote=quote)


def _list_pairs(exchange: Any) -> list[Pair]:
    answer = exchange.v3PublicGetBrokerageMarketProducts({"product_type": "SPOT"})
    names = (str(row["product_id"]) for row in answer["products"] if row.get("product_id"))
    return [Pair(id=name, **match.groupdict()) for name in names if (match := PAIR.match(name))]


def _stream(options: ProviderOptions, symbols: Sequence[str], stop: threading.Event) -> Iterator[Tick]:
    # A ticker stands for several deals of one order, so that only `matches` adds up; `last_match` is of the past.
    channels = ["ticker", "matches", "heartbeat"]
    hello = json.dumps({"type": "subscribe", "product_ids": list(symbols), "channels": channels})

    def read(message: dict[str, Any]) -> list[Tick]:
        kind = message.get("type")
        if kind == "error":
            raise QuoteUnavailableError(f"Coinbase refuses the stream: {str(message.get('message'))[:80]}")
        if kind == "match":
            return [_print_of(message)]
        return [_tick(options, message)] if kind == "ticker" else []

    url = options.stream_url or _STREAM
    return follow(Feed(title="Coinbase", url=url, hello=(hello,), read=read), stop)


def _print_of(message: dict[str, Any]) -> TapePrint:
    return TapePrint(
        symbol=str(message["product_id"]),
        price=float(message["price"]),
        size=float(message["size"]),
        at=datetime.fromisoformat(str(message["time"])),
    )


def _tick(options: ProviderOptions, message: dict[str, Any]) -> Quote:
    def number(name: str) -> float | None:
        return float(message[name]) if message.get(name) else None

    return Quote(
        symbol=str(message["product_id"]),
        price=float(message["price"]),
        as_of=datetime.fromisoformat(str(message["time"])),
        fetched_at=options.clock(),
        provider=PROVIDER.slug,
        currency=str(message["product_id"]).rpartition("-")[2],
        high=number("high_24h"),
        low=number("low_24h"),
        bid=number("best_bid"),
        ask=number("best_ask"),
        volume=number("volume_24h"),
    )


_DIALECT = Dialect(
    name="coinbase",
    page_bars=300,
    find_pair=_find_pair,
    list_pairs=_list_pairs,
    shapes=("products", "candles"),
    asks_in_batch=True,
    stream=_stream,
)


def _build(options: ProviderOptions) -> QuoteProvider:
    return ExchangeProvider(PROVIDER, _DIALECT, options)


PROVIDER = ProviderSpec(
    slug="coinbase",
    title="Coinbase",
    build=_build,
    asset_classes=("crypto",),
    intervals=(BarInterval.M1, BarInterval.M5, BarInterval.M15, BarInterval.M30, BarInterval.H1, BarInterval.D1),
    batch_size=50,
    symbols_per_call=50,
    limits=(RateLimit(calls=10, seconds=1.0),),
    streams=True,
    may_know=knows_pairs,
    note="Public market data, no key. History back to the listing of a pair.",
)
