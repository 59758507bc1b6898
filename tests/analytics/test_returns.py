"""Returns: golden cases to the digit, the rules for flows, and the laws they must keep."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.returns import (
    NO_VALUE,
    SAME_SIGN,
    annualise,
    chain_returns,
    daily_returns,
    flow_weights,
    link_returns,
    modified_dietz,
    money_weighted,
    portfolio_flows,
)


def day(text: str) -> int:
    """Return a day since 1970."""
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


def golden(samples: Path, name: str) -> Any:
    """Return one golden case."""
    cases = json.loads((samples / "golden" / "golden.json").read_text())["returns"]
    return next(case for case in cases if case["id"] == name)


def test_xirr_as_excel_prints_it(samples: Path) -> None:
    """The example of the XIRR function."""
    case = golden(samples, "xirr_excel")
    days = np.array([day(when) for when, _ in case["flows"]])
    found = money_weighted(days, np.array([float(amount) for _, amount in case["flows"]]))
    assert found.value == pytest.approx(case["expect"], abs=1e-8)
    assert found.roots == 1


def test_the_year_with_a_deposit(samples: Path) -> None:
    """TWR as published; MWR and modified Dietz as computed beside it."""
    expect = golden(samples, "twr_with_deposit")["expect"]
    assert link_returns([1_000_000, 1_262_484], [1_162_484, 1_192_328]) == pytest.approx(expect["twr"], abs=1e-8)
    days = np.array([day("2021-12-31"), day("2022-08-15"), day("2022-12-31")])
    found = money_weighted(days, np.array([-1_000_000.0, -100_000.0, 1_192_328.0]))
    assert found.value == pytest.approx(expect["mwr_xirr"], abs=1e-8)
    dietz = modified_dietz(1_000_000, 1_192_328, [100_000], [(365 - 227) / 365])
    assert dietz == pytest.approx(expect["modified_dietz"], abs=1e-8)


def test_modified_dietz_of_the_textbook() -> None:
    """100, 50 more after half the time, 300 at the end: 120 %."""
    assert modified_dietz(100, 300, [50], [0.5]) == pytest.approx(1.2, abs=1e-12)


def test_the_three_figures_of_one_portfolio() -> None:
    """1000 grows to 1100, 500 is added, 1520 is left: TWR 4.5 %, Dietz 1.6 %, XIRR 10.1463 % a year."""
    assert link_returns([1000, 1600], [1100, 1520]) == pytest.approx(0.045, abs=1e-12)
    assert modified_dietz(1000, 1520, [500], [0.5]) == pytest.approx(0.016, abs=1e-12)
    rate = money_weighted(np.array([0, 30, 60]), np.array([-1000.0, -500.0, 1520.0]))
    assert rate.value == pytest.approx(0.101463, abs=5e-7)
    assert rate.period == pytest.approx(0.016013, abs=5e-7)


def test_inflow_counts_from_the_start_and_outflow_until_the_end_of_its_day() -> None:
    """A deposit earns the day's return, a withdrawal earned it."""
    found = daily_returns(np.array([220.0, 121.0]), np.array([100.0, 0.0]), np.array([0.0, 121.0]), before=100.0)
    assert found.value == pytest.approx([0.1, 0.1])


def test_a_debt_without_capital_breaks_the_chain_and_a_new_one_starts() -> None:
    """The total is that of the chain after the break, which is told."""
    found = chain_returns(
        daily_returns(np.array([110.0, -5.0, 10.0, 20.0, 22.0]), np.array([100.0, 0, 0, 5.0, 0]), np.zeros(5))
    )
    assert found.breaks == (1, 2)
    assert found.total == pytest.approx(20 / 15 * 1.1 - 1)


def test_days_with_nothing_are_no_days() -> None:
    """An empty portfolio has no return, and the days between emptying and filling it again do not count."""
    value, came, left = np.array([[0, 110.0, 0, 0, 55.0], [0, 100.0, 0, 0, 50.0], [0, 0, 110.0, 0, 0]])
    returns = daily_returns(value, came, left)
    assert np.isnan(returns.value).tolist() == [True, False, False, True, False]
    assert chain_returns(returns).total == pytest.approx(1.1 * 1.1 - 1)
    empty = chain_returns(daily_returns(np.zeros(3), np.zeros(3), np.zeros(3)))
    assert empty.total is None
    assert empty.reason == NO_VALUE


