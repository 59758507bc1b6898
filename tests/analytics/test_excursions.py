"""MAE and MFE against a walk candle by candle, and what makes them estimates or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.excursions import Excursions, efficiencies, measure_excursions, trade_stretches
from analytics.extremes import range_extremes
from analytics.ledger.corporate_actions import Split
from analytics.ledger.fills import prepare_book
from analytics.ledger.matching import match
from domain.accounts import LotMethod
from domain.columns import CandleTable
from tests.analytics.ledger.books import Fill, fill, same_multiplier, table

MINUTE = 60_000_000
ONE = same_multiplier()


def candles(bars: Sequence[tuple[float, float]], first: int = 0) -> CandleTable:
    """Minute candles from lows and highs."""
    low, high = (np.array([bar[place] for bar in bars], dtype=np.float64) for place in (0, 1))
    start = (first + np.arange(len(bars))) * MINUTE
    return CandleTable(start=start, open=low, high=high, low=low, close=high, volume=np.ones(len(bars)))


def measure(
    fills: Sequence[Fill], bars: CandleTable, *, multiplier: float = 1, splits: Sequence[Split] = (), now: int = 10**12
) -> Excursions:
    """Excursions of every trade of some fills of one instrument."""
    rows = table(fills)
    ids = match(rows, method=LotMethod.FIFO, multipliers=ONE, splits=splits).trades.id
    book = prepare_book(rows, method=LotMethod.FIFO, multipliers=ONE, splits=splits)
    return measure_excursions(trade_stretches(book, ids), bars, width=MINUTE, multiplier=multiplier, now=now)


def walk(fills: Sequence[Fill], bars: CandleTable) -> list[tuple[float, float]]:
    """The oracle: MAE and MFE of each trade, fill by fill and candle by candle."""
    trades: list[list[float]] = []
    position, gain, price = 0.0, 0.0, 0.0
    for row, item in enumerate(fills):
        mark, signed = float(item.price), item.side * float(item.quantity)
        gain += position * (mark - price)
        if position:
            trades[-1] += [gain]
        after = position + signed
        if position == 0 or position * after < 0:
            trades.append([0.0])
            gain = 0.0
        position, price = after, mark
        end = fills[row + 1].at if row + 1 < len(fills) else item.at
        assert item.at is not None
        assert end is not None
        for start, low, high in zip(bars.start.tolist(), bars.low.tolist(), bars.high.tolist(), strict=True):
            if position and start > item.at and start + MINUTE <= end:
                trades[-1] += [gain + position * (low - price), gain + position * (high - price)]
    return [(min(0.0, *values), max(0.0, *values)) for values in trades]


def test_a_long_trade_has_the_extremes_between_its_fills() -> None:
    """Bought at 10, sold at 11; in between 8 and 12; the candles of the fills reach further and do not count."""
    bars = candles([(5, 15), (9, 10.5), (8, 11), (9, 12), (1, 30)])
    found = measure([fill(1, 100, 10, at=MINUTE // 2), fill(-1, 100, 11, at=4 * MINUTE + 5)], bars, multiplier=2)
    assert (found.mae[0], found.mfe[0]) == (-400, 400)
    assert (found.low[0], found.high[0], found.bars[0]) == (8, 12, 3)
    assert found.is_whole[0]
    entry, leave, total = efficiencies(
        found.high, found.low, entry=np.array([10.0]), leave=np.array([11.0]), side=np.array([1], dtype=np.int8)
    )
    assert (entry[0], leave[0], total[0]) == (0.5, 0.75, 0.25)


def test_a_short_trade_is_its_mirror() -> None:
    """Sold at 10, bought at 9: the high is the worst, the low the best."""
    bars = candles([(10, 10), (9.5, 13), (7, 11), (9, 9)])
    found = measure([fill(-1, 10, 10, at=1), fill(1, 10, 9, at=3 * MINUTE + 1)], bars)
    assert (found.mae[0], found.mfe[0]) == (-30, 30)
    entry, leave, total = efficiencies(
        found.high, found.low, entry=np.array([10.0]), leave=np.array([9.0]), side=np.array([-1], dtype=np.int8)
    )
    assert (entry[0], leave[0]) == (0.5, pytest.approx(4 / 6))
    assert total[0] == pytest.approx(1 / 6)


def test_scaling_in_and_out_counts_what_was_held() -> None:
    """The extremes weigh by the size held at the time, on top of what was realised before."""
    bars = candles([(10, 10), (9, 11), (10, 10), (6, 12), (10, 10), (10, 20), (10, 10)])
    fills = [
        fill(1, 1, 10, at=1),
        fill(1, 3, 10, at=2 * MINUTE + 1),
        fill(-1, 3, 10, at=4 * MINUTE + 1),
        fill(-1, 1, 10, at=6 * MINUTE + 1),
    ]
    found = measure(fills, bars)
    assert (found.mae[0], found.mfe[0]) == (-16, 10)


def test_without_a_candle_between_them_the_fills_are_all_there_is() -> None:
    """A trade within one candle is measured at its fills, and still inside candles."""
    found = measure([fill(1, 5, 10, at=10), fill(-1, 5, 9, at=20)], candles([(8, 11)]))
    assert (found.mae[0], found.mfe[0], found.bars[0]) == (-5, 0, 0)


def test_prices_of_something_else_are_refused() -> None:
    """A fill more than 20 % outside its candle means other prices: nothing is known."""
    fills = [fill(1, 1, 10, at=1), fill(-1, 1, 10, at=2 * MINUTE + 1)]
    off = measure(fills, candles([(40, 41), (40, 41), (40, 41)]))
    assert off.is_mismatch[0]
    assert np.isnan([off.mae[0], off.mfe[0], off.high[0]]).all()
    near = measure(fills, candles([(10.5, 11.9), (10, 12), (11, 12)]))
    assert not near.is_mismatch[0]


def test_missing_candles_make_an_estimate_or_nothing() -> None:
    """Half of the holding time is half a coverage; none is none."""
    fills = [fill(1, 1, 10, at=1), fill(-1, 1, 10, at=8 * MINUTE + 1)]
    half = measure(fills, candles([(9, 11)] * 4))
    assert half.coverage[0] == pytest.approx(0.5)
    assert not half.is_whole[0]
    assert half.mae[0] == -1
    none = measure(fills, candles([(9, 11)] * 4, first=100))
    assert np.isnan(none.mae[0])
    empty = measure(fills, candles([]))
    assert np.isnan(empty.mfe[0])
    assert empty.coverage[0] == 0


def test_an_open_trade_reaches_to_now() -> None:
    """What is still held is measured up to the present."""
    bars = candles([(10, 10), (9, 12), (4, 30)])
    found = measure([fill(1, 2, 10, at=1)], bars, now=2 * MINUTE)
    assert (found.mae[0], found.mfe[0]) == (-2, 4)


def test_a_flip_ends_one_trade_and_starts_the_next() -> None:
    """The fill that crosses zero is the last sample of the long trade and the first of the short one."""
    bars = candles([(10, 10), (9, 12), (11, 11), (8, 14), (10, 10)])
    found = measure([fill(1, 2, 10, at=1), fill(-1, 5, 11, at=2 * MINUTE + 1), fill(1, 3, 10, at=4 * MINUTE + 1)], bars)
    assert found.mae.tolist() == [-2, -9]
    assert found.mfe.tolist() == [4, 9]


def test_a_split_changes_nothing() -> None:
    """The same trade, with ten for one in between and candles in today's units, has the same money."""
    bars = candles([(10, 10), (9, 12), (10, 10), (8, 11), (10.5, 10.5)])
    plain = [fill(1, 100, 10, at=1), fill(-1, 100, "10.5", at=4 * MINUTE + 1)]
    before = [fill(1, 10, 100, at=1), plain[1]]
    split = Split(instrument=0, effective_at=2 * MINUTE, new=Decimal(10), old=Decimal(1))
    first, second = measure(plain, bars), measure(before, bars, splits=[split])
    assert (second.mae[0], second.mfe[0]) == (first.mae[0], first.mfe[0]) == (-200, 200)


