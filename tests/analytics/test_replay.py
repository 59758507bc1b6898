"""Replayed exits: each order by hand on a few candles, and never better than ordered."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.replay import Entry, ExitPolicy, ExitReason, Gap, ReplayedExit, replay_exit
from domain.columns import CandleTable

MINUTE = 60_000_000
Bar = tuple[float, float, float, float]


def candles(*bars: Bar) -> CandleTable:
    """Minute candles of (open, high, low, close)."""
    columns = np.array(bars, dtype=np.float64).T
    return CandleTable(
        start=np.arange(len(bars)) * MINUTE,
        open=columns[0],
        high=columns[1],
        low=columns[2],
        close=columns[3],
        volume=np.ones(len(bars)),
    )


LONG = Entry(at=10_000_000, price=100.0, side=1, risk=1.0)
SHORT = Entry(at=10_000_000, price=100.0, side=-1, risk=1.0)
FIRST: Bar = (100.0, 103.0, 97.0, 100.0)
FLAT: Bar = (100.0, 100.5, 99.5, 100.0)


def end(entry: Entry, policy: ExitPolicy, *bars: Bar) -> tuple[float, int, ExitReason]:
    """Return price, minute and reason of the replayed exit."""
    found = replay_exit(entry, policy, candles(FIRST, *bars))
    assert isinstance(found, ReplayedExit)
    return round(found.price, 9), found.at // MINUTE, found.reason


STOP_TARGET = ExitPolicy(stop_r=1.0, target_r=2.0)


def test_the_candle_of_the_entry_is_not_looked_at() -> None:
    """Its high and low may have come before the entry."""
    assert end(LONG, STOP_TARGET, FLAT) == (100.0, 1, ExitReason.CLOSE)


def test_stop_and_target_fill_where_ordered() -> None:
    """A long at 100 with risk 1 stops at 99 and takes 102; a short the other way round."""
    assert end(LONG, STOP_TARGET, FLAT, (100, 100.5, 98.9, 99.2)) == (99.0, 2, ExitReason.STOP)
    assert end(LONG, STOP_TARGET, (100, 102.5, 99.5, 102)) == (102.0, 1, ExitReason.TARGET)
    assert end(SHORT, STOP_TARGET, (100, 101.2, 99.9, 101)) == (101.0, 1, ExitReason.STOP)
    assert end(SHORT, STOP_TARGET, (100, 100.2, 97.5, 98)) == (98.0, 1, ExitReason.TARGET)


def test_both_in_one_candle_is_the_stop() -> None:
    """Which came first is not known, so it is taken against the trader."""
    assert end(LONG, STOP_TARGET, (100, 103, 98, 102)) == (99.0, 1, ExitReason.STOP)


def test_gaps_are_never_better_than_ordered() -> None:
    """Through the stop fills at the open, through the target at the target."""
    assert end(LONG, STOP_TARGET, (98.0, 98.5, 97.5, 98)) == (98.0, 1, ExitReason.STOP)
    assert end(LONG, STOP_TARGET, (104.0, 104.5, 103.5, 104)) == (102.0, 1, ExitReason.TARGET)


def test_a_trail_follows_the_candles_before() -> None:
    """The stop trails the best price by 1R, and rises only once a candle is over."""
    policy = ExitPolicy(trail_r=1.0)
    up: Bar = (100, 101.5, 99.6, 101.4)
    assert end(LONG, policy, up, (101.4, 101.6, 100.4, 100.6)) == (100.5, 2, ExitReason.TRAIL)
    assert end(LONG, policy, up, (101.4, 103.0, 100.6, 102.9)) == (102.9, 2, ExitReason.CLOSE)
    down: Bar = (100, 100.4, 98.5, 98.6)
    assert end(SHORT, policy, down, (98.6, 99.6, 98.4, 99.5)) == (99.5, 2, ExitReason.TRAIL)


def test_a_time_exit_leaves_at_the_last_close_in_time() -> None:
    """After three minutes the trade is over at the close of the candle before."""
    bars: list[Bar] = [(100, 101, 99.5, 100.2), (100.2, 101, 100, 100.8), (100.8, 101, 100, 100.9)]
    policy = ExitPolicy(minutes=2.5)
    assert end(LONG, policy, *bars) == (100.8, 2, ExitReason.TIME)


def test_the_last_candle_is_the_close() -> None:
    """Held to the end the trade leaves at the last close; a stop may still come first."""
    bars: list[Bar] = [FLAT, (100, 101, 99.2, 100.7)]
    assert end(LONG, ExitPolicy(), *bars) == (100.7, 2, ExitReason.CLOSE)
    assert end(LONG, ExitPolicy(stop_r=0.5), *bars) == (99.5, 1, ExitReason.STOP)


@pytest.mark.parametrize(
    ("entry", "bars", "gap"),
    [
        (Entry(at=0, price=100.0, side=1, risk=None), (FIRST, FLAT), Gap.NO_STOP),
        (Entry(at=-1, price=100.0, side=1, risk=1.0), (FIRST, FLAT), Gap.NO_CANDLES),
        (Entry(at=0, price=100.0, side=1, risk=1.0), (FIRST,), Gap.NO_LATER),
        (Entry(at=0, price=50.0, side=1, risk=1.0), (FIRST, FLAT), Gap.MISMATCH),
    ],
)
def test_what_cannot_be_replayed_says_why(entry: Entry, bars: tuple[Bar, ...], gap: Gap) -> None:
    """No stop, no candles, nothing after the entry, or prices of another scale."""
    assert replay_exit(entry, STOP_TARGET, candles(*bars)) is gap


def test_a_short_is_a_long_in_the_mirror() -> None:
    """Prices mirrored at the entry give the mirrored exit for every policy."""
    random = np.random.default_rng(6)
    for policy in (STOP_TARGET, ExitPolicy(trail_r=0.7), ExitPolicy(stop_r=0.4, trail_r=1.5), ExitPolicy(minutes=7)):
        close = 100 + np.cumsum(random.normal(0, 0.3, 30))
        opens = np.append(100.0, close[:-1])
        high, low = np.maximum(opens, close) + 0.1, np.minimum(opens, close) - 0.1
        rows = np.stack([opens, high, low, close], axis=1)
        mirrored = 200 - rows[:, [0, 2, 1, 3]]
        one = replay_exit(LONG, policy, candles(*map(tuple, rows.tolist())))
        two = replay_exit(SHORT, policy, candles(*map(tuple, mirrored.tolist())))
        assert isinstance(one, ReplayedExit)
        assert isinstance(two, ReplayedExit)
        assert (one.at, one.reason) == (two.at, two.reason)
        assert one.price - 100 == pytest.approx(100 - two.price)
