"""Streams of prices: real WebSocket servers, the real client, every provider that streams."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from data.quotes import ProviderOptions, known_providers
from domain.errors import QuoteUnavailableError
from domain.market import Quote, TapePrint, Tick
from tests.data.quotes.recorded import NOW, RECORDED, seconds
from tests.data.quotes.vendor import Vendor

MILLIS = (seconds(NOW) - 1) * 1000
TICKS: dict[str, list[dict[str, Any]]] = {
    "finnhub": [
        {"type": "ping"},
        {
            "type": "trade",
            "data": [
                {"s": "EXM", "p": 107.25, "t": MILLIS - 1, "v": 1, "c": ["1", "12"]},
                {"s": "EXM", "p": 107.5, "t": MILLIS, "v": 2, "c": ["1"]},
            ],
        },
    ],
    "coinbase": [
        {"type": "subscriptions", "channels": []},
        {"type": "heartbeat", "product_id": "BTC-USD"},
        {
            "type": "ticker",
            "product_id": "BTC-USD",
            "price": "107.5",
            "open_24h": "105",
            "volume_24h": "1000",
            "low_24h": "104",
            "high_24h": "108",
            "best_bid": "107.4",
            "best_ask": "107.6",
            "time": "2026-11-18T15:20:29.000000Z",
        },
    ],
    "kraken": [
        {"method": "subscribe", "success": True, "result": {"channel": "ticker"}},
        {"channel": "heartbeat"},
        {
            "channel": "ticker",
            "type": "update",
            "data": [
                {
                    "symbol": "BTC/USD",
                    "bid": 107.4,
                    "ask": 107.6,
                    "last": 107.5,
                    "volume": 1000.0,
                    "low": 104.0,
                    "high": 108.0,
                    "change": 2.5,
                    "change_pct": 2.38,
                }
            ],
        },
    ],
    "okx": [
        {"event": "subscribe", "arg": {"channel": "tickers", "instId": "BTC-USD"}},
        {
            "arg": {"channel": "tickers", "instId": "BTC-USD"},
            "data": [
                {
                    "instId": "BTC-USD",
                    "last": "107.5",
                    "askPx": "107.6",
                    "bidPx": "107.4",
                    "open24h": "104.5",
                    "high24h": "108",
                    "low24h": "104",
                    "sodUtc0": "105",
                    "vol24h": "1000",
                    "ts": str(MILLIS),
                }
            ],
        },
    ],
}
DEALS: dict[str, dict[str, Any]] = {
    "finnhub": TICKS["finnhub"][1],
    "coinbase": {
        "type": "match",
        "trade_id": 10,
        "sequence": 50,
        "side": "sell",
        "product_id": "BTC-USD",
        "size": "2",
        "price": "107.5",
        "time": "2026-11-18T15:20:29.000000Z",
    },
    "kraken": {
        "channel": "trade",
        "type": "update",
        "data": [
            {
                "symbol": "BTC/USD",
                "side": "sell",
                "price": 107.5,
                "qty": 2.0,
                "ord_type": "market",
                "trade_id": 4665906,
                "timestamp": "2026-11-18T15:20:29.000000Z",
            }
        ],
    },
    "okx": {
        "arg": {"channel": "trades", "instId": "BTC-USD"},
        "data": [
            {
                "instId": "BTC-USD",
                "tradeId": "130639474",
                "px": "107.5",
                "sz": "2",
                "side": "buy",
                "ts": str(MILLIS),
                "count": "3",
            }
        ],
    },
}
"""One deal of two units; of Finnhub one unit came before it."""
REFUSALS: dict[str, dict[str, Any]] = {
    "finnhub": {"type": "error", "msg": "Invalid API key"},
    "coinbase": {"type": "error", "message": "Failed to subscribe"},
    "kraken": {"method": "subscribe", "success": False, "error": "Currency pair not supported"},
    "okx": {"event": "error", "code": "60018", "msg": "Wrong instrument"},
}


class Feed:
    """A WebSocket server on loopback: `play` is what it does with a connection, `heard` what it was told."""

    def __init__(self) -> None:
        from websockets.sync.server import serve  # noqa: PLC0415 - only where streams are tested

        self.play: Callable[[Any], None] = lambda connection: None
        self.heard: list[Any] = []
        self.released = threading.Event()
        self._server = serve(self._serve, "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def close(self) -> None:
        """End it."""
        self.released.set()
        self._server.shutdown()
        self._thread.join()

    def _serve(self, connection: Any) -> None:
        self.heard.append(json.loads(connection.recv()))
        self.play(connection)


@pytest.fixture
def feed() -> Iterator[Feed]:
    """A running feed."""
    made = Feed()
    yield made
    made.close()


@pytest.fixture(params=sorted(TICKS))
def slug(request: pytest.FixtureRequest) -> str:
    """One provider that streams."""
    return str(request.param)


def open_stream(slug: str, url: str, stop: threading.Event) -> Iterator[Tick]:
    """Begin to follow a provider's stream."""
    options = ProviderOptions(clock=lambda: NOW, stream_url=url, timeout_seconds=60, **RECORDED[slug].options)
    return known_providers()[slug].build(options).stream([RECORDED[slug].symbol], stop)


