"""Risk figures of returns: textbook values, laws, and agreement with libraries where those are right."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.moments import kurtosis, skewness
from analytics.relative import (
    alpha_of,
    beta_of,
    capture_of,
    correlation_of,
    information_ratio_of,
    paired,
    tracking_error_of,
    treynor_of,
)
from analytics.risk import (
    downside_deviation,
    excess_returns,
    expected_shortfall,
    gaussian_expected_shortfall,
    gaussian_value_at_risk,
    growth_per_year,
    k_ratio_of,
    omega_ratio,
    rate_per_period,
    risk_sheet,
    sharpe_ratio,
    sortino_ratio,
    tail_ratio_of,
    total_return,
    ulcer_index,
    underwater,
    value_at_risk,
    volatility_per_year,
)

RETURNS = np.array([0.010, -0.005, 0, 0.012, -0.020, 0.007, 0.004, -0.011, 0.015, -0.003, 0.006, 0.009])
MARKET = np.array([0.008, -0.004, 0.001, 0.010, -0.015, 0.005, 0.002, -0.009, 0.011, -0.001, 0.004, 0.006])
MIXED = np.array([0.01, 0.1, -0.04, 0.02, 0.03, 0.02, 0.01, -0.1])
YEARS = np.random.default_rng(3).normal(5e-4, 0.012, 1_000)
INDEX = 0.6 * YEARS + np.random.default_rng(4).normal(3e-4, 0.008, 1_000)


@contextmanager
def quietly() -> Iterator[None]:
    """Let an oracle warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_published_returns_give_the_printed_digits() -> None:
    """Twelve daily returns with every figure worked out by hand."""
    sheet = risk_sheet(RETURNS)
    expected = {
        "sharpe": 3.09437, "sortino": 4.66847, "cagr": 0.634475, "max_drawdown": -0.0200914, "calmar": 31.5793,
        "ulcer_index": 0.0100663, "value_at_risk": 0.01505, "expected_shortfall": 0.02, "skew": -0.79750,
        "kurtosis": 2.79036 - 3, "best": 0.015, "worst": -0.02, "win_rate": 7 / 11,
    }  # fmt: skip
    assert {name: sheet[name] for name in expected} == pytest.approx(expected, abs=5e-5)
    assert total_return(RETURNS) == pytest.approx(0.0236721, abs=5e-8)


def test_published_mixed_returns() -> None:
    """A set whose figures an independent library prints in its own tests."""
    assert sharpe_ratio(MIXED, 252) == pytest.approx(1.7238613961706866)
    assert sortino_ratio(MIXED, 252) == pytest.approx(2.605531251673693)
    assert volatility_per_year(MIXED, 252) == pytest.approx(0.9136465399704637)
    assert math.sqrt(252) * (downside_deviation(MIXED) or 0) == pytest.approx(0.60448325038829653)
    assert float(underwater(MIXED).min()) == pytest.approx(-0.1)
    assert total_return(MIXED) == pytest.approx(0.0389310917, abs=1e-10)
    assert omega_ratio(MIXED, 0.01) == pytest.approx(0.8125)
    assert float(underwater(np.array([0.1, -0.1, 0.1])).min()) == pytest.approx(-0.1)


def test_published_figures_beside_a_benchmark() -> None:
    """Beta, alpha, correlation and information ratio worked out by hand."""
    assert beta_of(RETURNS, MARKET) == pytest.approx(1.31523, abs=5e-6)
    assert alpha_of(RETURNS, MARKET, 252) == pytest.approx(0.006842, abs=5e-7)
    assert correlation_of(RETURNS, MARKET) == pytest.approx(0.99519, abs=5e-6)
    assert information_ratio_of(RETURNS, MARKET, 252) == pytest.approx(3.0, abs=5e-5)
    rising = MARKET > 0
    expected = RETURNS[rising].mean() / MARKET[rising].mean()
    assert capture_of(RETURNS, MARKET, rising=True) == pytest.approx(float(expected))
    assert treynor_of(RETURNS, MARKET, 252) == pytest.approx(252 * RETURNS.mean() / 1.31523, rel=1e-5)


