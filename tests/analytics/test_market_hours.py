"""What a market is doing, from a few sessions written by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from analytics.market_hours import market_status
from domain.market_hours import VENUES, MarketState, Session, find_venue

NYSE = next(venue for venue in VENUES if venue.code == "NYSE")
CRYPTO = next(venue for venue in VENUES if venue.code == "CRYPTO")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026, UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


SESSIONS = (
    Session(day=date(2026, 11, 25), opens_at=at(25, 14, 30), closes_at=at(25, 21)),
    Session(day=date(2026, 11, 27), opens_at=at(27, 14, 30), closes_at=at(27, 18), is_half_day=True),
    Session(day=date(2026, 11, 30), opens_at=at(30, 14, 30), closes_at=at(30, 21)),
)
HOLIDAYS = {date(2026, 11, 26): "Thanksgiving"}


@pytest.mark.parametrize(
    ("now", "state", "changes", "holiday"),
    [
        (at(25, 14, 30), MarketState.OPEN, at(25, 21), ""),
        (at(25, 20, 59), MarketState.OPEN, at(25, 21), ""),
        (at(25, 21), MarketState.CLOSED, at(27, 9), ""),
        (at(26, 16), MarketState.HOLIDAY, at(27, 9), "Thanksgiving"),
        (at(27, 8, 59), MarketState.CLOSED, at(27, 9), ""),
        (at(27, 9), MarketState.PRE_OPEN, at(27, 14, 30), ""),
        (at(27, 17), MarketState.OPEN, at(27, 18), ""),
        (at(28, 12), MarketState.CLOSED, at(30, 9), ""),
        (at(30, 22), MarketState.CLOSED, None, ""),
    ],
)
def test_states_of_a_week(now: datetime, state: MarketState, changes: datetime | None, holiday: str) -> None:
    """Half-open sessions, a holiday in the middle of a week, an early close, a weekend, and the calendar's end."""
    found = market_status(NYSE, now, sessions=SESSIONS, holidays=HOLIDAYS)
    assert (found.state, found.changes_at, found.holiday) == (state, changes, holiday)
    assert found.remaining == (None if changes is None else changes - now)


def test_a_day_behind_the_calendar_is_no_holiday() -> None:
    """Where no session is known any more, nothing is claimed."""
    found = market_status(NYSE, at(30, 22) + timedelta(days=30), sessions=SESSIONS)
    assert (found.state, found.session, found.changes_at) == (MarketState.CLOSED, None, None)


def test_crypto_never_closes() -> None:
    """Around the clock there is neither a session nor a change."""
    found = market_status(CRYPTO, at(28, 3), sessions=())
    assert (found.state, found.remaining) == (MarketState.OPEN, None)


@pytest.mark.parametrize(
    ("exchange", "code"),
    [("NASDAQ", "NASDAQ"), ("NasdaqGS", "NASDAQ"), ("NYSEArca", None), ("NSE", "NSE"), ("London", "LSE"), ("", None)],
)
def test_the_exchange_of_an_instrument_names_the_venue(exchange: str, code: str | None) -> None:
    """Providers write exchanges in their own ways; what is not known is left open."""
    found = find_venue(exchange)
    assert (found and found.code) == code
    assert find_venue(exchange, asset_class="crypto") == CRYPTO
