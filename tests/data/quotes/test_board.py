"""The board of watched symbols, and the hub that keeps it current once for everybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from data.quotes import RateLimit
from data.quotes.board import LiveBoard
from data.quotes.cache import QuoteCache
from data.quotes.hub import STREAM_TTL_SECONDS, QuoteHub, poll_seconds
from data.quotes.store import QuoteStore
from domain.errors import QuoteUnavailableError
from domain.market import Quote
from domain.quote_feeds import LiveChanges
from services.quotes import QuoteService
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted


@pytest.fixture
def store(tmp_path: Path) -> Iterator[QuoteStore]:
    """An empty store."""
    made = QuoteStore(tmp_path)
    yield made
    made.close()


@pytest.fixture
def board(store: QuoteStore, clock: SteppedClock) -> LiveBoard:
    """An empty board."""
    return LiveBoard(store, clock)


def a_quote(clock: SteppedClock, symbol: str, price: float) -> Quote:
    """A price of this second."""
    return Quote(symbol=symbol, price=price, as_of=clock.now, fetched_at=clock.now, provider="p")


def wait_until(is_so: Callable[[], object]) -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def worked(hub: QuoteHub) -> bool:
    """Do a round; for conditions that are waited for."""
    hub.work()
    return True


def other(store: QuoteStore, clock: SteppedClock) -> LiveBoard:
    """The board as another process sees it, which has read nothing yet."""
    return LiveBoard(store, clock)


def test_a_lease_ends_by_itself(board: LiveBoard, store: QuoteStore, clock: SteppedClock) -> None:
    """Symbols are watched for half a minute after somebody last said so, in whichever process."""
    board.watch(["A", "B"])
    clock.advance(20)
    other(store, clock).watch(["B"])
    assert board.watched() == ["A", "B"]
    clock.advance(11)
    assert board.watched() == ["B"]
    clock.advance(20)
    assert board.watched() == []


def test_only_changes_get_a_sequence(board: LiveBoard, store: QuoteStore, clock: SteppedClock) -> None:
    """The same price again is not a change; a new one is, and it comes after all before it."""
    board.publish({"A": a_quote(clock, "A", 1.0), "B": a_quote(clock, "B", 2.0)})
    first = other(store, clock).changes_since(0)
    assert sorted(item.quote.symbol for item in first.quotes) == ["A", "B"]
    board.publish({"A": replace(a_quote(clock, "A", 1.0), bid=0.9)})
    assert other(store, clock).changes_since(first.sequence) == LiveChanges(sequence=first.sequence)
    board.publish({"A": a_quote(clock, "A", 1.5)})
    second = other(store, clock).changes_since(first.sequence)
    assert [item.quote.price for item in second.quotes] == [1.5]
    assert second.sequence > first.sequence
    assert other(store, clock).changes_since(first.sequence, ["B"]).quotes == ()


def test_the_sequence_grows_even_when_the_store_is_emptied(tmp_path: Path, clock: SteppedClock) -> None:
    """A browser that waits for what comes after a sequence is not left waiting."""
    stores = [QuoteStore(tmp_path / name) for name in ("one", "two")]
    boards = [LiveBoard(store, clock) for store in stores]
    boards[0].publish({"A": a_quote(clock, "A", 1.0)})
    clock.advance(5)
    boards[1].publish({"A": a_quote(clock, "A", 1.0)})
    sequences = [board.changes_since(0).sequence for board in boards]
    assert sequences[1] > sequences[0]
    for store in stores:
        store.close()


def test_an_old_price_says_so(board: LiveBoard, clock: SteppedClock) -> None:
    """Age is counted from when it was fetched; after a minute without news it is stale."""
    board.publish({"A": a_quote(clock, "A", 1.0)})
    clock.advance(61)
    live = board.latest(["A", "B"])["A"]
    assert (live.age_seconds, live.quote.stale) == (61, True)


def test_one_process_leads(board: LiveBoard, store: QuoteStore, clock: SteppedClock) -> None:
    """The first who asks leads until he resigns or is silent for too long."""
    assert board.lead("one", seconds=10)
    assert not other(store, clock).lead("two", seconds=10)
    clock.advance(9)
    assert board.lead("one", seconds=10)
    clock.advance(11)
    assert other(store, clock).lead("two", seconds=10)
    assert not board.lead("one", seconds=10)
    other(store, clock).resign("two")
    assert board.lead("one", seconds=10)


class StreamingProvider(ScriptedProvider):
    """A provider whose stream is played by hand."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.ticks: list[Quote] = []
        self.streams = 0
        self.fault: Exception | None = None

    @override
    def stream(self, symbols: Sequence[str], stop: threading.Event) -> Iterator[Quote]:
        """Yield what is put into `ticks`, fail when told."""
        self.streams += 1
        while not stop.wait(0.01):
            if self.fault:
                raise self.fault
            while self.ticks:
                yield self.ticks.pop(0)


