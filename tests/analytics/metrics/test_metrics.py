"""Metrics against hand-checked and published figures, and their undefined cases."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.metrics import all_metrics, compute_metrics
from analytics.risk import sharpe_ratio, sortino_ratio, volatility_per_year
from domain.errors import InvalidInputError
from tests.analytics.samples_of_frames import figures

GOLDEN = [120, -80, 60, -80, -40, 200, 0, -100, 90, 50]
RETURNS = np.array([0.010, -0.005, 0, 0.012, -0.020, 0.007, 0.004, -0.011, 0.015, -0.003, 0.006, 0.009])


def golden() -> dict[str, Any]:
    """All metrics of the golden set of ten trades."""
    return compute_metrics(figures(GOLDEN, risk=np.full(10, 80.0), starting_balance=10_000.0))


@pytest.mark.parametrize(
    ("slug", "value", "digits"),
    [
        ("net_pnl", 220, 9),
        ("win_rate_all", 0.5, 4),
        ("win_rate", 0.5556, 4),
        ("profit_factor", 1.73333, 5),
        ("payoff", 1.38667, 5),
        ("expectancy", 22.00, 2),
        ("expectancy_r", 0.2750, 4),
        ("sqn", 0.70292, 5),
        ("kelly", 0.23504, 5),
        ("max_drawdown_money", -140.00, 2),
        ("max_drawdown", -0.0138340, 7),
        ("recovery_factor", 1.57143, 5),
        ("longest_win_streak", 2, 9),
        ("longest_loss_streak", 2, 9),
        ("t_statistic", 0.70292, 5),
        ("current_streak", 2, 9),
        ("current_drawdown_money", 0, 9),
        ("largest_win", 200, 9),
        ("largest_loss", -100, 9),
        ("median_trade", 25, 9),
        ("avg_win", 104, 9),
        ("avg_loss", -75, 9),
        ("trades", 10, 9),
        ("wins", 5, 9),
        ("losses", 4, 9),
        ("breakevens", 1, 9),
        ("day_win_rate", 5 / 9, 9),
        ("best_day", 200, 9),
        ("worst_day", -100, 9),
        ("avg_day", 220 / 9, 9),
        ("avg_hold", 60, 9),
        ("median_hold", 60, 9),
    ],
)
def test_the_golden_set_gives_the_printed_digits(slug: str, value: float, digits: int) -> None:
    """Each figure of the ten-trade set equals the one worked out by hand."""
    assert golden()[slug].value == pytest.approx(value, abs=0.5 * 10**-digits)


def test_published_daily_returns_give_sharpe_sortino_and_volatility() -> None:
    """Twelve returns with known ratios, and the set with a known volatility."""
    assert sharpe_ratio(RETURNS, 252) == pytest.approx(3.09437, abs=5e-6)
    assert sortino_ratio(RETURNS, 252) == pytest.approx(4.66847, abs=5e-6)
    mixed = np.array([0.01, 0.1, -0.04, 0.02, 0.03, 0.02, 0.01, -0.1])
    assert sharpe_ratio(mixed, 252) == pytest.approx(1.7238613961706866)
    assert sortino_ratio(mixed, 252) == pytest.approx(2.605531251673693)
    assert volatility_per_year(mixed, 252) == pytest.approx(0.9136465399704637)


def test_constant_returns_have_no_sharpe() -> None:
    """A spread of zero is undefined, not infinite."""
    assert sharpe_ratio(np.full(9, 0.01), 252) is None


def test_a_terminal_report_block_is_met() -> None:
    """Three trades with the figures a trading terminal printed for them."""
    values = compute_metrics(figures([-23.5, 50.71, 3.64], starting_balance=3000.0))
    expected = {
        "net_pnl": 30.85,
        "profit_factor": 2.312766,
        "expectancy": 10.283333,
        "recovery_factor": 1.312766,
        "max_drawdown_money": -23.5,
        "avg_win": 27.175,
        "avg_loss": -23.5,
        "largest_win": 50.71,
        "longest_win_streak": 2,
        "longest_loss_streak": 1,
    }
    assert {slug: values[slug].value for slug in expected} == pytest.approx(expected, abs=1e-6)
    assert values["max_drawdown"].value == pytest.approx(-0.0078, abs=5e-5)


def test_a_scratch_that_lost_its_fees_is_a_breakeven() -> None:
    """Gross zero is a breakeven although the fees make its net negative."""
    gross = np.array([200.0, 100.0, 0.0])
    costs = np.array([2.25, 1.1, 2.0])
    values = compute_metrics(figures(gross - costs, gross=gross, fees=costs))
    assert [values[slug].value for slug in ("wins", "losses", "breakevens")] == [2, 0, 1]
    assert values["win_rate"].value == 1
    assert values["win_rate_all"].value == pytest.approx(2 / 3)
    assert values["fees"].value == pytest.approx(5.35)
    assert values["gross_pnl"].value == 300


def test_a_tolerance_widens_what_counts_as_breakeven() -> None:
    """Results within the tolerance decide nothing."""
    values = compute_metrics(figures([5, -5, 40], tolerance=5.0))
    assert [values[slug].value for slug in ("wins", "losses", "breakevens")] == [1, 0, 2]


@pytest.mark.parametrize(
    ("pnl", "slug", "reason"),
    [
        ([10, 20], "profit_factor", "no losing trade"),
        ([10, 20], "payoff", "no losing trade"),
        ([-10], "payoff", "no winning trade"),
        ([10, 20], "recovery_factor", "no drawdown"),
        ([10, -5], "max_drawdown", "starting balance unknown"),
        ([10, -5], "sharpe", "starting balance unknown"),
        ([10, -5], "expectancy_r", "no trade has a planned stop"),
        ([10, -5], "sqn", "no trade has a planned stop"),
        ([0], "win_rate", "no winning or losing trade"),
        ([10], "kelly", "no losing trade"),
        ([10], "t_statistic", "fewer than two closed trades"),
        ([], "expectancy", "no closed trade"),
        ([], "net_pnl", "no exit"),
        ([], "max_drawdown_days", "no exit"),
    ],
)
def test_an_undefined_figure_is_none_with_its_reason(pnl: list[float], slug: str, reason: str) -> None:
    """No stand-in number ever replaces an undefined figure."""
    value = compute_metrics(figures(pnl), [slug])[slug]
    assert value.value is None
    assert value.reason == reason


def test_equity_below_zero_has_no_returns() -> None:
    """A wiped-out account has no daily return, and says so."""
    value = compute_metrics(figures([-150, 50], starting_balance=100.0), ["sharpe"])["sharpe"]
    assert (value.value, value.reason) == (None, "equity fell to zero")


def test_the_start_is_part_of_the_peak() -> None:
    """A loss right at the start is a drawdown."""
    values = compute_metrics(figures([-100, 50, -30], starting_balance=1000.0))
    assert values["max_drawdown_money"].value == -100
    assert values["max_drawdown"].value == pytest.approx(-0.1)


def test_drawdown_days_run_from_the_peak_to_its_recovery() -> None:
    """Peak on day 1, reached again on day 4; the last fall is still open."""
    data = figures([100, -50, 20, 30, -10, -10], days=np.array([0, 1, 2, 3, 10, 12]))
    assert compute_metrics(data)["max_drawdown_days"].value == 9
    recovered = figures([100, -50, 20, 30, 5], days=np.array([0, 1, 2, 6, 7]))
    assert compute_metrics(recovered)["max_drawdown_days"].value == 6
    assert compute_metrics(figures([1, 2, 3]))["max_drawdown_days"].value == 0


def test_every_metric_is_described() -> None:
    """A metric carries formula, source and hint, and its slug is its function's name."""
    for slug, metric in all_metrics().items():
        assert metric.label
        assert metric.formula
        assert metric.source
        assert metric.hint.endswith(".")
        assert metric.slug == slug == metric.compute.__name__


