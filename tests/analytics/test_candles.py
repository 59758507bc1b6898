"""Resampling and the last candle."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from analytics.candles import bar_starts, drop_unfinished, empty_candles, follow_quote, resample
from domain.columns import CandleTable
from domain.market import BarInterval, Quote
from domain.periods import to_micros

MINUTE = 60_000_000


def table(starts: list[int], seed: int = 1) -> CandleTable:
    """Bars with random prices at the given instants."""
    random = np.random.default_rng(seed)
    prices = np.sort(random.uniform(90, 110, (len(starts), 4)), axis=1)
    return CandleTable(
        start=np.array(starts, dtype=np.int64),
        open=prices[:, 1],
        high=prices[:, 3],
        low=prices[:, 0],
        close=prices[:, 2],
        volume=random.integers(0, 99, len(starts)).astype(float),
    )


@pytest.mark.parametrize("interval", [BarInterval.M5, BarInterval.H1, BarInterval.D1, BarInterval.W1])
def test_resample_agrees_with_a_plain_loop(interval: BarInterval) -> None:
    """Each wide bar is first, max, min, last and sum of the narrow ones inside it, gaps or not."""
    random = np.random.default_rng(3)
    starts = sorted(random.choice(40_000, 3_000, replace=False).tolist())
    bars = table([start * MINUTE for start in starts])
    expected: dict[int, list[int]] = {}
    for row, label in enumerate(bar_starts(bars.start, interval).tolist()):
        expected.setdefault(label, []).append(row)
    wide = resample(bars, interval)
    assert wide.start.tolist() == list(expected)
    for row, inner in enumerate(expected.values()):
        assert wide.open[row] == bars.open[inner[0]]
        assert wide.close[row] == bars.close[inner[-1]]
        assert wide.high[row] == max(bars.high[inner])
        assert wide.low[row] == min(bars.low[inner])
        assert wide.volume[row] == sum(bars.volume[inner])


def test_bars_are_half_open() -> None:
    """An instant on the edge belongs to the bar that starts there."""
    edges = np.array([0, 5 * MINUTE - 1, 5 * MINUTE], dtype=np.int64)
    assert bar_starts(edges, BarInterval.M5).tolist() == [0, 0, 5 * MINUTE]


def test_weeks_begin_on_monday() -> None:
    """Sunday belongs to the week before, Monday to its own."""
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (15, 16, 20, 22, 23)]
    starts = bar_starts(np.array([to_micros(day) for day in days]), BarInterval.W1)
    monday = [datetime(2026, 11, day, tzinfo=UTC) for day in (9, 16, 16, 16, 23)]
    assert starts.tolist() == [to_micros(day) for day in monday]


def test_a_wide_bar_without_narrow_ones_does_not_appear() -> None:
    """Closed hours stay gaps."""
    wide = resample(table([0, MINUTE, 600 * MINUTE]), BarInterval.H1)
    assert wide.start.tolist() == [0, 600 * MINUTE]


def test_resampling_nothing_gives_nothing() -> None:
    """An empty table stays empty."""
    assert len(resample(empty_candles(), BarInterval.H1)) == 0


def quote_at(micros: int, price: float) -> Quote:
    """A quote of some provider."""
    moment = datetime.fromtimestamp(micros / 1e6, UTC)
    return Quote(symbol="X", price=price, as_of=moment, fetched_at=moment, provider="p")


def test_the_last_candle_follows_the_quote() -> None:
    """A quote inside the last bar moves its close and widens it; the given table is not touched."""
    bars = table([0, MINUTE])
    before = bars.close.copy()
    moved = follow_quote(bars, quote_at(MINUTE + 5, 150.0), BarInterval.M1)
    assert (moved.close[-1], moved.high[-1], moved.low[-1]) == (150.0, 150.0, bars.low[-1])
    assert moved.close[0] == bars.close[0]
    assert np.array_equal(bars.close, before)


@pytest.mark.parametrize("moment", [MINUTE - 1, 2 * MINUTE])
def test_a_quote_outside_the_last_candle_changes_nothing(moment: int) -> None:
    """A quote older than the last bar or beyond its end leaves the candles alone."""
    bars = table([0, MINUTE])
    assert follow_quote(bars, quote_at(moment, 150.0), BarInterval.M1) is bars


@pytest.mark.parametrize(("moment", "left"), [(0, 2), (2 * MINUTE - 1, 2), (2 * MINUTE, 1)])
def test_a_candle_that_a_price_came_after_is_not_told(moment: int, left: int) -> None:
    """Nobody can say whether the last bar was whole when it was fetched, once a price came after its end."""
    assert len(drop_unfinished(table([0, MINUTE]), quote_at(moment, 150.0), BarInterval.M1)) == left


def test_nothing_has_no_unfinished_candle() -> None:
    """An empty table stays empty."""
    assert len(drop_unfinished(empty_candles(), quote_at(0, 150.0), BarInterval.M1)) == 0