def make_hub(board: LiveBoard, store: QuoteStore, clock: SteppedClock, *providers: Any) -> tuple[QuoteHub, QuoteCache]:
    """A hub over scripted providers."""
    cache = QuoteCache(Path(), clock, patience_seconds=60, deadline_seconds=60, jitter=lambda: 1.0, store=store)
    return QuoteHub(board, cache, providers), cache


def test_a_round_asks_once_whoever_watches(board: LiveBoard, store: QuoteStore, clock: SteppedClock) -> None:
    """Two hundred watchers in two processes cost one call, and nothing more within the time to live."""
    provider = make_scripted(clock, "vendor")
    provider.prices = {"A": 10.0, "B": 20.0}
    for process in (board, other(store, clock)):
        for _ in range(100):
            process.watch(["A", "B"])
    hub, _ = make_hub(board, store, clock, provider)
    for _ in range(10):
        hub.work()
    assert provider.calls == [["A", "B"]]
    assert {name: live.quote.price for name, live in other(store, clock).latest(["A", "B"]).items()} == provider.prices


def test_what_the_first_provider_lacks_the_next_is_asked(
    board: LiveBoard, store: QuoteStore, clock: SteppedClock
) -> None:
    """A symbol goes to the first provider that may know it, and on when that says it does not."""
    pairs = make_scripted(clock, "pairs", may_know=lambda symbol: "-" in symbol)
    stocks, demo = make_scripted(clock, "stocks"), make_scripted(clock, "demo", simulated=True)
    pairs.prices, stocks.prices, demo.prices = {"B-USD": 1.0}, {"A": 2.0}, {"A": 3.0, "C": 3.0}
    board.watch(["A", "B-USD", "C"])
    for _ in range(2):
        hub, _ = make_hub(board, store, clock, pairs, stocks, demo)
        hub.work()
    shown = other(store, clock).latest(["A", "B-USD", "C"])
    providers = {name: live.quote.provider for name, live in shown.items()}
    assert providers == {"A": "stocks", "B-USD": "pairs", "C": "demo"}
    assert pairs.calls == [["B-USD"]]


def test_while_all_rest_the_last_good_price_stands(board: LiveBoard, store: QuoteStore, clock: SteppedClock) -> None:
    """A symbol that had a real price is not given to the simulation; somebody who looks now sees the last one."""
    vendor, demo = make_scripted(clock, "vendor"), make_scripted(clock, "demo", simulated=True)
    vendor.prices, demo.prices = {"A": 10.0}, {"A": 99.0}
    hub, cache = make_hub(board, store, clock, vendor, demo)
    cache.renew(vendor, ["A"])
    clock.advance(100)
    vendor.error = QuoteUnavailableError("It is down.")
    cache.renew(vendor, ["A"])
    board.watch(["A"])
    hub.work()
    live = other(store, clock).latest(["A"])["A"]
    assert (live.quote.price, live.quote.provider, live.quote.stale) == (10.0, "vendor", True)
    assert demo.calls == []


