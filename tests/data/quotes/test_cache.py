"""The cache: one fetch for everybody, the last good value when all else fails, and no worse over better."""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from data.quotes import ProviderOptions
from data.quotes.cache import QuoteCache, is_fresh
from data.quotes.gate import RefusedAnswerError
from data.quotes.kept import Request
from data.quotes.providers import finnhub
from domain.errors import NotOfferedError, QuoteUnavailableError, RateLimitedError, UnknownSymbolError
from domain.market import Quote
from domain.periods import to_micros
from tests.data.quotes.scripted import SteppedClock


@pytest.fixture
def cache(tmp_path: Path, clock: Any) -> Iterator[QuoteCache]:
    """A cache with a short patience and no chance in it."""
    made = QuoteCache(tmp_path, clock, patience_seconds=0.3, deadline_seconds=3, jitter=lambda: 0.0)
    yield made
    made.close()


@pytest.fixture
def provider(make_provider: Any) -> Any:
    """A provider of two symbols."""
    made = make_provider()
    made.prices = {"A": 10.0, "B": 20.0}
    return made


def settle() -> None:
    """Wait for the fetches that run in the background."""
    for thread in threading.enumerate():
        if thread.name == "quotes":
            thread.join(60)


def test_a_renewed_quote_is_kept(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """What was fetched is there for everyone, with the instant it was fetched."""
    assert cache.renew(provider, ["A", "B"])["B"].price == 20.0
    kept = cache.last_good(["A", "B", "C"])
    assert sorted(kept) == ["A", "B"]
    assert kept["A"].fetched_at == clock.now
    assert is_fresh(kept["A"], clock.now, 60)
    clock.advance(60)
    assert not is_fresh(kept["A"], clock.now, 60)


def test_fresh_quotes_are_not_fetched_again(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """Upstream calls follow the time to live, not the number of callers."""
    for _ in range(5):
        for _ in range(10):
            cache.renew(provider, ["A", "B"])
        clock.advance(61)
    assert len(provider.calls) == 5


def test_many_threads_fetch_once(cache: QuoteCache, provider: Any) -> None:
    """Of forty callers at once one fetches, and all get the value."""
    provider.delay_seconds = 0.1
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: cache.renew(provider, ["A"]), range(40)))
    assert len(provider.calls) == 1
    assert all(answer["A"].price == 10.0 for answer in answers)


