"""What would have become of a planned trade: the bars decide, and in doubt the stop."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.hindsight import judge_plan
from analytics.tallies import tally
from domain.columns import CandleTable

MINUTE = 60_000_000


def bars(*rows: tuple[float, float, float]) -> CandleTable:
    """Return minute bars of (high, low, close)."""
    high, low, close = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    start = np.arange(len(rows), dtype=np.int64) * MINUTE
    return CandleTable(start=start, open=close, high=high, low=low, close=close, volume=np.zeros(len(rows)))


@pytest.mark.parametrize(
    ("side", "rows", "outcome", "r_multiple"),
    [
        (1, [(101, 99, 100), (103, 100, 102), (107, 102, 106)], "target", 3.0),
        (1, [(101, 99, 100), (101, 97, 98), (107, 102, 106)], "stop", -1.0),
        (1, [(101, 99, 100), (107, 97, 106)], "stop", -1.0),
        (1, [(101, 99, 100), (102, 99, 101)], "time", 0.5),
        (1, [(120, 110, 115), (101, 99, 100), (102, 99, 101)], "time", 0.5),
        (-1, [(101, 99, 100), (100, 93, 94)], "target", 3.0),
        (-1, [(101, 99, 100), (102.5, 99, 102)], "stop", -1.0),
    ],
)
def test_stop_and_target_are_met_in_order(
    side: int, rows: list[tuple[float, float, float]], outcome: str, r_multiple: float
) -> None:
    """Entered once the price is touched, then whichever comes first; one bar with both is the stop."""
    found = judge_plan(bars(*rows), side=side, entry=100.0, stop=100.0 - 2 * side, target=100.0 + 6 * side, since=0)
    assert (found.outcome, found.r_multiple) == (outcome, r_multiple)


def test_what_cannot_be_told_has_its_reason() -> None:
    """No bars, bars before the plan, and an entry never reached are unknown, not zero."""
    far = bars((120, 110, 115))
    for candles, since in ((bars((1, 1, 1)), 5 * MINUTE), (far, 0)):
        found = judge_plan(candles, side=1, entry=100.0, stop=98.0, target=None, since=since)
        assert (found.r_multiple, found.outcome) == (None, "unknown")
        assert found.reason


def test_a_tally_scales_with_money_and_not_in_r() -> None:
    """P&L times ten is ten times the sum and the same mean R where the risk grows along; without risk there is none."""
    profit, risk = np.array([100.0, -50.0, 30.0]), np.array([50.0, 50.0, np.nan])
    one, ten = tally(profit, risk), tally(profit * 10, risk * 10)
    assert (one.trades, one.wins, one.net, one.mean_r, one.with_r) == (3, 2, 80.0, 0.5, 2)
    assert (ten.net, ten.mean_r) == (800.0, 0.5)
    assert tally(profit[2:], risk[2:]).mean_r is None
    assert tally(profit[:0], risk[:0]).trades == 0
