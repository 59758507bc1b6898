"""What streams do on a bad day: they drop, hang, flood and repeat themselves; real servers, the real client."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from data.quotes import ProviderOptions, QuoteProvider, known_providers
from data.quotes.board import LiveBoard
from data.quotes.cache import QuoteCache
from data.quotes.hub import PriceStream, QuoteHub
from data.quotes.minutes import MINUTE, MinuteBars
from data.quotes.store import QuoteStore
from domain.columns import CandleTable
from domain.errors import QuoteUnavailableError
from domain.market import Quote, TapePrint
from domain.periods import to_micros
from tests.data.quotes.recorded import NOW, RECORDED
from tests.data.quotes.scripted import SteppedClock
from tests.data.quotes.test_faults import recorded
from tests.data.quotes.test_streams import DEALS, TICKS, Feed, feed, open_stream, slug
from tests.data.quotes.vendor import Vendor

__all__ = ["feed", "slug"]
DROP = None
FACTS = 105.0
"""The price at midnight, or the close before, in the recorded answers."""


def tick(slug: str, price: float, at: datetime) -> str:
    """A price as a provider's stream writes it."""
    message = json.loads(json.dumps(TICKS[slug][-1]))
    row = message["data"][-1] if slug in ("finnhub", "kraken", "okx") else message
    millis = str(to_micros(at) // 1000)
    changes: dict[str, dict[str, Any]] = {
        "finnhub": {"p": price, "t": int(millis)},
        "coinbase": {"price": str(price), "time": at.isoformat()},
        "kraken": {"last": price, "change": 55.0},
        "okx": {"last": str(price), "ts": millis},
    }
    row.update(changes[slug])
    if slug == "finnhub":
        message["data"] = [row]
    return json.dumps(message)


def deal(slug: str, price: float, at: datetime, *, size: float = 2.0) -> str:
    """A deal as a provider's stream writes it; Finnhub's prices are deals."""
    message = json.loads(json.dumps(DEALS[slug]))
    row = message["data"][-1] if slug in ("finnhub", "kraken", "okx") else message
    millis = str(to_micros(at) // 1000)
    changes: dict[str, dict[str, Any]] = {
        "finnhub": {"p": price, "t": int(millis), "v": size},
        "coinbase": {"price": str(price), "size": str(size), "time": at.isoformat()},
        "kraken": {"price": price, "qty": size, "timestamp": at.isoformat()},
        "okx": {"px": str(price), "sz": str(size), "ts": millis},
    }
    row.update(changes[slug])
    if slug == "finnhub":
        message["data"] = [row]
    return json.dumps(message)


def tell(slug: str, price: float, at: datetime) -> list[str]:
    """What a stream says of a deal: the deal and the new price, in one message or two."""
    return [tick(slug, price, at)] if slug == "finnhub" else [deal(slug, price, at), tick(slug, price, at)]


def wait_until(is_so: Callable[[], object]) -> None:
    """Wait for something that happens in another thread."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


@dataclass
class Kept:
    """What the hub handed on."""

    bars: list[tuple[str, str, int, list[float]]] = field(default_factory=list)
    resumed: list[tuple[str, ...]] = field(default_factory=list)

    def keep(self, provider: str, symbol: str, bars: CandleTable) -> None:
        """Note the bars."""
        for row in range(len(bars)):
            prices = [float(getattr(bars, name)[row]) for name in ("open", "high", "low", "close", "volume")]
            self.bars.append((provider, symbol, int(bars.start[row]), prices))

    def resume(self, provider: str, symbols: Sequence[str]) -> None:
        """Note what was missed."""
        self.resumed.append((provider, *symbols))


class Line:
    """A hub that follows one provider's stream, whose server says what it is told."""

    def __init__(self, slug: str, feed: Feed, vendor: Vendor, folder: Path) -> None:
        self.slug, self.symbol = slug, RECORDED[slug].symbol
        self.clock = SteppedClock(NOW)
        self.said: queue.Queue[str | None] = queue.Queue()
        self.feed, self.kept = feed, Kept()
        vendor.answer = lambda path, query: recorded(RECORDED[slug], path, query)
        feed.play = self._play
        self.store = QuoteStore(folder)
        self.cache = QuoteCache(
            folder, self.clock, patience_seconds=60, deadline_seconds=60, jitter=lambda: 1.0, store=self.store
        )
        self.board = LiveBoard(self.store, self.clock)
        self.provider = self._build(vendor)
        self.hub = QuoteHub(self.board, self.cache, [self.provider], history=lambda: self.kept)
        self.board.watch([self.symbol])

    def _build(self, vendor: Vendor) -> QuoteProvider:
        options = ProviderOptions(
            clock=self.clock,
            base_url=vendor.url,
            stream_url=self.feed.url,
            timeout_seconds=60,
            **RECORDED[self.slug].options,
        )
        return known_providers()[self.slug].build(options)

    def _play(self, connection: Any) -> None:
        while not self.feed.released.is_set():
            try:
                message = self.said.get(timeout=0.05)
            except queue.Empty:
                continue
            if message is DROP:
                connection.socket.shutdown(2)
                return
            try:
                connection.send(message)
            except ConnectionClosed:  # it is for the next connection
                self.said.put(message)
                return

    def work(self) -> bool:
        """Do one round; somebody still watches."""
        self.board.watch([self.symbol])
        self.hub.work()
        return True

    def say(self, price: float, *, at: datetime | None = None) -> None:
        """Let the stream tell a deal of two units and wait until its price is on the board."""
        for message in tell(self.slug, price, at or self.clock.now):
            self.said.put(message)
        wait_until(lambda: self.work() and self.price() == price)

    def price(self) -> float:
        """What is on the board."""
        shown = LiveBoard(self.store, self.clock).latest([self.symbol])
        return shown[self.symbol].quote.price if shown else 0.0

    def quote(self) -> Quote:
        """The last good price."""
        return self.cache.last_good([self.symbol])[self.symbol]

    def close(self) -> None:
        """End everything."""
        self.feed.released.set()
        self.hub._close_streams()
        for thread in threading.enumerate():
            if thread.name == "quotes":
                thread.join(60)
        self.store.close()


@pytest.fixture
def line(slug: str, feed: Feed, vendor: Vendor, tmp_path: Path) -> Iterator[Line]:
    """A line to each provider that streams."""
    made = Line(slug, feed, vendor, tmp_path)
    yield made
    made.close()


def test_a_dropped_stream_is_subscribed_again_and_leaves_no_gap(line: Line) -> None:
    """After a drop the same symbols are asked for again; whole minutes are kept, and what was missed is fetched."""
    line.say(107.0)
    assert line.kept.resumed == [(line.slug, line.symbol)]
    line.clock.now = NOW.replace(minute=21, second=10)
    line.say(106.0)
    line.clock.advance(10)
    line.say(109.0)
    line.clock.advance(10)
    line.say(108.0)
    line.clock.now = NOW.replace(minute=22, second=3)
    wait_until(lambda: line.work() and line.kept.bars)
    line.said.put(DROP)
    wait_until(lambda: line.work() and line.cache.status(line.provider.spec).stream_error)
    line.clock.advance(300)
    wait_until(lambda: line.work() and len(line.feed.heard) == 2)
    assert line.feed.heard[0] == line.feed.heard[1]
    line.say(110.0)
    assert line.kept.resumed == [(line.slug, line.symbol)] * 2
    line.clock.now = NOW.replace(minute=28, second=1)
    line.say(111.0)
    line.clock.now = NOW.replace(minute=29, second=3)
    wait_until(lambda: line.work() and len(line.kept.bars) == 2)
    first, second = (to_micros(NOW.replace(minute=minute, second=0)) for minute in (21, 28))
    assert line.kept.bars == [
        (line.slug, line.symbol, first, [106.0, 109.0, 106.0, 108.0, 6.0]),
        (line.slug, line.symbol, second, [111.0, 111.0, 111.0, 111.0, 2.0]),
    ]


def test_the_change_is_the_same_by_stream_and_by_call(line: Line) -> None:
    """A change is measured from midnight (a stock's from the close before), whatever the stream says of 24 hours."""
    asked = line.provider.quotes([line.symbol])[line.symbol]
    assert asked.previous_close == FACTS
    line.say(111.0)
    assert line.quote().previous_close == asked.previous_close
    assert line.quote().change_fraction == pytest.approx(111 / 105 - 1)


def test_yesterday_s_facts_do_not_count_today(line: Line) -> None:
    """After midnight a streamed price is not measured from the day before; how the day began is asked for anew."""
    line.say(107.0)
    line.clock.now = NOW.replace(hour=0, minute=0, second=5) + timedelta(days=1)
    line.said.put(tick(line.slug, 108.0, line.clock.now))
    wait_until(lambda: line.work() and line.price() == 108.0)
    if line.slug == "okx":  # says it itself
        assert line.quote().previous_close == FACTS
        return
    assert line.quote().previous_close != FACTS
    if line.slug == "coinbase":  # of the next day there is no recorded candle yet: not known is not yesterday's
        return
    line.hub._facts_asked.clear()

    def measured() -> bool:
        line.clock.advance(0.1)
        line.said.put(tick(line.slug, 108.5, line.clock.now))
        return line.work() and line.quote().previous_close is not None

    wait_until(measured)


def test_prices_out_of_order_and_repeated_change_nothing(line: Line) -> None:
    """A price from before the last one, and the last one once more, leave board and bars as they are."""
    line.clock.now = NOW.replace(minute=20, second=59)
    line.say(107.0)
    line.clock.now = NOW.replace(minute=21, second=20)
    line.say(108.0)
    if line.slug != "kraken":  # whose prices carry no time
        line.said.put(tick(line.slug, 50.0, line.clock.now - timedelta(minutes=1)))
    line.said.put(deal(line.slug, 50.0, line.clock.now - timedelta(minutes=1)))
    if line.slug != "finnhub":  # whose prices are deals
        for _ in range(3):
            line.said.put(tick(line.slug, 108.0, line.clock.now))
    line.clock.advance(1)
    line.say(109.0)
    line.clock.now = NOW.replace(minute=22, second=3)
    wait_until(lambda: line.work() and line.kept.bars)
    assert line.kept.bars[0][3] == [108.0, 109.0, 108.0, 109.0, 4.0]
    assert line.price() == 109.0


def test_garbage_is_never_a_price(line: Line) -> None:
    """Whatever comes down the line, the last good price stays; the stream goes on or is opened again."""
    line.say(107.0)
    for garbage in ("[1, 2]", '"text"', "null", "{}", '{"type": []}', "<html>"):
        line.said.put(garbage)
    wait_until(lambda: line.work() and line.cache.status(line.provider.spec).stream_error)
    assert line.price() == 107.0
    line.clock.advance(301)
    wait_until(lambda: line.work() and len(line.feed.heard) == 2)
    line.say(108.0)


def test_nonsense_of_a_stream_is_put_aside(line: Line) -> None:
    """Not a number, zero, below zero, a hundred times up or down: quarantined, and no part of a bar."""
    line.say(107.0)
    line.clock.now = NOW.replace(minute=21, second=10)
    line.say(107.5)
    for price in (float("nan"), 0.0, -5.0, 10_700.0, 1.07):
        line.clock.advance(1)
        for message in tell(line.slug, price, line.clock.now):
            line.said.put(message)
        wait_until(partial(_put_aside, line, f"{price:g}"))
    assert line.price() == 107.5
    line.clock.now = NOW.replace(minute=22, second=3)
    line.work()
    assert all(0 < low <= high < 1000 for *_, (_, high, low, _, _) in line.kept.bars)


def _put_aside(line: Line, words: str) -> bool:
    """Whether the last price was put aside with a reason that names it."""
    line.work()
    rows = line.cache.status(line.provider.spec).quarantined
    return bool(rows) and words in rows[-1][1]


def test_a_half_open_line_is_noticed(slug: str, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that keeps the connection and says nothing more is an error, not a price that stands for ever."""
    monkeypatch.setattr("data.quotes.socket._SILENCE_SECONDS", 0.6)

    def play(connection: Any) -> None:
        connection.send(tick(slug, 107.0, NOW))
        feed.released.wait(60)

    feed.play = play
    stop = threading.Event()
    with closing(open_stream(slug, feed.url, stop)) as stream:  # type: ignore[type-var]
        assert next(item for item in stream if isinstance(item, Quote)).price == 107.0
        with pytest.raises(QuoteUnavailableError, match="silent"):
            list(stream)


def test_a_flood_costs_no_memory(slug: str, feed: Feed, vendor: Vendor) -> None:
    """Thousands of prices and deals between two rounds leave one price and one forming bar, and the last one counts."""

    def play(connection: Any) -> None:
        for number in range(1_500):
            for message in tell(slug, 100.0 + number % 7, NOW):
                connection.send(message)
        for message in tell(slug, 123.0, NOW):
            connection.send(message)
        feed.released.wait(60)

    feed.play = play
    options = ProviderOptions(clock=lambda: NOW, stream_url=feed.url, timeout_seconds=60, **RECORDED[slug].options)
    stream = PriceStream(known_providers()[slug].build(options), [RECORDED[slug].symbol], lambda: NOW)
    symbol = RECORDED[slug].symbol
    wait_until(lambda: symbol in stream._ticks and stream._ticks[symbol].price == 123.0)
    assert (len(stream._ticks), len(stream.bars._forming)) == (1, 1)
    assert stream.take()[symbol].price == 123.0
    stream.close()


def test_minutes_are_kept_only_when_they_are_whole() -> None:
    """The minute in which a connection began is left out, deals of minutes before and jumps are no part of a bar.

    A deal that is told late within its minute counts for all but the close, and every size is added up.
    """
    clock = SteppedClock(NOW)
    bars = MinuteBars(clock)

    def add(price: float, seconds: float) -> None:
        clock.now = NOW + timedelta(seconds=seconds)
        bars.add(TapePrint(symbol="A", price=price, size=1.5, at=clock.now))

    add(10, 0)
    add(11, 31)
    add(13, 40)
    bars.add(TapePrint(symbol="A", price=99, size=1.5, at=NOW))
    bars.add(TapePrint(symbol="A", price=10.5, size=0.25, at=NOW + timedelta(seconds=35)))
    bars.add(TapePrint(symbol="A", price=12, size=float("nan"), at=clock.now))
    add(12, 91)
    add(500, 95)
    add(12, 151)
    add(12, 215)
    clock.now = NOW + timedelta(seconds=280)
    found = bars.take_closed()["A"]
    first = to_micros(NOW.replace(minute=21, second=0))
    assert found.start.tolist() == [first, first + 3 * MINUTE]
    assert (found.open[0], found.high[0], found.low[0], found.close[0], found.volume[0]) == (11, 13, 10.5, 13, 3.25)
    bars.add(TapePrint(symbol="A", price=12, size=1.5, at=NOW + timedelta(seconds=216)))
    clock.now = NOW + timedelta(seconds=360)
    assert bars.take_closed() == {}