def test_others_do_not_wait_when_there_is_a_last_good_value(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """While one caller fetches, the others leave at once; the stale value is theirs to show."""
    cache.renew(provider, ["A"])
    clock.advance(100)
    provider.may_answer.clear()
    first = threading.Thread(target=cache.renew, args=(provider, ["A"]))
    first.start()
    while len(provider.calls) < 2:
        time.sleep(0.01)
    assert cache.renew(provider, ["A"]) == {}
    assert provider.answered == 1
    provider.may_answer.set()
    first.join()
    settle()
    assert (len(provider.calls), provider.answered) == (2, 2)


def test_patience_ends_but_the_answer_is_kept(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """A slow provider does not hold a page that has a last good value, and its answer serves the next one."""
    cache.renew(provider, ["A"])
    clock.advance(100)
    provider.delay_seconds, provider.prices["A"] = 1.5, 11.0
    assert cache.renew(provider, ["A"]) == {}
    assert provider.answered == 1
    settle()
    assert provider.answered == 2
    assert cache.last_good(["A"])["A"].price == 11.0


def test_a_failing_provider_rests_and_the_last_good_value_stays(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """During the rest nobody asks; afterwards one does, and success clears the state."""
    cache.renew(provider, ["A"])
    clock.advance(100)
    provider.error = QuoteUnavailableError("It is down.")
    for _ in range(10):
        assert cache.renew(provider, ["A"]) == {}
    assert len(provider.calls) == 2
    assert cache.status(provider.spec).last_error == "It is down."
    assert cache.last_good(["A"])["A"].price == 10.0
    clock.advance(2)
    provider.error = None
    assert cache.renew(provider, ["A"])["A"].price == 10.0
    assert cache.status(provider.spec).is_ok


def test_retry_after_is_honoured(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """A provider that asked for 90 seconds gets them."""
    provider.error = RateLimitedError("Slow down.", retry_after_seconds=90)
    for _ in range(89):
        cache.renew(provider, ["A"])
        clock.advance(1)
    assert len(provider.calls) == 1
    clock.advance(2)
    cache.renew(provider, ["A"])
    assert len(provider.calls) == 2


def test_a_library_that_raises_anything_is_contained(cache: QuoteCache, provider: Any) -> None:
    """An unexpected exception is a failure of the provider, told in its status, and not one of the page."""
    provider.error = ZeroDivisionError("surprise")
    assert cache.renew(provider, ["A"]) == {}
    status = cache.status(provider.spec)
    assert not status.is_ok
    assert "ZeroDivisionError" in status.last_error


def test_unknown_symbols_are_not_asked_for_again_soon(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """A symbol nobody knows costs one call in ten minutes, not one a page."""
    for _ in range(10):
        assert list(cache.renew(provider, ["A", "NOPE"])) == ["A"]
        clock.advance(10)
    assert sum("NOPE" in call for call in provider.calls) == 1
    clock.advance(601)
    cache.renew(provider, ["NOPE"])
    assert sum("NOPE" in call for call in provider.calls) == 2


@pytest.mark.parametrize(
    ("price", "changes"),
    [
        (float("nan"), {}),
        (float("inf"), {}),
        (0.0, {}),
        (-1.0, {}),
        (1000.0, {}),
        (0.1, {}),
        (10.0, {"currency": "GBP"}),
    ],
)
def test_worse_never_replaces_better(
    cache: QuoteCache, provider: Any, clock: Any, price: float, changes: dict[str, Any]
) -> None:
    """What the gate refuses is quarantined with its reason; the last good value stays and callers do not hammer."""
    cache.renew(provider, ["A"])
    clock.advance(100)
    provider.prices["A"], provider.changes = price, changes
    for _ in range(5):
        assert cache.renew(provider, ["A"]) == {}
    assert len(provider.calls) == 2
    assert cache.last_good(["A"])["A"].price == 10.0
    (row,) = cache.status(provider.spec).quarantined
    assert row[0] == "A"
    assert row[1]
    clock.advance(61)
    provider.prices["A"], provider.changes = 10.5, {}
    assert cache.renew(provider, ["A"])["A"].price == 10.5


def test_what_came_before_a_failure_is_kept(cache: QuoteCache, provider: Any, make_provider: Any) -> None:
    """Batches that succeeded count, even when a later one fails."""
    small = make_provider("small", batch_size=1)
    small.prices = {"A": 1.0, "B": 2.0, "C": 3.0}
    original = small.quotes

    def fail_at_b(symbols: list[str]) -> dict[str, Quote]:
        if "B" in symbols:
            raise RateLimitedError("Enough.")
        found: dict[str, Quote] = original(symbols)
        return found

    small.quotes = fail_at_b
    assert list(cache.renew(small, ["A", "B", "C"])) == ["A"]
    assert not cache.status(small.spec).is_ok


def request_of(provider: Any, ttl_seconds: float = 60) -> Request[list[str]]:
    """A request for something the cache knows nothing about."""
    return Request(
        key=f"names:{provider.spec.slug}",
        ttl_seconds=ttl_seconds,
        fetch=lambda: [provider.profile("A").name, str(provider.prices["A"])],
        encode=lambda value: value,
        decode=list,
    )


def test_other_answers_are_kept_renewed_and_served_stale(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """Fresh: no call. Old: one call. Failing: the last answer. Never any: an error with the reason."""
    request = request_of(provider)
    assert [cache.get(provider.spec, request) for _ in range(3)] == [["A by vendor", "10.0"]] * 3
    assert len(provider.calls) == 1
    clock.advance(61)
    provider.prices["A"] = 12.0
    assert cache.get(provider.spec, request)[1] == "12.0"
    clock.advance(61)
    provider.error = QuoteUnavailableError("It is down.")
    assert cache.get(provider.spec, request)[1] == "12.0"
    with pytest.raises(QuoteUnavailableError, match="It is down"):
        cache.get(provider.spec, replace(request, key="names:other"))


def test_many_threads_ask_once_for_an_answer(cache: QuoteCache, provider: Any) -> None:
    """Single flight holds for answers other than quotes."""
    provider.delay_seconds = 0.1
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: cache.get(provider.spec, request_of(provider)), range(20)))
    assert len(provider.calls) == 1


def test_an_unknown_answer_is_held(cache: QuoteCache, provider: Any) -> None:
    """A symbol without a profile costs one call, and the error says that it is not known."""
    del provider.prices["A"]
    for _ in range(4):
        with pytest.raises(UnknownSymbolError):
            cache.get(provider.spec, request_of(provider))
    assert len(provider.calls) == 1
    assert cache.status(provider.spec).is_ok


def fetch_in_a_process(directory: str, url: str, instant: Any) -> float:
    """What another worker process does: a cache of its own on the same directory."""
    clock = SteppedClock(instant)
    cache = QuoteCache(Path(directory), clock)
    vendor = finnhub.PROVIDER.build(ProviderOptions(finnhub_key="k", base_url=url, clock=clock))
    return cache.renew(vendor, ["A"])["A"].price


def test_processes_share_one_fetch(tmp_path: Path, vendor: Any, make_answer: Any, clock: Any) -> None:
    """Four worker processes that start together cause one call upstream, and all get the price."""
    answer = {"c": 10.0, "t": to_micros(clock.now) // 1_000_000}
    vendor.answer = lambda path, query: make_answer(answer, hang_seconds=0.5)
    with get_context("spawn").Pool(4) as pool:
        prices = pool.starmap(fetch_in_a_process, [(str(tmp_path), vendor.url, clock.now)] * 4)
    assert prices == [10.0] * 4
    assert vendor.asked("/quote") == 1


def test_every_fault_leaves_the_last_good_value(
    tmp_path: Path, vendor: Any, make_answer: Any, clock: Any, fault: tuple[str, Any]
) -> None:
    """Whatever the vendor does, even hang for ever, the caller is back and the last good price is still there."""
    cache = QuoteCache(tmp_path, clock)
    provider = finnhub.PROVIDER.build(
        ProviderOptions(finnhub_key="k", base_url=vendor.url, clock=clock, timeout_seconds=3)
    )
    good = {"c": 10.0, "t": to_micros(clock.now) // 1_000_000}
    vendor.answer = lambda path, query: make_answer(good)
    assert cache.renew(provider, ["A"])["A"].price == 10.0
    clock.advance(100)
    vendor.answer = lambda path, query: fault[1]
    assert cache.renew(provider, ["A"]) == {}
    assert cache.last_good(["A"])["A"].price == 10.0
    vendor.released.set()
    settle()
    assert not cache.status(provider.spec).is_ok
    cache.close()


def test_what_a_plan_lacks_does_not_rest_the_provider(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """A refused request is not asked again for an hour, and says why; everything else goes on."""
    request = request_of(provider)
    provider.error = NotOfferedError("Candles need a paid plan.")
    for _ in range(3):
        with pytest.raises(NotOfferedError, match="paid plan"):
            cache.get(provider.spec, request)
    assert len(provider.calls) == 1
    assert cache.status(provider.spec).is_ok
    provider.error = None
    assert cache.renew(provider, ["A"])["A"].price == 10.0
    clock.advance(3601)
    assert cache.get(provider.spec, request) == ["A by vendor", "10.0"]


def test_a_contradictory_answer_leaves_the_last_one(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """What the gate refuses is not kept, is not asked for again at once, and rests nobody."""
    request = request_of(provider)
    cache.get(provider.spec, request)
    clock.advance(61)
    provider.error = RefusedAnswerError("It contradicts.")
    for _ in range(3):
        assert cache.get(provider.spec, request) == ["A by vendor", "10.0"]
    assert len(provider.calls) == 2
    assert cache.status(provider.spec).is_ok


def test_an_answer_without_any_known_symbol_is_a_fault(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """Symbols that had prices do not all vanish: an empty answer opens the breaker, the prices stay."""
    cache.renew(provider, ["A", "B"])
    clock.advance(61)
    provider.prices = {}
    assert cache.renew(provider, ["A", "B"]) == {}
    assert not cache.status(provider.spec).is_ok
    assert sorted(cache.last_good(["A", "B"])) == ["A", "B"]


def test_symbols_of_another_kind_are_not_asked_for(cache: QuoteCache, clock: Any, make_provider: Any) -> None:
    """A provider of pairs is not asked for stocks."""
    pairs = make_provider("pairs", may_know=lambda symbol: "-" in symbol)
    pairs.prices = {"A": 1.0, "B-USD": 2.0}
    assert list(cache.renew(pairs, ["A", "B-USD"])) == ["B-USD"]
    assert pairs.calls == [["B-USD"]]


def test_a_suspected_split_passes_when_it_stays(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """Half the price with the old close before it is put aside at first; after half an hour it is the price."""
    cache.renew(provider, ["A"])
    clock.advance(61)
    provider.prices["A"], provider.changes = 5.0, {"previous_close": 10.0}
    assert cache.renew(provider, ["A"]) == {}
    assert "split" in cache.status(provider.spec).quarantined[0][1]
    clock.advance(1000)
    assert cache.renew(provider, ["A"]) == {}
    clock.advance(1000)
    assert cache.renew(provider, ["A"])["A"].price == 5.0


def test_asking_without_keeping_teaches_the_breaker(cache: QuoteCache, provider: Any, clock: Any) -> None:
    """Jobs that fetch for themselves meet the same breaker as pages, and are told when to come back."""
    assert cache.ask(provider.spec, lambda: 5) == 5

    def fail() -> int:
        raise QuoteUnavailableError("It is down.")

    with pytest.raises(QuoteUnavailableError):
        cache.ask(provider.spec, fail)
    with pytest.raises(RateLimitedError) as caught:
        cache.ask(provider.spec, lambda: 5)
    assert caught.value.retry_after_seconds == 1
    assert cache.renew(provider, ["A"]) == {}
    clock.advance(1)
    assert cache.ask(provider.spec, lambda: 5) == 5
    assert cache.status(provider.spec).is_ok


def test_several_slow_providers_are_waited_for_as_one(
    cache: QuoteCache, clock: Any, make_provider: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that asks one hanging provider after another waits as long as for one of them."""
    released, naps = threading.Event(), []
    providers = [make_provider(f"slow{number}") for number in range(3)]
    good = make_provider("good")
    good.prices = {"A": 10.0}
    cache.renew(good, ["A"])
    clock.advance(100)
    for provider in providers:
        provider._act = lambda call: released.wait(60)

    def nap(seconds: float) -> None:
        naps.append(seconds)
        released.wait(seconds)

    monkeypatch.setattr("data.quotes.cache.time.sleep", nap)
    with cache.one_wait():
        assert cache.renew(providers[0], ["A"]) == {}
        waited = len(naps)
        assert [cache.renew(provider, ["A"]) for provider in providers[1:]] == [{}, {}]
    assert len(naps) == waited > 0
    released.set()
    settle()


def test_a_page_waits_less_than_two_seconds() -> None:
    """What a page that has a last good value waits for a better one, unless told otherwise."""
    assert inspect.signature(QuoteCache).parameters["patience_seconds"].default < 2
