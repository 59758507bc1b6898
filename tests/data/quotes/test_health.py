"""Back-off: how long a failing provider rests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.quotes.health import ProviderHealth
from data.quotes.store import QuoteStore
from domain.errors import QuoteUnavailableError, RateLimitedError
from domain.market import BreakerState
from tests.data.quotes.scripted import make_scripted


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """An empty store."""
    opened = QuoteStore(tmp_path)
    yield opened
    opened.close()


def rest(health: ProviderHealth, clock: Any) -> float:
    """Seconds until the provider may be asked again, measured by asking."""
    waited = 0.0
    while not health.may_ask("p"):
        clock.advance(0.5)
        waited += 0.5
    return waited


def test_failures_double_the_longest_rest(store: Any, clock: Any) -> None:
    """At most 2, 4, 8 ... seconds, never more than five minutes; one success clears the count."""
    health = ProviderHealth(store, clock, lambda: 1.0)
    rests = []
    for _ in range(10):
        health.record_failure("p", QuoteUnavailableError("down"))
        rests.append(rest(health, clock))
    assert rests == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    health.record_success("p")
    health.record_failure("p", QuoteUnavailableError("down"))
    assert rest(health, clock) == 2


@pytest.mark.parametrize(("chance", "expected"), [(0.0, 1), (0.5, 16.5), (1.0, 32)])
def test_the_rest_is_anything_up_to_the_longest(store: Any, clock: Any, chance: float, expected: float) -> None:
    """Full jitter: processes that failed together come back one by one."""
    health = ProviderHealth(store, clock, lambda: chance)
    for _ in range(5):
        health.record_failure("p", QuoteUnavailableError("down"))
    assert rest(health, clock) == expected


def test_when_the_rest_is_over_one_caller_tries(store: Any, clock: Any) -> None:
    """Half-open: of many callers one may ask; his failure opens the breaker again, his success closes it for all."""
    health, spec = ProviderHealth(store, clock, lambda: 1.0), make_scripted(clock, "p").spec
    assert health.status(spec).breaker is BreakerState.CLOSED
    health.record_failure("p", QuoteUnavailableError("down"))
    assert health.status(spec).breaker is BreakerState.OPEN
    assert not health.may_ask("p")
    clock.advance(2)
    assert health.status(spec).breaker is BreakerState.HALF_OPEN
    assert [health.may_ask("p") for _ in range(3)] == [True, False, False]
    health.forgo("p")
    assert [health.may_ask("p") for _ in range(2)] == [True, False]
    health.record_failure("p", QuoteUnavailableError("down"))
    assert (health.status(spec).breaker, health.status(spec).failures) == (BreakerState.OPEN, 2)
    clock.advance(4)
    assert health.may_ask("p")
    health.record_success("p")
    assert [health.may_ask("p") for _ in range(3)] == [True, True, True]


def test_chance_only_lengthens_what_was_asked_for(store: Any, clock: Any) -> None:
    """Jitter adds up to a quarter and never undercuts what the provider asked for."""
    health = ProviderHealth(store, clock, lambda: 1.0)
    health.record_failure("p", RateLimitedError("wait", retry_after_seconds=40))
    assert rest(health, clock) == 50


def test_retry_after_is_honoured(store: Any, clock: Any) -> None:
    """What the provider asked for is kept, up to an hour; without a figure it is half a minute."""
    health = ProviderHealth(store, clock, lambda: 0.0)
    for seconds, expected in ((77.0, 77), (None, 30), (1e9, 3600)):
        health.record_success("p")
        health.record_failure("p", RateLimitedError("wait", retry_after_seconds=seconds))
        assert rest(health, clock) == expected


def test_the_status_tells_what_happened(store: Any, clock: Any, make_provider: Any) -> None:
    """Errors, age, the next attempt and quarantined symbols are there for the status bar."""
    health, spec = ProviderHealth(store, clock, lambda: 0.0), make_provider("p").spec
    fresh = health.status(spec)
    assert (fresh.is_ok, fresh.last_error, fresh.age_seconds, fresh.retry_at) == (True, "", None, None)
    health.record_success("p")
    clock.advance(10)
    health.record_failure("p", QuoteUnavailableError("It is down."))
    health.record_quarantine("p", "X", "the price is 0")
    failed = health.status(spec)
    assert (failed.is_ok, failed.last_error, failed.age_seconds) == (False, "It is down.", 10)
    assert failed.retry_at is not None
    assert failed.quarantined == (("X", "the price is 0"),)
    health.record_success("p")
    assert health.status(spec).is_ok
    assert health.last_error("p") == ""
