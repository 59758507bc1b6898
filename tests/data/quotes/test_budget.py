"""Budgets of calls: never more than allowed in any window, shared by threads and processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from data.quotes import ProviderSpec, RateLimit, known_providers
from data.quotes.budget import CallBudget
from data.quotes.cache import QuoteCache
from data.quotes.store import QuoteStore
from domain.errors import BudgetSpentError
from domain.periods import utc_now
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted

FREE = (RateLimit(calls=30, seconds=1.0), RateLimit(calls=60, seconds=60.0))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[QuoteStore]:
    """An empty store."""
    made = QuoteStore(tmp_path)
    yield made
    made.close()


def spec_of(clock: SteppedClock, *limits: RateLimit) -> ProviderSpec:
    """The spec of a provider with limits."""
    return make_scripted(clock, "vendor", limits=limits).spec


def test_the_free_plan_of_finnhub_is_declared() -> None:
    """Thirty a second and sixty a minute: the stricter wins."""
    assert known_providers()["finnhub"].limits == FREE


def test_no_window_ever_has_more(store: QuoteStore, clock: SteppedClock) -> None:
    """Whenever it is asked, any second holds at most thirty calls and any minute at most sixty."""
    spec = spec_of(clock, *FREE)
    budget = CallBudget(store, clock, sleep=clock.advance, patience_seconds=1e9)
    take, moments = budget.take_of(spec), []
    for _ in range(200):
        take()
        moments.append(clock.now.timestamp())
        clock.advance(0.01)
    for limit in FREE:
        gaps = [last - first for first, last in zip(moments, moments[limit.calls :], strict=False)]
        assert min(gaps) >= limit.seconds - 1e-6
    assert moments[-1] - moments[0] < 4 * 60


def test_who_cannot_wait_is_told_when_to_come(store: QuoteStore, clock: SteppedClock) -> None:
    """Without patience a spent budget is an error with the seconds, and nothing was slept."""
    spec = spec_of(clock, RateLimit(calls=2, seconds=60.0))
    naps: list[float] = []
    budget = CallBudget(store, clock, sleep=naps.append, patience_seconds=0)
    take = budget.take_of(spec)
    assert budget.left(spec) == 2
    take()
    clock.advance(10)
    take()
    assert budget.left(spec) == 0
    with pytest.raises(BudgetSpentError) as caught:
        take()
    assert caught.value.retry_after_seconds == pytest.approx(50)
    assert budget.wait_seconds(spec) == pytest.approx(50)
    assert naps == []
    clock.advance(50)
    take()


def test_a_thread_may_be_more_patient(store: QuoteStore, clock: SteppedClock) -> None:
    """A job waits as long as it says, for its own calls only."""
    spec = spec_of(clock, RateLimit(calls=1, seconds=30.0))
    budget = CallBudget(store, clock, sleep=clock.advance, patience_seconds=0)
    take = budget.take_of(spec)
    take()
    with budget.patience(60):
        take()
    with pytest.raises(BudgetSpentError):
        take()


def test_no_limits_cost_nothing(store: QuoteStore, clock: SteppedClock) -> None:
    """A provider without limits is never held up, and has no number of calls left."""
    spec = spec_of(clock)
    budget = CallBudget(store, clock)
    for _ in range(100):
        budget.take_of(spec)()
    assert budget.left(spec) is None


def test_threads_share_the_budget(store: QuoteStore, clock: SteppedClock) -> None:
    """Of a hundred threads at once exactly as many pass as there are tokens."""
    spec = spec_of(clock, RateLimit(calls=40, seconds=60.0))
    budget = CallBudget(store, clock, patience_seconds=0)
    passed: list[int] = []

    def call() -> None:
        try:
            budget.take_of(spec)()
            passed.append(1)
        except BudgetSpentError:
            pass
        finally:
            store.close()

    threads = [threading.Thread(target=call) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 40


def take_in_a_process(directory: str) -> int:
    """What another worker does: as many calls as it is allowed."""
    store = QuoteStore(Path(directory))
    spec = make_scripted(SteppedClock(utc_now()), "vendor", limits=(RateLimit(calls=25, seconds=3600.0),)).spec
    take, passed = CallBudget(store, utc_now, patience_seconds=0).take_of(spec), 0
    for _ in range(25):
        try:
            take()
            passed += 1
        except BudgetSpentError:
            break
    store.close()
    return passed


def test_processes_share_the_budget(tmp_path: Path) -> None:
    """Three processes together make as many calls as are allowed, no more."""
    with get_context("spawn").Pool(3) as pool:
        assert sum(pool.map(take_in_a_process, [str(tmp_path)] * 3)) == 25


class ContendedStore(QuoteStore):
    """A store for which one has to wait: what others do meanwhile is done first."""

    meanwhile: Callable[[], None] | None = None

    @override
    def update(self, *arguments: Any, **named: Any) -> bool:
        """Let the others go first, once."""
        others, self.meanwhile = self.meanwhile, None
        if others:
            others()
        return super().update(*arguments, **named)


def test_whoever_waits_for_the_store_sees_what_was_spent_meanwhile(tmp_path: Path, clock: SteppedClock) -> None:
    """A process that asked before the others and came after them finds the budget spent, and forgets none of it."""
    store, others = ContendedStore(tmp_path), QuoteStore(tmp_path)
    spec = spec_of(clock, RateLimit(calls=5, seconds=60.0))

    def spend_all() -> None:
        clock.advance(0.5)
        for _ in range(5):
            CallBudget(others, clock).take_of(spec)()

    store.meanwhile = spend_all
    budget = CallBudget(store, clock, patience_seconds=0)
    with pytest.raises(BudgetSpentError):
        budget.take_of(spec)()
    assert CallBudget(others, clock).left(spec) == 0
    store.close()
    others.close()


def test_limits_hold_without_the_store(store: QuoteStore, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written down, this process keeps to the limits by itself."""
    monkeypatch.setattr(store, "update", lambda *_, **__: False)
    take = CallBudget(store, clock, patience_seconds=0).take_of(spec_of(clock, RateLimit(calls=2, seconds=60.0)))
    take()
    take()
    with pytest.raises(BudgetSpentError):
        take()


class BudgetedProvider(ScriptedProvider):
    """A provider that takes a token for each symbol, as Finnhub does."""

    def __init__(self, *arguments: Any, take: Any) -> None:
        super().__init__(*arguments)
        self.take = take

    @override
    def quotes(self, symbols: Any) -> Any:
        """One call a symbol."""
        for _ in symbols:
            self.take()
        return super().quotes(symbols)


def test_a_hundred_cold_symbols_come_without_a_refusal(store: QuoteStore, clock: SteppedClock) -> None:
    """What does not fit into the first minute comes in the second; the provider never had to say no."""
    spec = make_scripted(clock, "vendor", limits=FREE, batch_size=1).spec
    budget = CallBudget(store, clock, sleep=clock.advance, patience_seconds=2)
    provider = BudgetedProvider(spec, clock, take=budget.take_of(spec))
    symbols = [f"S{number}" for number in range(100)]
    provider.prices = dict.fromkeys(symbols, 10.0)
    cache = QuoteCache(Path(), clock, deadline_seconds=120, patience_seconds=120, store=store)
    first = cache.renew(provider, symbols, ttl_seconds=600)
    assert len(first) == 60
    status = cache.status(spec)
    assert (status.failures, status.last_error) == (0, "")
    clock.advance(60)
    assert len(cache.renew(provider, symbols, ttl_seconds=600)) == 100
    assert len(provider.calls) == 100