def test_a_stream_feeds_the_board(board: LiveBoard, store: QuoteStore, clock: SteppedClock) -> None:
    """Trades come over the stream, completed by what is known of the session, and nonsense is put aside."""
    provider = StreamingProvider(make_scripted(clock, "vendor", streams=True).spec, clock)
    provider.prices, provider.changes = {"A": 10.0}, {"previous_close": 9.5, "high": 10.2, "low": 9.4}
    board.watch(["A"])
    hub, cache = make_hub(board, store, clock, provider)
    hub.work()
    assert provider.calls == [["A"]]
    provider.ticks.append(replace(a_quote(clock, "A", 10.6), provider="vendor"))

    def price() -> float:
        hub.work()
        return other(store, clock).latest(["A"])["A"].quote.price

    wait_until(lambda: price() == 10.6)
    quote = other(store, clock).latest(["A"])["A"].quote
    assert (quote.previous_close, quote.high, quote.low) == (9.5, 10.6, 9.4)
    provider.ticks.append(replace(a_quote(clock, "A", 1060.0), provider="vendor"))
    wait_until(lambda: worked(hub) and cache.status(provider.spec).quarantined)
    assert price() == 10.6
    assert (provider.streams, provider.calls) == (1, [["A"]])
    hub.stop()
    hub._close_streams()


def test_without_its_stream_a_provider_is_polled(board: LiveBoard, store: QuoteStore, clock: SteppedClock) -> None:
    """A stream that breaks rests alone: prices are asked for meanwhile, and later it is opened again."""
    provider = StreamingProvider(make_scripted(clock, "vendor", streams=True).spec, clock)
    provider.prices, provider.fault = {"A": 10.0}, QuoteUnavailableError("It ended.")
    board.watch(["A"])
    hub, cache = make_hub(board, store, clock, provider)
    wait_until(lambda: worked(hub) and cache.status(provider.spec).stream_error)
    status = cache.status(provider.spec)
    assert (status.stream_error, status.last_error, status.is_ok) == ("It ended.", "", True)
    wait_until(lambda: worked(hub) and other(store, clock).latest(["A"]))
    assert provider.streams == 1
    provider.fault = None
    clock.advance(10)
    wait_until(lambda: worked(hub) and provider.streams == 2)
    hub._close_streams()


def test_polls_keep_within_the_limits() -> None:
    """Polling takes at most half of what a provider allows; simulated prices are new every second."""
    clock = SteppedClock.__new__(SteppedClock)
    free = make_scripted(clock, "free").spec
    finnhub = make_scripted(clock, "f", batch_size=1, limits=(RateLimit(calls=60, seconds=60.0),)).spec
    assert poll_seconds(free, 1000) == STREAM_TTL_SECONDS
    assert poll_seconds(finnhub, 1) == STREAM_TTL_SECONDS
    assert poll_seconds(finnhub, 30) == 60
    batched = make_scripted(clock, "b", symbols_per_call=50, limits=(RateLimit(calls=1, seconds=1.0),)).spec
    assert poll_seconds(batched, 100) == STREAM_TTL_SECONDS
    assert poll_seconds(make_scripted(clock, "d", simulated=True).spec, 1000) == 1


def test_watching_starts_the_hub(tmp_path: Path, clock: SteppedClock) -> None:
    """From the service: watch, and a moment later the price is there with its sequence; closing ends the hub."""
    provider = make_scripted(clock, "vendor")
    provider.prices = {"BTC-USD": 10.0}
    service = QuoteService([provider], tmp_path, clock)
    assert service.latest(["BTC/USD"]) == {}
    service.watch(["btc/usd"])
    wait_until(lambda: service.latest(["BTC/USD"]))
    changes = service.changes_since(0)
    assert [item.quote.symbol for item in changes.quotes] == ["BTC-USD"]
    assert service.changes_since(changes.sequence, ["BTC/USD"]).quotes == ()
    service.close()
    wait_until(lambda: not any(thread is service._hub._thread for thread in threading.enumerate()))
