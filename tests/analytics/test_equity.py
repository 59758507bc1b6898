"""Equity curves, day totals and thinning."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.equity import daily_totals, equity_by_day, equity_by_exit, reduce_curve, session_days
from analytics.inputs import metric_input
from analytics.metrics import compute_metrics
from domain.columns import ExitFrame, take
from tests.analytics.samples_of_frames import exits, trades


def test_the_curve_starts_at_the_balance_and_its_drawdown_at_the_start() -> None:
    """A first loss is already a drawdown from the starting balance."""
    curve = equity_by_exit(exits(trades([-100.0, 150.0, -50.0])), starting_balance=1000.0)
    assert curve.value.tolist() == [900, 1050, 1000]
    assert curve.drawdown_money.tolist() == [-100, 0, -50]
    assert curve.drawdown is not None
    assert curve.drawdown.tolist() == pytest.approx([-0.1, 0, -50 / 1050])


def test_without_a_balance_there_is_no_percentage() -> None:
    """The curve then starts at 0 and the fraction is None."""
    curve = equity_by_exit(exits(trades([10.0])))
    assert (curve.value.tolist(), curve.drawdown) == ([10], None)


def test_partial_exits_count_on_their_own_days() -> None:
    """P&L is dated at each exit; the trade itself at its last."""
    frame = trades([30.0], exit_day=np.array([20_460], dtype=np.int32))
    both = ExitFrame(
        trade_id=np.array([1, 1]),
        account=np.array([1, 1]),
        closed_at=np.array([0, 1]),
        day=np.array([20_458, 20_460], dtype=np.int32),
        net=np.array([10.0, 20.0]),
        gross=np.array([11.0, 22.0]),
        fees=np.array([1.0, 2.0]),
    )
    totals = daily_totals(both, frame)
    assert totals.day.tolist() == [20_458, 20_460]
    assert totals.net.tolist() == [10, 20]
    assert totals.gross.tolist() == [11, 22]
    assert totals.fees.tolist() == [1, 2]
    assert totals.trades.tolist() == [0, 1]
    assert totals.wins.tolist() == [0, 1]
    assert equity_by_day(totals).value.tolist() == [10, 30]


def test_no_exits_give_empty_totals() -> None:
    """An empty book has an empty calendar and an empty curve."""
    frame = trades([])
    totals = daily_totals(exits(frame), frame)
    assert len(totals) == len(equity_by_day(totals)) == 0
    assert compute_metrics(metric_input(frame, exits(frame)))["net_pnl"].value is None


def test_session_days_are_weekdays_unless_the_market_never_closes() -> None:
    """Friday to Monday: two sessions on an exchange, four around the clock, and a traded Saturday counts."""
    friday = 20_462
    assert session_days(np.array([friday, friday + 3]), periods_per_year=252).tolist() == [friday, friday + 3]
    assert len(session_days(np.array([friday, friday + 3]), periods_per_year=365)) == 4
    assert len(session_days(np.array([friday, friday + 1, friday + 3]), periods_per_year=252)) == 3


def test_days_without_a_trade_are_zero_returns() -> None:
    """The daily series of the metrics holds idle sessions as zeros."""
    frame = trades([10.0, 20.0], exit_day=np.array([20_458, 20_461], dtype=np.int32))
    data = metric_input(frame, exits(frame), starting_balance=100.0)
    assert data.day_pnl.tolist() == [10, 0, 0, 20]
    assert data.returns is not None
    assert data.returns.tolist() == pytest.approx([0.1, 0, 0, 20 / 110])


@given(pnl=st.lists(st.integers(-90, 90).map(float), min_size=1, max_size=40))
def test_days_curve_and_metrics_agree(pnl: list[float]) -> None:
    """Sum of days = end of the curve = net P&L of the metrics = sum of the trades."""
    frame = trades(pnl)
    totals = daily_totals(exits(frame), frame)
    net = compute_metrics(metric_input(frame, exits(frame)), ["net_pnl", "max_drawdown_money"])
    curve = equity_by_exit(exits(frame))
    assert totals.net.sum() == curve.value[-1] == net["net_pnl"].value == sum(pnl)
    assert curve.drawdown_money.min() == net["max_drawdown_money"].value


@given(y=st.lists(st.integers(-1000, 1000).map(float), min_size=1, max_size=400), most=st.integers(4, 60))
def test_thinning_keeps_the_extremes_and_the_ends(y: list[float], most: int) -> None:
    """First, last, highest and lowest point survive, in order and within the limit."""
    values = np.array(y)
    x, thin = reduce_curve(np.arange(len(y)), values, most)
    assert len(thin) <= max(most, 4)
    assert (thin[0], thin[-1]) == (y[0], y[-1])
    assert (thin.min(), thin.max()) == (min(y), max(y))
    assert (np.diff(x) > 0).all()
    assert (values[x] == thin).all()


def test_a_short_line_is_not_touched() -> None:
    """Fewer points than allowed come back as they are."""
    x, y = reduce_curve(np.arange(3), np.array([1.0, 5.0, 2.0]))
    assert (x.tolist(), y.tolist()) == ([0, 1, 2], [1, 5, 2])


def test_open_trades_add_their_partial_exits_to_the_net_but_no_result() -> None:
    """Net P&L is what was realised; win and loss wait for the close."""
    frame = trades([40.0, 7.0], is_open=np.array([False, True]))
    values = compute_metrics(metric_input(frame, exits(frame)))
    assert values["net_pnl"].value == 47
    assert values["trades"].value == 1
    closed = take(frame, ~frame.is_open)
    assert compute_metrics(metric_input(closed, exits(closed)))["net_pnl"].value == 40
