"""One stream: what it writes, what it skips, when it gives up; sockets are real, nobody waits."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.candles import empty_candles
from domain.accounts import UserId
from domain.columns import CandleTable
from domain.market import BarInterval, Quote
from web.live.board import PriceBoard
from web.live.streams import GIVE_UP_SECONDS, HEARTBEAT, Stream, Wish

pytestmark = pytest.mark.sqlite

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


def quote(symbol: str, price: float) -> Quote:
    """A price with a day around it."""
    return Quote(
        symbol=symbol, price=price, as_of=AT, fetched_at=AT, provider="test", previous_close=100.0, low=90.0, high=120.0
    )


def candles(*closes: float) -> CandleTable:
    """Bars of a minute from `AT` on."""
    import numpy as np  # noqa: PLC0415 - one test needs it

    columns = {name: np.array(closes) for name in ("open", "high", "low", "close", "volume")}
    return CandleTable(start=(int(AT.timestamp()) + 60 * np.arange(len(closes))) * 1_000_000, **columns)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Server's and browser's end of a connection."""
    server, browser = socket.socketpair()
    server.settimeout(0)
    browser.settimeout(5)
    yield server, browser
    server.close()
    browser.close()


def make_stream(server: socket.socket, *symbols: str, chart: Any = None, now: float = 0.0) -> Stream:
    """A stream of some symbols."""
    wish = Wish(owner=UserId(1), token_hash="t", symbols=symbols, chart=chart)
    return Stream(server, HEAD, wish, now=now)


def read_events(browser: socket.socket) -> list[tuple[str, Any]]:
    """What has arrived, as (name, data)."""
    text = browser.recv(1_000_000).decode().removeprefix(HEAD.decode())
    found = []
    for part in text.split("\n\n"):
        lines = dict(line.partition(": ")[::2] for line in part.splitlines() if line)
        if "data" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_only_what_changed_is_told(ends: tuple[socket.socket, socket.socket]) -> None:
    """The first message holds every symbol asked for and no other; the next only what is different."""
    server, browser = ends
    board, stream = PriceBoard(), make_stream(server, "AAPL", "MSFT")
    board.write({"AAPL": quote("AAPL", 110), "MSFT": quote("MSFT", 95), "IBM": quote("IBM", 7)}, {}, at=1.0)
    stream.tell(board, 0.0, heartbeat_seconds=15)
    stream.tell(board, 0.1, heartbeat_seconds=15)  # the head has gone out before the first prices
    ((name, data),) = read_events(browser)
    assert name == "prices"
    assert [line["s"] for line in data["q"]] == ["AAPL", "MSFT"]
    assert (data["q"][0]["last"], data["q"][0]["day"], data["q"][0]["look"]) == ("110.00", "+10.00%", "fw-profit")
    board.write({"AAPL": quote("AAPL", 110), "MSFT": quote("MSFT", 96)}, {}, at=2.0)
    stream.tell(board, 1.0, heartbeat_seconds=15)
    ((_, data),) = read_events(browser)
    assert [line["s"] for line in data["q"]] == ["MSFT"]


def test_the_candle_belongs_to_the_chart_that_is_shown(ends: tuple[socket.socket, socket.socket]) -> None:
    """A chart's last two bars come as events of their own, with their starts in milliseconds; then what changed."""
    server, browser = ends
    chart = ("AAPL", BarInterval.M1)
    board, stream = PriceBoard(), make_stream(server, chart=chart)
    board.write({}, {chart: candles(3.25, 3.5), ("IBM", BarInterval.M1): candles(9.0)}, at=1.0)
    for now in (0.0, 0.1):
        stream.tell(board, now, heartbeat_seconds=15)
    heard = read_events(browser)
    assert [(name, data["s"], data["i"], data["c"]) for name, data in heard] == [
        ("candle", "AAPL", "1m", 3.25),
        ("candle", "AAPL", "1m", 3.5),
    ]
    assert [data["t"] - AT.timestamp() * 1000 for _, data in heard] == [0, 60_000]
    board.write({}, {chart: candles(3.25, 3.75)}, at=1.5)
    stream.tell(board, 1.0, heartbeat_seconds=15)
    assert [data["c"] for _, data in read_events(browser)] == [3.75]
    board.write({}, {chart: empty_candles()}, at=2.0)
    assert board.message((), chart, board.version - 1) == b""


