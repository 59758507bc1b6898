"""Sessions of real exchanges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from data.exchange_hours import read_sessions
from domain.errors import InvalidInputError
from domain.market_hours import VENUES, MarketState
from services.market_hours import MarketHoursService
from tests.clock import MovableClock

pytestmark = pytest.mark.sqlite

BY_CODE = {venue.code: venue for venue in VENUES}


@pytest.mark.parametrize("code", [code for code in BY_CODE if code != "CRYPTO"])
def test_every_exchange_has_sessions(code: str) -> None:
    """A month has sessions in order, each inside a day and none on a Saturday."""
    sessions, _ = read_sessions(BY_CODE[code], date(2026, 3, 1), date(2026, 3, 31))
    assert 18 <= len(sessions) <= 23
    for before, after in pairwise(sessions):
        assert before.opens_at < before.closes_at <= after.opens_at
    assert all(session.day.weekday() < 5 for session in sessions)


def test_hours_follow_the_clock_of_the_exchange() -> None:
    """New York opens an hour earlier in UTC once its summer time has begun."""
    sessions, _ = read_sessions(BY_CODE["NYSE"], date(2026, 3, 6), date(2026, 3, 9))
    assert [session.opens_at for session in sessions] == [
        datetime(2026, 3, 6, 14, 30, tzinfo=UTC),
        datetime(2026, 3, 9, 13, 30, tzinfo=UTC),
    ]


def test_holidays_have_names_and_half_days_are_known() -> None:
    """Thanksgiving is a holiday; the day after closes at one o'clock."""
    sessions, holidays = read_sessions(BY_CODE["NASDAQ"], date(2026, 11, 25), date(2026, 11, 27))
    assert [session.day.day for session in sessions] == [25, 27]
    assert holidays == {date(2026, 11, 26): "Thanksgiving"}
    assert (sessions[1].is_half_day, sessions[1].closes_at) == (True, datetime(2026, 11, 27, 18, tzinfo=UTC))


def test_a_calendar_that_ends_gives_what_it_has() -> None:
    """Holidays of some exchanges are known a year ahead only: later days have no sessions, and no error."""
    sessions, _ = read_sessions(BY_CODE["NSE"], date(2060, 1, 1), date(2060, 2, 1))
    assert sessions == ()


def test_the_state_moves_with_the_clock() -> None:
    """Closed, pre-open, open and closed again within a day; a new day reads the calendar anew."""
    clock = MovableClock()
    service = MarketHoursService(clock)
    seen = []
    for hour in (8, 12, 16, 22, 40):
        clock.now = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour)
        seen.append(service.status(BY_CODE["NYSE"]).state.value)
    assert seen == ["closed", "pre-open", "open", "closed", "closed"]
    assert [item.venue.code for item in service.statuses(["nse", "LSE"])] == ["NSE", "LSE"]
    assert service.status(BY_CODE["CRYPTO"]).state is MarketState.OPEN
    with pytest.raises(InvalidInputError, match="'MARS'"):
        service.statuses(["MARS"])