def test_rates_per_year_begin_at_a_year() -> None:
    """Below 365 days, and after ruin, there is none."""
    assert annualise(0.1, 364) is None
    assert annualise(-1.0, 500) is None
    assert annualise(0.21, 731) == pytest.approx(1.21 ** (365.25 / 731) - 1)


def test_flows_of_one_sign_have_no_rate() -> None:
    """Nothing came back, so no rate explains it."""
    found = money_weighted(np.array([0, 10]), np.array([-1.0, -2.0]))
    assert found.value is None
    assert found.reason == SAME_SIGN


def test_several_rates_are_flagged() -> None:
    """Two roots: the one nearest to zero is shown, and that there are two."""
    found = money_weighted(np.array([0, 365, 730]), np.array([-100.0, 230.0, -132.0]))
    assert found.roots == 2
    assert found.value == pytest.approx(0.1, abs=1e-9)


def test_a_total_loss_is_no_capital() -> None:
    """Modified Dietz needs capital above zero."""
    assert modified_dietz(0, 0, [], []) is None
    assert modified_dietz(100, 50, [-300], [1.0]) is None


RETURNS = st.lists(st.floats(-0.3, 0.4), min_size=2, max_size=20)
FLOWS = st.lists(st.floats(-40, 200), min_size=20, max_size=20)


def _walk(returns: list[float], flows: list[float]) -> tuple[Any, Any, Any]:
    """Return value, inflow and outflow of a portfolio that earns these returns whatever comes and goes."""
    value, ins, outs = [], [], []
    level = 1000.0
    for rate, flow in zip(returns, flows, strict=False):
        level = (level + max(flow, 0)) * (1 + rate)
        out = min(max(-flow, 0), level / 2)
        level -= out
        value.append(level)
        ins.append(max(flow, 0))
        outs.append(out)
    return np.array(value), np.array(ins), np.array(outs)


@given(RETURNS, FLOWS)
def test_deposits_do_not_move_the_time_weighted_return(returns: list[float], flows: list[float]) -> None:
    """With and without flows the same daily returns give the same TWR."""
    with_flows = chain_returns(daily_returns(*_walk(returns, flows), before=1000.0)).total
    without = chain_returns(daily_returns(*_walk(returns, [0.0] * len(returns)), before=1000.0)).total
    assert with_flows == pytest.approx(without, rel=1e-9, abs=1e-9)
    assert without == pytest.approx(float(np.prod(1 + np.array(returns)) - 1), rel=1e-9, abs=1e-9)


@given(RETURNS, FLOWS, st.floats(0.01, 100))
def test_a_currency_of_another_size_changes_no_ratio(returns: list[float], flows: list[float], scale: float) -> None:
    """Scaling all money by a constant rate leaves TWR, MWR and Dietz as they are."""
    value, ins, outs = _walk(returns, flows)
    days = np.arange(len(value))

    def figures(k: float) -> list[float | None]:
        when, moved = portfolio_flows(
            days, ins * k, outs * k, start=1000.0 * k, end=float(value[-1]) * k, first=0, last=len(value) - 1
        )
        every = np.concatenate([ins, -outs]) * k
        weights = flow_weights(np.concatenate([days, days]), every, 0, len(value) - 1)
        return [
            chain_returns(daily_returns(value * k, ins * k, outs * k, before=1000.0 * k)).total,
            money_weighted(when, moved).period,
            modified_dietz(1000.0 * k, float(value[-1]) * k, every, weights),
        ]

    for one, other in zip(figures(1.0), figures(scale), strict=True):
        assert (one is None) is (other is None)
        assert one is None or one == pytest.approx(other, rel=1e-6, abs=1e-7)


@given(st.floats(-0.5, 1.0), st.integers(60, 2000))
def test_a_single_payment_has_the_same_return_by_every_rule(total: float, span: int) -> None:
    """Without flows between, MWR of the period, TWR and modified Dietz agree."""
    found = money_weighted(np.array([0, span]), np.array([-100.0, 100.0 * (1 + total)]))
    assert found.period == pytest.approx(total, abs=1e-8)
    assert modified_dietz(100.0, 100.0 * (1 + total), [], []) == pytest.approx(total, abs=1e-12)