def test_silence_is_broken_by_a_heartbeat(ends: tuple[socket.socket, socket.socket]) -> None:
    """A stream without news says that it lives, no more often than asked for."""
    server, browser = ends
    board, stream = PriceBoard(), make_stream(server, "AAPL")
    stream.tell(board, 0.0, heartbeat_seconds=15)
    browser.recv(10_000)
    stream.tell(board, 14.0, heartbeat_seconds=15)
    stream.tell(board, 16.0, heartbeat_seconds=15)
    stream.tell(board, 17.0, heartbeat_seconds=15)
    assert browser.recv(10_000) == HEARTBEAT


def test_a_slow_browser_skips_to_the_newest_price(ends: tuple[socket.socket, socket.socket]) -> None:
    """While a browser takes nothing at most one message waits; then it hears the last price, not those between."""
    server, browser = ends
    many = tuple(f"S{number}" for number in range(250))
    board, stream = PriceBoard(), make_stream(server, *many)
    written = 0
    while not stream.is_behind or written < 3:
        written += 1
        board.write({symbol: quote(symbol, 100 + written) for symbol in many}, {}, at=written)
        stream.tell(board, 0.0, heartbeat_seconds=15)
        assert written < 10_000
    waiting = stream.waiting_bytes
    for further in range(20):
        board.write({symbol: quote(symbol, 500 + further) for symbol in many}, {}, at=written + further)
        stream.tell(board, 1.0, heartbeat_seconds=15)
        assert stream.waiting_bytes <= waiting
    said, after = b"", 0
    while after < 2:  # everything that was on its way, then the newest
        if stream.is_behind:
            said += browser.recv(1_000_000)
            stream.flush(2.0)
        else:
            stream.tell(board, 2.0, heartbeat_seconds=15)
            after += 1
    browser.settimeout(0.2)
    try:
        while piece := browser.recv(1_000_000):
            said += piece
            if stream.is_behind:
                stream.flush(2.0)
    except TimeoutError:
        pass
    last = json.loads(said.decode().rstrip().rsplit("data: ", 1)[1])
    assert {line["p"] for line in last["q"]} == {519}
    assert b'"p":510' not in said


def test_a_browser_that_takes_nothing_is_given_up(ends: tuple[socket.socket, socket.socket]) -> None:
    """After half a minute without taking anything its stream ends."""
    server, _ = ends
    many = tuple(f"S{number}" for number in range(250))
    board, stream = PriceBoard(), make_stream(server, *many)
    price = 0
    while not stream.is_behind or price < 3:
        price += 1
        board.write({symbol: quote(symbol, price) for symbol in many}, {}, at=1.0)
        stream.tell(board, 0.0, heartbeat_seconds=15)
    stream.tell(board, GIVE_UP_SECONDS - 1, heartbeat_seconds=15)
    with pytest.raises(OSError):
        stream.tell(board, GIVE_UP_SECONDS + 1, heartbeat_seconds=15)


def test_the_end_is_told(ends: tuple[socket.socket, socket.socket]) -> None:
    """A stream that is ended says why and closes."""
    server, browser = ends
    board, stream = PriceBoard(), make_stream(server, "AAPL")
    stream.tell(board, 0.0, heartbeat_seconds=15)
    stream.end("signed out")
    said = b""
    while piece := browser.recv(10_000):
        said += piece
    assert said.endswith(b"event: end\ndata: signed out\n\n")