@settings(max_examples=60)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([1, -1]), st.integers(1, 4), st.integers(8, 12), st.integers(1, 200)),
        min_size=2,
        max_size=12,
    ),
    seed=st.integers(0, 99),
)
def test_any_fills_equal_the_walk(steps: list[tuple[int, int, int, int]], seed: int) -> None:
    """Flips, scale-ins and several trades at any times give what walking candle by candle gives."""
    times = np.cumsum([step[3] for step in steps]) * 17_000_000
    fills = [
        fill(side, quantity, price, at=int(at))
        for (side, quantity, price, _), at in zip(steps, times.tolist(), strict=True)
    ]
    random = np.random.default_rng(seed)
    middle = random.uniform(9.5, 10.5, int(times[-1]) // MINUTE + 2)
    bars = candles([(low - 1.5, low + 1.5) for low in middle.tolist()])
    found = measure(fills, bars, now=int(times[-1]))
    expected = walk(fills, bars)
    assert len(found) == len(expected)
    assert found.mae == pytest.approx([pair[0] for pair in expected])
    assert found.mfe == pytest.approx([pair[1] for pair in expected])


@pytest.mark.parametrize("longest", [3, 60, 5_000])
def test_ranges_of_any_length_have_their_extremes(longest: int) -> None:
    """Scanned or by blocks: the highest and lowest of each range are those of its slice, empty ones have none."""
    random = np.random.default_rng(longest)
    high = random.normal(0, 1, 20_000)
    low = high - random.random(20_000)
    first = random.integers(0, 20_000, 400)
    last = np.minimum(first + random.integers(0, longest, 400), 20_000)
    highest, lowest = range_extremes(high, low, first, last)
    for row in range(400):
        if first[row] < last[row]:
            assert highest[row] == high[first[row] : last[row]].max()
            assert lowest[row] == low[first[row] : last[row]].min()
        else:
            assert (highest[row], lowest[row]) == (-np.inf, np.inf)
