"""What-ifs: each rule by hand, rules on top of each other, and what they come to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.whatif import WhatIf, what_if
from domain.columns import TradeFrame
from domain.rules import Rule, RuleKind, rules_from_text
from tests.analytics.samples_of_frames import DAY, trades

MINUTE = 60_000_000
MONDAY = 20_458


def day_of(pnl: list[float], *, opened: list[int] | None = None, days: list[int] | None = None) -> TradeFrame:
    """Trades that follow each other: entered at minute 600 + 10k (or as given), held nine minutes."""
    n = len(pnl)
    day = np.array(days or [MONDAY] * n, dtype=np.int32)
    minute = np.array(opened or [600 + 10 * row for row in range(n)])
    at = day.astype(np.int64) * DAY + minute * MINUTE
    return trades(
        pnl,
        opened_at=at,
        closed_at=at + 9 * MINUTE,
        entry_day=day,
        exit_day=day,
        entry_minute=minute.astype(np.int32),
        setup=np.arange(n, dtype=np.int32) % 3 - 1,
        risk=np.full(n, 10.0),
        quantity=np.arange(1.0, n + 1),
        tag_mask=np.arange(n) % 4,
        side=np.where(np.arange(n) % 2, -1, 1).astype(np.int8),
    )


def apply(frame: TradeFrame, text: str, *, starting_balance: float | None = None) -> WhatIf:
    """Apply rules written as text."""
    return what_if(frame, frame.net, rules_from_text(text), starting_balance=starting_balance)


def test_without_rules_nothing_changes() -> None:
    """Both outcomes are the same, and there is no interval of nothing."""
    found = apply(day_of([10.0, -20.0, 5.0]), "")
    assert found.actual == found.altered
    assert (found.change, found.low, found.high) == (0.0, None, None)
    assert len(found.removed) == 0


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        ("skip_setup:gap", [1, 4]),
        ("skip_setup:no such", []),
        ("skip_symbol:AAA", [0, 1, 2, 3, 4, 5]),
        ("skip_tag:late", [2, 3]),
        ("skip_side:short", [1, 3, 5]),
        ("skip_weekday:0", [0, 1, 2, 3, 4, 5]),
        ("skip_weekday:1", []),
        ("skip_hour:10", [0, 1, 2, 3, 4, 5]),
        ("most_trades:4", [4, 5]),
        ("stop_after_losses:2", [4, 5]),
        ("stop_after_losses:3", []),
        ("stop_after_loss:25", [2, 3, 4, 5]),
        ("stop_after_loss_r:3.5", [4, 5]),
        ("remove_best:2", [2, 4]),
        ("remove_worst:1", [1]),
        ("remove_worst:100", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_what_each_rule_takes_out(rule: str, gone: list[int]) -> None:
    """Six trades of a Monday morning: +10, -40, +30, -35, +50, +5 at a risk of 10 each."""
    found = apply(day_of([10.0, -40.0, 30.0, -35.0, 50.0, 5.0]), rule)
    assert found.removed.tolist() == gone
    assert found.change == pytest.approx(-found.pnl[found.removed].sum())
    assert found.altered.n == 6 - len(gone)


def test_a_stop_for_the_day_leaves_open_trades_and_other_days_alone() -> None:
    """What was entered before the loss had closed stays; the next day begins anew."""
    frame = day_of([-5.0, 7.0, 8.0, -1.0], opened=[600, 605, 609, 600], days=[MONDAY, MONDAY, MONDAY, MONDAY + 1])
    assert apply(frame, "stop_after_losses:1").removed.tolist() == [2]


def test_a_rule_sees_what_the_ones_before_left() -> None:
    """A loss that another rule takes out does not end the day."""
    frame = day_of([-40.0, 20.0, -30.0, 15.0])
    alone = apply(frame, "stop_after_losses:1")
    assert alone.removed.tolist() == [1, 2, 3]
    both = apply(frame, "remove_worst:1;stop_after_losses:1")
    assert both.removed.tolist() == [0, 3]
    assert [effect.removed for effect in both.effects] == [1, 1]
    assert sum(effect.change for effect in both.effects) == pytest.approx(both.change)


def test_sizes_scale_profit_and_loss() -> None:
    """A cap shrinks only what is above it; a fixed risk leaves trades without a stop as they were."""
    frame = day_of([10.0, -40.0, 30.0])
    capped = apply(frame, "cap_size:200")
    assert capped.weight.tolist() == pytest.approx([1, 1, 2 / 3])
    assert capped.effects[0].resized == 1
    assert capped.altered.total == pytest.approx(10 - 40 + 20)
    some = replace(frame, risk=np.array([10.0, np.nan, 5.0]))
    fixed = apply(some, "fixed_risk:20")
    assert fixed.weight.tolist() == [2, 1, 4]
    assert fixed.effects[0].unknown == 1


def test_outcomes_by_hand() -> None:
    """Total, mean, win rate and drawdown with the starting balance in the peak."""
    frame = day_of([-100.0, 50.0, -30.0, 200.0])
    found = apply(frame, "remove_best:1", starting_balance=1_000.0)
    actual, altered = found.actual, found.altered
    assert (actual.total, actual.mean, actual.win_rate, actual.drawdown) == (120, 30, 0.5, -100)
    assert actual.drawdown_fraction == pytest.approx(-0.1)
    assert (altered.n, altered.total, altered.drawdown) == (3, -80, -100)
    assert altered.win_rate == pytest.approx(1 / 3)


def test_a_scratch_is_no_loss() -> None:
    """A trade that lost only its fees is a breakeven here as everywhere: it ends no day and is in no win rate."""
    frame = replace(day_of([-1.0, 5.0, -1.0, -7.0]), gross=np.array([0.0, 6.0, 0.0, -6.0]))
    found = apply(frame, "stop_after_losses:1")
    assert found.removed.tolist() == []
    assert found.actual.win_rate == 0.5


def test_the_interval_is_that_of_the_days() -> None:
    """It holds the change, and leaves zero out when every day got better by about the same."""
    pnl = [20.0, -10.0] * 60
    days = [MONDAY + row // 2 for row in range(120)]
    found = apply(day_of(pnl, opened=[600, 620] * 60, days=days), "skip_side:short")
    assert found.change == 600
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low <= 600 <= found.high


@pytest.mark.parametrize("rule", [f"{kind.value}:1" for kind in RuleKind if kind is not RuleKind.SKIP_SIDE])
def test_every_rule_takes_an_empty_book(rule: str) -> None:
    """No trades give no figures, and no error."""
    found = apply(day_of([]), rule)
    assert (found.altered.n, found.altered.total, found.altered.mean) == (0, 0.0, None)


@given(
    pnl=st.lists(st.integers(-500, 500).map(float), min_size=1, max_size=40),
    kinds=st.lists(st.sampled_from([kind for kind in RuleKind if kind is not RuleKind.SKIP_SIDE]), max_size=4),
    factor=st.sampled_from([0.5, 2.0, 4.0]),
)
def test_rules_only_remove_and_scale(pnl: list[float], kinds: list[RuleKind], factor: float) -> None:
    """The total is the sum of the weighted P&L; removing rules never bring a trade back; money scales."""
    frame = day_of(pnl, days=[MONDAY + row // 5 for row in range(len(pnl))])
    rules = [Rule(kind=kind, value="2") for kind in kinds]
    found = what_if(frame, frame.net, rules)
    assert found.altered.total == pytest.approx(float((frame.net * found.weight).sum()))
    assert found.change == pytest.approx(found.altered.total - found.actual.total)
    assert sum(effect.change for effect in found.effects) == pytest.approx(found.change)
    in_money = {RuleKind.STOP_AFTER_LOSS, RuleKind.STOP_AFTER_LOSS_R}
    if not in_money & set(kinds):
        scaled = what_if(frame, frame.net * factor, rules)
        assert scaled.altered.total == pytest.approx(found.altered.total * factor)


def test_results_are_told_in_money_percent_and_r() -> None:
    """Percent is of the starting balance, R over the trades with a planned risk; a smaller position keeps its R."""
    frame = replace(day_of([-100.0, 50.0, -30.0, 200.0]), risk=np.array([50.0, 25.0, np.nan, 100.0]))
    found = apply(frame, "remove_worst:1", starting_balance=1_000.0)
    assert found.actual.fraction == pytest.approx(0.12)
    assert found.altered.fraction == pytest.approx(0.22)
    assert found.actual.r_total == pytest.approx(2.0)
    assert found.actual.r_n == 3
    assert found.altered.r_total == pytest.approx(4.0)
    assert found.altered.mean_r == pytest.approx(2.0)
    assert found.change_r == pytest.approx(2.0)
    halved = apply(frame, "fixed_risk:25", starting_balance=1_000.0)
    assert halved.altered.total != halved.actual.total
    assert halved.altered.r_total == pytest.approx(found.actual.r_total)
    assert halved.change_r == pytest.approx(0.0)
    unknown = apply(replace(frame, risk=np.full(4, np.nan)), "remove_worst:1")
    assert (unknown.altered.fraction, unknown.altered.r_total, unknown.change_r) == (None, None, None)
