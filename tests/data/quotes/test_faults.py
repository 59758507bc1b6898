"""The matrix: every provider against every fault of a vendor. The page goes on with the last good price, marked stale.

Real servers, real client libraries. What must not take long is not timed but shown: the answer is there while the
vendor still hangs.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from data.quotes import ProviderOptions, known_providers
from data.quotes.cache import QuoteCache
from domain.errors import QuoteError, QuoteUnavailableError, RateLimitedError
from domain.market import BarInterval, BreakerState
from services.quotes import QuoteService
from tests.data.quotes.recorded import CLOSES, END, NOW, PRICE, RECORDED, START, Query, Recording
from tests.data.quotes.scripted import SteppedClock
from tests.data.quotes.vendor import FOR_EVER, Answer, Vendor, write_certificate

LIMIT = 500_000
"""Bytes of an answer that a provider of these tests reads."""
Respond = Callable[[Recording, str, Query], Answer]


def recorded(recording: Recording, path: str, query: Query) -> Answer:
    """The recorded answer."""
    body = recording.answer(path, query)
    return body if isinstance(body, Answer) else Answer(body, content_type=recording.content_type)


def drifted(recording: Recording, path: str, query: Query) -> Answer:
    """The recorded answer with every name changed, as after an update of the vendor's interface."""
    answer = recorded(recording, path, query)
    if isinstance(answer.body, str):
        answer.body = answer.body.replace("Close", "Settlement").replace("crumb", "crumb")
    else:
        answer.body = rename(answer.body)
    return answer


def rename(value: Any) -> Any:
    """Put an x before every name of nested objects."""
    if isinstance(value, dict):
        return {f"x{name}": rename(item) for name, item in value.items()}
    return [rename(item) for item in value] if isinstance(value, list) else value


def truncated(recording: Recording, path: str, query: Query) -> Answer:
    """The first half of the recorded answer, which says that it is whole."""
    answer = recorded(recording, path, query)
    answer.cut = len(answer.payload()) // 2 + 3
    return answer


def dripping(recording: Recording, path: str, query: Query) -> Answer:
    """The recorded answer, one byte at a time."""
    answer = recorded(recording, path, query)
    answer.drip_seconds = 0.05
    return answer


def dripping_from_the_start(recording: Recording, path: str, query: Query) -> Answer:
    """The recorded answer, one byte at a time, and so its head."""
    answer = dripping(recording, path, query)
    answer.is_head_slow = True
    return answer


FAULTS: dict[str, Respond] = {
    "1 B/s": dripping,
    "1 B/s, head too": dripping_from_the_start,
    "hang": lambda *_: Answer({}, hang_seconds=FOR_EVER),
    "429 with Retry-After": lambda *_: Answer("Too Many Requests", 429, {"Retry-After": "77"}, "text/plain"),
    "429 without": lambda *_: Answer({"error": "limit"}, 429),
    "500": lambda *_: Answer({"error": "oops"}, 500),
    "200 HTML": lambda *_: Answer("<html><body>Welcome</body></html>", content_type="text/html"),
    "truncated": truncated,
    "gzip bomb": lambda *_: Answer(b" " * (LIMIT * 20) + b"{}", is_zipped=True),
    "schema drift": drifted,
    "empty list": lambda *_: Answer([]),
}
SLOW = ("1 B/s", "1 B/s, head too", "hang")
CONNECTIONS = ("refused", "DNS fail", "TLS bad")


@dataclass
class Bench:
    """One provider, its vendor, a clock and a cache that is filled while all is well."""

    slug: str
    vendor: Vendor
    clock: SteppedClock
    cache: QuoteCache

    def service(self, **options: Any) -> QuoteService:
        """The quote service with this provider alone."""
        given = {
            "clock": self.clock,
            "base_url": self.vendor.url,
            "timeout_seconds": 60.0,
            "answer_limit_bytes": LIMIT,
            **RECORDED[self.slug].options,
        }
        provider = known_providers()[self.slug].build(ProviderOptions(**(given | options)))
        return QuoteService([provider], Path(), self.clock, cache=self.cache)

    def respond(self, how: Respond) -> None:
        """Let the vendor answer like this from now on."""
        self.vendor.answer = lambda path, query: how(RECORDED[self.slug], path, query)

    def fill(self) -> None:
        """Fetch a good price, and let it become stale."""
        self.respond(recorded)
        symbol = RECORDED[self.slug].symbol
        assert self.service().quotes([symbol])[symbol].price == PRICE
        self.clock.advance(1000)

    def settle(self) -> None:
        """Let hanging answers go, and wait for what runs in the background."""
        self.vendor.released.set()
        for thread in threading.enumerate():
            if thread.name == "quotes":
                thread.join(60)

    def check(self, service: QuoteService) -> None:
        """The page has the last good price, marked stale with its age, and the breaker is open."""
        symbol = RECORDED[self.slug].symbol
        quote = service.quotes([symbol])[symbol]
        assert (quote.price, quote.stale) == (PRICE, True)
        assert (self.clock.now - quote.fetched_at).total_seconds() == 1000
        self.settle()
        (status,) = service.provider_status()
        assert (status.breaker, status.failures) == (BreakerState.OPEN, 1)
        assert status.last_error
        assert self.cache.last_good([symbol])[symbol].price == PRICE


