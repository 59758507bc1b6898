"""Kraken: spot pairs by its public market data; prices of several pairs in one call, the last 720 candles of a width.

Kraken has names of its own: BTC is XBT, and a pair's answer is filed under a third name (XXBTZUSD), which it is asked
for once. Its prices carry no time, so theirs is the moment of the answer. Its stream tells the change of 24 hours,
which is not shown: a change is measured from midnight UTC, as everywhere (`data.quotes.exchange`).
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
from domain.errors import QuoteUnavailableError, UnknownSymbolError
from domain.market import BarInterval, Quote, TapePrint, Tick

_STREAM = "wss://ws.kraken.com/v2"
_ITS_NAMES = {"BTC": "XBT", "DOGE": "XDG"}
_OUR_NAMES = {theirs: ours for ours, theirs in _ITS_NAMES.items()}


def _find_pair(exchange: Any, base: str, quote: str) -> Pair:
    its_name = _ITS_NAMES.get(base, base) + _ITS_NAMES.get(quote, quote)
    result = exchange.publicGetAssetPairs({"pair": its_name})["result"]
    if not result:
        raise UnknownSymbolError("Kraken does not know this pair.")
    return Pair(id=next(iter(result)), base=base, quote=quote)


def _list_pairs(exchange: Any) -> list[Pair]:
    found = []
    for name, row in exchange.publicGetAssetPairs()["result"].items():
        base, _, quote = str(row.get("wsname") or "").partition("/")
        match = PAIR.match(f"{_OUR_NAMES.get(base, base)}-{_OUR_NAMES.get(quote, quote)}")
        if match:
            found.append(Pair(id=str(name), **match.groupdict()))
    return found


def _opening(ticker: dict[str, Any]) -> float | None:
    text = ticker["info"].get("o")
    return float(text) if text else None


def _stream(options: ProviderOptions, symbols: Sequence[str], stop: threading.Event) -> Iterator[Tick]:
    names = [symbol.replace("-", "/") for symbol in symbols]
    wanted = ({"channel": "ticker", "symbol": names}, {"channel": "trade", "symbol": names, "snapshot": False})

    def read(message: dict[str, Any]) -> list[Tick]:
        if message.get("success") is False and len(names) == 1:
            raise QuoteUnavailableError(f"Kraken refuses the stream: {str(message.get('error'))[:80]}")
        if message.get("channel") == "trade":
            return [_print_of(row) for row in message["data"]] if message.get("type") == "update" else []
        return [_tick(options, row) for row in message["data"]] if message.get("channel") == "ticker" else []

    feed = Feed(
        title="Kraken",
        url=options.stream_url or _STREAM,
        hello=[json.dumps({"method": "subscribe", "params": params}) for params in wanted],
        read=read,
        ping=json.dumps({"method": "ping"}),
    )
    return follow(feed, stop)


def _print_of(row: dict[str, Any]) -> TapePrint:
    return TapePrint(
        symbol=str(row["symbol"]).replace("/", "-"),
        price=float(row["price"]),
        size=float(row["qty"]),
        at=datetime.fromisoformat(str(row["timestamp"])),
    )


def _tick(options: ProviderOptions, row: dict[str, Any]) -> Quote:
    now = options.clock()
    return Quote(
        symbol=str(row["symbol"]).replace("/", "-"),
        price=float(row["last"]),
        as_of=now,
        fetched_at=now,
        provider=PROVIDER.slug,
        currency=str(row["symbol"]).rpartition("/")[2],
        high=row.get("high"),
        low=row.get("low"),
        bid=row.get("bid"),
        ask=row.get("ask"),
        volume=row.get("volume"),
    )


_DIALECT = Dialect(
    name="kraken",
    page_bars=720,
    find_pair=_find_pair,
    list_pairs=_list_pairs,
    shapes=("result", "error"),
    asks_in_batch=True,
    opening=_opening,
    stream=_stream,
)


def _build(options: ProviderOptions) -> QuoteProvider:
    return ExchangeProvider(PROVIDER, _DIALECT, options)


_WIDTHS = (
    BarInterval.M1,
    BarInterval.M5,
    BarInterval.M15,
    BarInterval.M30,
    BarInterval.H1,
    BarInterval.H4,
    BarInterval.D1,
)

PROVIDER = ProviderSpec(
    slug="kraken",
    title="Kraken",
    build=_build,
    asset_classes=("crypto", "forex"),
    intervals=_WIDTHS,
    batch_size=50,
    symbols_per_call=50,
    history_days=tuple((width, width.width.total_seconds() * 719 / 86_400) for width in _WIDTHS),
    limits=(RateLimit(calls=1, seconds=1.0),),
    streams=True,
    may_know=knows_pairs,
    note="Public market data, no key. The last 720 candles of each width, no more.",
)