def test_every_streaming_provider_is_here() -> None:
    """A provider that says it streams has a recorded stream."""
    assert set(TICKS) == {slug for slug, spec in known_providers().items() if spec.streams}


def test_ticks_become_quotes(slug: str, feed: Feed) -> None:
    """The subscription names the symbol, chatter is passed over, and the last trade of a message is the price."""

    def play(connection: Any) -> None:
        for message in TICKS[slug]:
            connection.send(json.dumps(message))
        feed.released.wait(60)

    feed.play = play
    stop = threading.Event()
    with closing(open_stream(slug, feed.url, stop)) as stream:  # type: ignore[type-var]
        quote = next(tick for tick in stream if isinstance(tick, Quote))
    assert (quote.symbol, quote.price, quote.provider) == (RECORDED[slug].symbol, 107.5, slug)
    assert 0 <= (NOW - quote.as_of).total_seconds() <= 1
    assert quote.previous_close == (105.0 if slug == "okx" else None)  # the others say it of 24 hours or not at all
    told = json.dumps(feed.heard)
    assert RECORDED[slug].symbol in told or RECORDED[slug].symbol.replace("-", "/") in told


def test_deals_carry_their_sizes(slug: str, feed: Feed) -> None:
    """Every deal of a message comes with its price, size and instant, before the price that it made."""

    def play(connection: Any) -> None:
        connection.send(json.dumps(DEALS[slug]))
        connection.send(json.dumps(TICKS[slug][-1]))
        feed.released.wait(60)

    feed.play = play
    heard: list[TapePrint] = []
    with closing(open_stream(slug, feed.url, threading.Event())) as stream:  # type: ignore[type-var]
        for tick in stream:
            if isinstance(tick, Quote):
                break
            heard.append(tick)
    before = [(107.25, 1.0)] if slug == "finnhub" else []
    assert [(item.price, item.size) for item in heard] == [*before, (107.5, 2.0)]
    assert {item.symbol for item in heard} == {RECORDED[slug].symbol}
    assert all(0 <= (NOW - item.at).total_seconds() <= 1.1 for item in heard)


def test_a_stream_ends_when_it_is_told(slug: str, feed: Feed) -> None:
    """A stream on which nothing happens ends all the same."""

    def play(_: Any) -> None:
        feed.released.wait(60)

    feed.play = play
    stop = threading.Event()
    stop.set()
    assert list(open_stream(slug, feed.url, stop)) == []


@pytest.mark.parametrize("fault", ["refusal", "not JSON", "drift", "cut", "too long"])
def test_a_broken_stream_is_an_error(slug: str, feed: Feed, fault: str) -> None:
    """A refusal, nonsense, other names, an end in the middle or a message without end: an error, never a price."""
    last = TICKS[slug][-1]
    changed = json.dumps(last).replace('"p"', '"q"').replace("price", "cost").replace('"last"', '"final"')
    messages = {
        "refusal": json.dumps(REFUSALS[slug]),
        "not JSON": "<html>",
        "drift": changed,
        "cut": "",
        "too long": " " * 2_000_000,
    }

    def play(connection: Any) -> None:
        if messages[fault]:
            connection.send(messages[fault])
            feed.released.wait(60)

    feed.play = play
    with pytest.raises(QuoteUnavailableError):
        list(open_stream(slug, feed.url, threading.Event()))


def test_a_server_that_speaks_no_websocket_is_an_error(slug: str, vendor: Vendor) -> None:
    """A web page in place of the handshake is an error, and so is nobody."""
    url = vendor.url.replace("http", "ws")
    with pytest.raises(QuoteUnavailableError):
        next(open_stream(slug, url, threading.Event()))
    vendor.close()
    with pytest.raises(QuoteUnavailableError):
        next(open_stream(slug, url, threading.Event()))