def test_an_unknown_metric_is_an_input_error() -> None:
    """The error names the slug and lists the known ones."""
    with pytest.raises(InvalidInputError, match="'alpha_beta'") as caught:
        compute_metrics(figures([1]), ["alpha_beta"])
    assert "win_rate" in caught.value.hint


def test_few_observations_are_flagged() -> None:
    """Ten trades are a low sample, forty are not."""
    assert golden()["expectancy"].low_sample
    assert not compute_metrics(figures([1, -1] * 20))["expectancy"].low_sample


@given(
    pnl=st.lists(st.one_of(st.just(0.0), st.floats(-1e6, 1e6).map(lambda money: round(money, 6))), max_size=40),
    start=st.one_of(st.none(), st.floats(1, 1e6)),
)
def test_no_metric_returns_a_stand_in(pnl: list[float], start: float | None) -> None:
    """Any trades at all: values are finite or None, None has a reason, and W + L + B = N."""
    values = compute_metrics(figures(pnl, starting_balance=start))
    for value in values.values():
        assert (value.value is None) == bool(value.reason)
        assert value.value is None or math.isfinite(value.value)
    counts = [values[slug].value or 0 for slug in ("wins", "losses", "breakevens")]
    assert sum(counts) == values["trades"].value == len(pnl)


@given(pnl=st.lists(st.sampled_from([-2.0, 0.0, 3.0]), min_size=1, max_size=30))
def test_streaks_equal_a_plain_count(pnl: list[float]) -> None:
    """Longest and current runs equal counting trade by trade; a breakeven ends a run."""
    best = {1: 0, -1: 0}
    run, before = 0, 0
    for value in pnl:
        sign = (value > 0) - (value < 0)
        run = run + 1 if sign == before else 1
        before = sign
        if sign:
            best[sign] = max(best[sign], run)
    values = compute_metrics(figures(pnl))
    assert values["longest_win_streak"].value == best[1]
    assert values["longest_loss_streak"].value == best[-1]
    assert values["current_streak"].value == before * run


@given(pnl=st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=30))
def test_drawdown_equals_a_plain_walk(pnl: list[float]) -> None:
    """The deepest fall equals walking along the curve with a peak that starts at zero."""
    equity = peak = fall = 0.0
    for value in pnl:
        equity += value
        peak = max(peak, equity)
        fall = min(fall, equity - peak)
    assert compute_metrics(figures(pnl))["max_drawdown_money"].value == fall


@example(pnl=[-1.0, 7.0, -1.0], rate=13.01)
@given(pnl=st.lists(st.integers(-500, 500).map(float), min_size=2, max_size=30), rate=st.floats(0.01, 100))
def test_a_currency_rate_scales_money_and_leaves_ratios(pnl: list[float], rate: float) -> None:
    """Reporting in another currency moves no ratio."""
    plain = compute_metrics(figures(pnl, starting_balance=20_000.0))
    other = compute_metrics(figures(np.array(pnl) * rate, starting_balance=20_000.0 * rate))
    for slug in plain:
        expected = plain[slug].value
        factor = rate if plain[slug].unit.value == "money" else 1
        assert other[slug].value == (None if expected is None else pytest.approx(expected * factor, rel=1e-6, abs=1e-7))