def test_empyrical_agrees() -> None:
    """Where the definitions are the same, so are the figures, to nine digits."""
    with quietly():
        import empyrical  # noqa: PLC0415 - an oracle of this test alone

        pairs = (
            (sharpe_ratio(YEARS, 252), empyrical.sharpe_ratio(YEARS)),
            (sortino_ratio(YEARS, 252), empyrical.sortino_ratio(YEARS)),
            (volatility_per_year(YEARS, 252), empyrical.annual_volatility(YEARS)),
            (growth_per_year(YEARS, 252), empyrical.cagr(YEARS)),
            (float(underwater(YEARS).min()), empyrical.max_drawdown(YEARS)),
            (-(value_at_risk(YEARS) or 0), empyrical.value_at_risk(YEARS)),
            (omega_ratio(YEARS), empyrical.omega_ratio(YEARS)),
            (tail_ratio_of(YEARS), empyrical.tail_ratio(YEARS)),
            (beta_of(YEARS, INDEX), empyrical.beta(YEARS, INDEX)),
        )
        # It takes the worst floor((n - 1) x 5 %) + 1 days, which are those at or below the quantile only by chance.
        shortfall = empyrical.conditional_value_at_risk(YEARS)
        # It compounds the daily alpha to a year; here it is P times the daily one.
        compounded = empyrical.alpha(YEARS, INDEX)
    for own, theirs in pairs:
        assert own == pytest.approx(theirs, rel=1e-9)
    assert -(expected_shortfall(YEARS) or 0) == pytest.approx(shortfall, rel=0.02)
    own_alpha = alpha_of(YEARS, INDEX, 252)
    assert own_alpha is not None
    assert math.expm1(252 * math.log1p(own_alpha / 252)) == pytest.approx(compounded, rel=1e-9)


def test_quantstats_agrees_where_it_is_right() -> None:
    """Nine figures agree to nine digits; the others differ by a definition that this test states."""
    with quietly():
        import pandas as pd  # noqa: PLC0415 - an oracle of this test alone
        from quantstats import stats  # noqa: PLC0415

        series = pd.Series(YEARS, index=pd.bdate_range("2014-01-01", periods=len(YEARS)))
        theirs = {
            "sharpe": stats.sharpe(series), "sortino": stats.sortino(series), "volatility": stats.volatility(series),
            "cagr": stats.cagr(series), "max_drawdown": stats.max_drawdown(series), "calmar": stats.calmar(series),
            "best": stats.best(series), "worst": stats.worst(series), "win_rate": stats.win_rate(series),
        }  # fmt: skip
        ulcer, gaussian = stats.ulcer_index(series), stats.value_at_risk(series)
    sheet, n = risk_sheet(YEARS), len(YEARS)
    assert {name: sheet[name] for name in theirs} == pytest.approx(theirs, rel=1e-9)
    assert -(gaussian_value_at_risk(YEARS) or 0) == pytest.approx(gaussian, rel=1e-9)
    # It divides by n - 1, Martin by n.
    assert sheet["ulcer_index"] == pytest.approx(ulcer * math.sqrt((n - 1) / n), rel=1e-9)


def test_scipy_agrees_on_the_gaussian_tail() -> None:
    """Gaussian value at risk and expected shortfall are the normal's quantile and tail mean."""
    from scipy import stats  # noqa: PLC0415 - an oracle of this test alone

    mean, spread = YEARS.mean(), YEARS.std(ddof=1)
    assert gaussian_value_at_risk(YEARS) == pytest.approx(-stats.norm.ppf(0.05, mean, spread))
    tail = stats.norm.expect(lambda x: x, loc=mean, scale=spread, ub=stats.norm.ppf(0.05, mean, spread))
    assert gaussian_expected_shortfall(YEARS) == pytest.approx(-tail / 0.05, rel=1e-6)
    line = stats.linregress(np.arange(len(YEARS)), np.cumsum(np.log1p(YEARS)))
    expected = line.slope / line.stderr * math.sqrt(252) / len(YEARS)
    assert k_ratio_of(YEARS, 252) == pytest.approx(expected)


