"""Fixtures of the quote tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted
from tests.data.quotes.vendor import FAULTS, Answer, Vendor


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A running vendor."""
    server = Vendor()
    yield server
    server.close()


@pytest.fixture
def make_answer() -> type[Answer]:
    """The class of answers, for tests that script them."""
    return Answer


@pytest.fixture
def make_provider(clock: SteppedClock) -> Callable[..., ScriptedProvider]:
    """Makes scripted providers."""
    return partial(make_scripted, clock)


@pytest.fixture
def clock() -> SteppedClock:
    """A Wednesday, 15:20:30 UTC."""
    return SteppedClock(datetime(2026, 11, 18, 15, 20, 30, tzinfo=UTC))


@pytest.fixture(params=sorted(FAULTS))
def fault(request: pytest.FixtureRequest) -> tuple[str, Answer]:
    """One way in which a vendor fails."""
    return request.param, FAULTS[request.param]
