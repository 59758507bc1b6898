"""Bars in the trading days of exchanges, from their real calendars, and what is missing of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from analytics.trading_days import (
    SessionTable,
    clock_days,
    daily_candles,
    expected_starts,
    missing_stretches,
    session_table,
)
from data.exchange_hours import read_sessions
from domain.columns import CandleTable
from domain.market_hours import VENUES
from domain.periods import to_micros

MINUTE = 60_000_000
DAY = 1440 * MINUTE


def sessions(code: str, first: date, last: date) -> SessionTable:
    """The real sessions of a venue."""
    venue = next(item for item in VENUES if item.code == code)
    return session_table(read_sessions(venue, first, last)[0])


def micros(*parts: int) -> int:
    """An instant in UTC."""
    return to_micros(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type, misc]


def bars_at(starts: list[int]) -> CandleTable:
    """Bars whose prices count up."""
    n = np.arange(len(starts), dtype=np.float64)
    return CandleTable(
        start=np.array(starts, dtype=np.int64), open=10 + n, high=11 + n, low=9 + n, close=10.5 + n, volume=n + 1
    )


def test_an_evening_belongs_to_the_next_trading_day_of_cme() -> None:
    """Globex opens at 17:00 Chicago the evening before: that bar is in the next date's candle."""
    table = sessions("CME", date(2025, 3, 3), date(2025, 3, 7))
    evening, night, after = micros(2025, 3, 4, 23, 0), micros(2025, 3, 5, 10, 0), micros(2025, 3, 5, 23, 0)
    found = daily_candles(bars_at([evening, night, after]), table)
    assert found.start.tolist() == [micros(2025, 3, 5), micros(2025, 3, 6)]
    assert (found.open[0], found.close[0], found.high[0], found.volume[0]) == (10, 11.5, 12, 3)


def test_bars_outside_the_session_are_in_no_day() -> None:
    """Before the opening and after an early close there is no trading day."""
    table = sessions("NYSE", date(2025, 11, 26), date(2025, 12, 1))
    opening = micros(2025, 11, 28, 14, 30)
    starts = [opening - 5 * MINUTE, opening, micros(2025, 11, 28, 17, 59), micros(2025, 11, 28, 18, 0)]
    found = daily_candles(bars_at(starts), table)
    assert found.start.tolist() == [micros(2025, 11, 28)]
    assert found.volume.tolist() == [2 + 3]


def test_a_session_in_another_zone_keeps_its_date() -> None:
    """Bombay's session of a date, early in the morning of UTC, is labelled by that date."""
    table = sessions("NSE", date(2025, 6, 9), date(2025, 6, 11))
    found = daily_candles(bars_at([micros(2025, 6, 10, 3, 45), micros(2025, 6, 10, 9, 55)]), table)
    assert found.start.tolist() == [micros(2025, 6, 10)]


@pytest.mark.parametrize(
    ("code", "day", "bars"),
    [
        ("NYSE", date(2025, 11, 26), 390),
        ("NYSE", date(2025, 11, 27), 0),
        ("NYSE", date(2025, 11, 28), 210),
        ("NSE", date(2025, 6, 10), 375),
        ("LSE", date(2025, 12, 24), 270),
        ("XETRA", date(2025, 6, 10), 510),
        ("CME", date(2025, 3, 5), 1380),
    ],
)
def test_a_day_has_as_many_minutes_as_its_session(code: str, day: date, bars: int) -> None:
    """Full days, half days, holidays and overnight sessions are expected with their own minutes."""
    table = sessions(code, day, day)
    assert len(expected_starts(table, MINUTE, -(2**62), 2**62)) == bars


def test_daylight_saving_moves_the_minutes() -> None:
    """New York opens at 14:30 UTC in winter and at 13:30 in summer; widths count from the opening."""
    table = sessions("NYSE", date(2025, 3, 7), date(2025, 3, 10))
    starts = expected_starts(table, 60 * MINUTE, -(2**62), 2**62)
    assert starts[0] == micros(2025, 3, 7, 14, 30)
    assert starts[7] == micros(2025, 3, 10, 13, 30)
    assert len(starts) == 14


def test_missing_bars_are_stretches() -> None:
    """Bars that are missing side by side are one stretch; whole days too; nothing is missing of a closed market."""
    table = sessions("NYSE", date(2025, 6, 9), date(2025, 6, 10))
    expected = expected_starts(table, MINUTE, -(2**62), 2**62)
    there = np.delete(expected, [*range(10, 15), 100, *range(390, 780)])
    found = missing_stretches(expected, there, MINUTE)
    assert [bars for _, _, bars in found] == [5, 1, 390]
    assert found[0][:2] == (int(expected[10]), int(expected[14]) + MINUTE)
    assert missing_stretches(expected, expected, MINUTE) == []


def test_bars_counted_from_the_full_hour_are_not_missing() -> None:
    """Hours that begin at the full hour fill sessions that open at half past; an hour without any is missing."""
    table = sessions("NYSE", date(2025, 6, 9), date(2025, 6, 9))
    hour = 60 * MINUTE
    expected = expected_starts(table, hour, -(2**62), 2**62)
    on_the_hour = np.arange(micros(2025, 6, 9, 14), micros(2025, 6, 9, 20), hour)
    assert missing_stretches(expected, on_the_hour, hour) == [(int(expected[-1]), int(expected[-1]) + hour, 1)]
    assert sum(bars for _, _, bars in missing_stretches(expected, np.delete(on_the_hour, 2), hour)) == 2


def test_what_trades_around_the_clock_has_days_of_utc() -> None:
    """Coins trade every minute of every day."""
    first = micros(2025, 6, 7)
    table = clock_days(first, first + 2 * DAY)
    assert len(expected_starts(table, MINUTE, first, first + 2 * DAY)) == 2880
    assert daily_candles(bars_at([first + DAY - MINUTE, first + DAY]), table).start.tolist() == [first, first + DAY]
    assert expected_starts(table, DAY, first, first + 2 * DAY).tolist() == [first, first + DAY]