@given(
    returns=st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=40).map(np.array),
    factor=st.floats(0.1, 1.9),
)
def test_levering_scales_spread_and_leaves_ratios(returns: np.ndarray, factor: float) -> None:
    """Returns times a factor multiply volatility and value at risk, and leave Sharpe, Sortino and Omega."""
    assume(float(np.abs(returns).max()) > 1e-3)
    levered = returns * factor
    for figure in (volatility_per_year(returns, 252), value_at_risk(returns)):
        assert figure is not None
    assert volatility_per_year(levered, 252) == pytest.approx(
        factor * (volatility_per_year(returns, 252) or 0), abs=1e-9
    )
    assert value_at_risk(levered) == pytest.approx(factor * (value_at_risk(returns) or 0), abs=1e-9)
    for ratio in (lambda r: sharpe_ratio(r, 252), lambda r: sortino_ratio(r, 252), omega_ratio):
        own, other = ratio(returns), ratio(levered)
        assert other == (None if own is None else pytest.approx(own, rel=1e-6, abs=1e-6))


@given(shift=st.floats(-0.01, 0.01))
def test_a_shift_moves_the_mean_and_not_the_spread(shift: float) -> None:
    """The same amount on each day leaves volatility, skew, kurtosis, beta and correlation, and moves value at risk."""
    moved = YEARS + shift
    assert volatility_per_year(moved, 252) == pytest.approx(volatility_per_year(YEARS, 252))
    assert (skewness(moved), kurtosis(moved)) == pytest.approx((skewness(YEARS), kurtosis(YEARS)), abs=1e-6)
    assert beta_of(moved, INDEX) == pytest.approx(beta_of(YEARS, INDEX))
    assert correlation_of(moved, INDEX) == pytest.approx(correlation_of(YEARS, INDEX))
    assert value_at_risk(moved) == pytest.approx((value_at_risk(YEARS) or 0) - shift)
    assert alpha_of(moved, INDEX, 252) == pytest.approx((alpha_of(YEARS, INDEX, 252) or 0) + 252 * shift)


def test_a_benchmark_beside_itself() -> None:
    """Beta and capture are one, alpha and tracking error zero, and there is no information ratio."""
    assert beta_of(INDEX, INDEX) == pytest.approx(1)
    assert alpha_of(INDEX, INDEX, 252) == pytest.approx(0, abs=1e-12)
    assert capture_of(INDEX, INDEX, rising=False) == pytest.approx(1)
    assert tracking_error_of(INDEX, INDEX, 252) == 0
    assert information_ratio_of(INDEX, INDEX, 252) is None


def test_days_without_a_benchmark_are_left_out() -> None:
    """The join keeps the days that both have."""
    holes = MARKET.copy()
    holes[[1, 5]] = np.nan
    own, other = paired(RETURNS, holes)
    assert len(own) == len(other) == 10
    assert not np.isnan(other).any()


def test_the_risk_free_rate_compounds_to_its_year() -> None:
    """The daily rate makes the yearly one in P days; without a rate returns stay what they are."""
    daily = rate_per_period(0.05, 252)
    assert (1 + daily) ** 252 == pytest.approx(1.05)
    assert excess_returns(RETURNS, risk_free=0.05, periods_per_year=252) == pytest.approx(RETURNS - daily)
    assert excess_returns(RETURNS, risk_free=0.0, periods_per_year=252) is RETURNS


@pytest.mark.parametrize("returns", [[], [0.01], [0.01] * 9, [0.0] * 5, [-1.0, 0.5], [-0.2] * 4])
def test_what_cannot_be_computed_is_none(returns: list[float]) -> None:
    """Empty, single, constant, wiped-out and losing series give finite figures or none, never a stand-in."""
    column = np.array(returns, dtype=np.float64)
    for name, value in risk_sheet(column).items():
        assert value is None or math.isfinite(value), name
    for figure in (omega_ratio(column), tail_ratio_of(column), k_ratio_of(column, 252), gaussian_value_at_risk(column)):
        assert figure is None or math.isfinite(figure)
    assert beta_of(column, np.zeros(len(column))) is None
    if len(set(returns)) < 2:
        assert sharpe_ratio(column, 252) is None


def test_a_wipe_out_has_no_growth_rate() -> None:
    """Losing everything is not a rate, and a rate beyond every scale is none either."""
    assert growth_per_year(np.array([-1.0, 0.5]), 252) is None
    assert growth_per_year(np.array([0.9]), 252) is None
    assert ulcer_index(np.zeros(0)) is None