@pytest.fixture(params=sorted(RECORDED))
def bench(request: pytest.FixtureRequest, vendor: Vendor, tmp_path: Path) -> Iterator[Bench]:
    """A provider with its vendor."""
    clock = SteppedClock(NOW)
    cache = QuoteCache(tmp_path, clock, patience_seconds=0.1, deadline_seconds=120, jitter=lambda: 1.0)
    made = Bench(request.param, vendor, clock, cache)
    yield made
    made.settle()
    cache.close()
    from yfinance.data import SingletonMeta  # noqa: PLC0415 - the library's memory of other tests

    SingletonMeta._instances.clear()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for."""
    return write_certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_the_last_good_price_is_served(bench: Bench, fault: str) -> None:
    """Whatever the vendor does, the page has the last good price, stale, and nothing overwrites it."""
    bench.fill()
    service = bench.service(timeout_seconds=0.2 if fault in SLOW else 60.0)
    bench.respond(FAULTS[fault])
    bench.check(service)


@pytest.mark.parametrize("fault", CONNECTIONS)
def test_the_last_good_price_is_served_without_a_connection(bench: Bench, fault: str, certificate: Path) -> None:
    """Nobody listens, the name is not known, or the certificate is nobody's: the last good price stays."""
    bench.fill()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        addresses = {
            "refused": f"http://127.0.0.1:{closed.getsockname()[1]}",
            "DNS fail": "http://prices.invalid",
            "TLS bad": "",
        }
        if fault != "TLS bad":
            bench.check(bench.service(base_url=addresses[fault]))
            return
    strange = Vendor(certificate)
    strange.answer = lambda path, query: recorded(RECORDED[bench.slug], path, query)
    bench.check(bench.service(base_url=strange.url))
    assert not strange.calls
    strange.close()


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_no_candles_come_from_a_fault(bench: Bench, fault: str) -> None:
    """Candles are whole or an error that says when to come back; half an answer is none."""
    service = bench.service(timeout_seconds=0.2 if fault in SLOW else 60.0)
    bench.respond(FAULTS[fault])
    with pytest.raises(QuoteError) as caught:
        service.fetch_candles(RECORDED[bench.slug].symbol, BarInterval.D1, START, END)
    assert isinstance(caught.value, RateLimitedError) == fault.startswith("429")
    if fault == "429 with Retry-After":
        assert isinstance(caught.value, RateLimitedError)
        assert caught.value.retry_after_seconds == 77


def test_kept_candles_survive_a_fault(bench: Bench) -> None:
    """The chart goes on with the last candles it had."""
    symbol = RECORDED[bench.slug].symbol
    bench.respond(recorded)
    before = bench.service().candles(symbol, BarInterval.D1, start=START, end=END)
    assert tuple(before.close.tolist()) == CLOSES
    bench.clock.advance(1000)
    bench.respond(FAULTS["500"])
    after = bench.service().candles(symbol, BarInterval.D1, start=START, end=END)
    assert after.close.tolist() == before.close.tolist()


def same_page(first: dict[str, Answer]) -> Respond:
    """What answers every question of a path with the first answer that it ever gave."""

    def respond(recording: Recording, path: str, query: Query) -> Answer:
        return first.setdefault(path, recorded(recording, path, query))

    return respond


def test_a_page_that_repeats_itself_is_noticed(bench: Bench) -> None:
    """A vendor that answers each page with the same bars gives those bars once, or an error; never a loop."""
    symbol = RECORDED[bench.slug].symbol
    bench.respond(same_page({}))
    service = bench.service()
    long_ago = START.replace(year=2020)
    try:
        found = service.fetch_candles(symbol, BarInterval.D1, long_ago, END).bars
    except QuoteUnavailableError:
        return
    assert tuple(found.close.tolist()) in (CLOSES, ())


@dataclass
class Endless:
    """A vendor whose pages never end: each question gets one bar at the edge of what was asked for."""

    calls: int = 0

    def __call__(self, recording: Recording, path: str, query: Query) -> Answer:
        """One bar, as narrow as a page can be."""
        self.calls += 1
        answer = recorded(recording, path, query)
        if isinstance(answer.body, dict) and "candles" in answer.body:
            answer.body = {"candles": [self._bar(query["start"])]}
        elif path.endswith("candles"):
            row = [str(int(query["before"]) + 1), "1", "2", "1", "1", "1", "1", "1", "1"]
            answer.body = {"code": "0", "msg": "", "data": [row]}
        elif "historical" in path and "to_ts" in query:
            start = int(query["to_ts"]) // 86_400 * 86_400
            bar = {"TIMESTAMP": start, "OPEN": 1, "HIGH": 2, "LOW": 1, "CLOSE": 1, "VOLUME": 1}
            answer.body = {"Data": [bar], "Err": {}}
        return answer

    @staticmethod
    def _bar(start: str) -> dict[str, str]:
        return {"start": start, "low": "1", "high": "2", "open": "1", "close": "1", "volume": "1"}


def test_pages_without_end_are_given_up(bench: Bench) -> None:
    """A vendor that always has one more page is asked a bounded number of times."""
    endless = Endless()
    bench.respond(endless)
    service = bench.service()
    try:
        service.fetch_candles(RECORDED[bench.slug].symbol, BarInterval.D1, START.replace(year=2020), END)
    except QuoteError:
        assert service.provider_status()[0].failures == 1
    assert endless.calls <= 40
