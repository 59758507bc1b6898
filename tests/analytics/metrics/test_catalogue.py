"""Every metric against a value worked out by hand, and the laws all of them keep."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics import FAMILIES, Cost, MetricInput, all_metrics, compute_metrics, light_slugs
from analytics.runs import runs_z_score
from domain.performance import Unit
from tests.analytics.metrics.samples import MAE, MARKET, MFE, PNL, RETURNS, of_returns, rich
from tests.analytics.samples_of_frames import figures

KNOWN = ~np.isnan(MAE)
TWICE_TWENTY = np.tile([1.0, 1.0, -1.0, -1.0], 10)  # twenty wins and losses in twenty runs
QUARTER = np.tile(RETURNS, 3)
INDEX = np.tile(MARKET, 3)
DAYS = len(QUARTER)
SENTINELS = (999.99, -100.0, 9999.0, 1e308)

GOLDEN = {
    "net_pnl": 220, "gross_pnl": 220 + 17, "fees": 17, "trades": 10, "wins": 5, "losses": 4, "breakevens": 1,
    "win_rate": 5 / 9, "win_rate_all": 0.5, "profit_factor": 520 / 300, "expectancy": 22, "median_trade": 25,
    "payoff": 104 / 75, "avg_win": 104, "avg_loss": -75, "largest_win": 200, "largest_loss": -100,
    "median_win": 90, "median_loss": -80, "largest_win_share": 200 / 520, "profit_concentration": 200 / 520,
    "expectancy_r": 0.275, "median_r": 25 / 80, "r_coverage": 1, "expectancy_proxy_r": 22 / 75, "sqn": 0.702924,
    "longest_win_streak": 2, "longest_loss_streak": 2, "current_streak": 2,
    "avg_hold": 5.5 * 3600, "median_hold": 5.5 * 3600, "avg_hold_win": (1 + 3 + 6 + 9 + 10) / 5 * 3600,
    "avg_hold_loss": (2 + 4 + 5 + 8) / 4 * 3600, "median_hold_win": 6 * 3600, "median_hold_loss": 4.5 * 3600,
    "day_win_rate": 5 / 9, "avg_day": 220 / 9, "best_day": 200, "worst_day": -100,
    "fees_paid": 18, "rebates": 1, "avg_fee": 1.7, "fee_drag": 17 / 237, "fee_rate": 17 / 19_525,
    "fees_commission": 9, "fees_exchange": -1, "fees_regulatory": 0.5, "fees_tax": 2.5, "fees_financing": 1,
    "fees_conversion": 0.25, "fees_other": 0.75, "fees_estimated": 2, "fees_untold": 2,
    "volume": 19_525, "trades_per_day": 1, "time_exposure": 55 / (9 * 24 + 10),
    "capital_exposure": 1_000 * 55 / (9 * 24 + 10) / 10_087, "turnover": 9_644 / 10_087 * 252 / 10,
    "avg_mae": MAE[KNOWN].mean(), "avg_mfe": MFE[KNOWN].mean(), "avg_mae_r": MAE[KNOWN].mean() / 80,
    "avg_mfe_r": MFE[KNOWN].mean() / 80, "mae_of_wins": -60 / 4, "mfe_of_losses": 90 / 4,
    "give_back": (720 - 170 - 18) / 9, "entry_efficiency": 0.5, "exit_efficiency": 3.9 / 8,
    "total_efficiency": -0.1 / 8, "excursion_coverage": 0.8,
    "total_return": 0.022, "cagr": 1.022 ** (252 / 10) - 1,
    "max_drawdown_money": -140, "max_drawdown": -0.0138340, "max_drawdown_days": 5, "recovery_factor": 220 / 140,
    "current_drawdown_money": 0, "days_to_trough": 4, "days_to_recover": 1, "under_water": 0.6,
    "intra_trade_drawdown_money": -160, "kelly": 0.235043, "half_kelly": 0.1175214, "t_statistic": 0.702924,
    "t_p_value": 0.4998803, "sign_p_value": 1, "trades_needed": 71,
}  # fmt: skip
OF_RETURNS = {
    "sharpe": math.sqrt(252) * QUARTER.mean() / QUARTER.std(ddof=1), "sortino": 4.668468,
    "volatility": math.sqrt(252) * QUARTER.std(ddof=1), "downside": 252 * QUARTER.mean() / 4.668468,
    "omega": RETURNS[RETURNS > 0].sum() / -RETURNS[RETURNS < 0].sum(), "calmar": 31.579345, "ulcer": 0.0100663,
    "upi": 0.6344746 / 0.0100663, "winning_days_return": 0.009, "losing_days_return": -0.00975,
    "var_95": -float(np.quantile(QUARTER, 0.05)), "cvar_95": 0.02, "skew": -0.797500, "excess_kurtosis": -0.209643,
    "var_95_gaussian": 1.6448536 * QUARTER.std(ddof=1) - QUARTER.mean(),
    "cvar_95_gaussian": 2.0627128 * QUARTER.std(ddof=1) - QUARTER.mean(),
    "tail_ratio": float(np.quantile(QUARTER, 0.95) / -np.quantile(QUARTER, 0.05)),
    "beta": 1.315234, "alpha": 0.00684163, "correlation": 0.995189,
    "tracking_error": math.sqrt(252) * (QUARTER - INDEX).std(ddof=1),
    "information_ratio": math.sqrt(252) * (QUARTER - INDEX).mean() / (QUARTER - INDEX).std(ddof=1),
    "up_capture": 1.340426, "down_capture": 1.344828, "treynor": 252 * QUARTER.mean() / 1.315234,
}  # fmt: skip
ELSEWHERE = {
    "runs_z", "k_ratio", "psr", "dsr", "min_track_record", "growth_optimal_fraction", "risk_of_ruin",
    "likely_drawdown", "bad_drawdown", "expectancy_low", "expectancy_high",
}  # fmt: skip
"""Tested below by name."""


def value_of(data: MetricInput, slug: str) -> float | None:
    """One figure."""
    return compute_metrics(data, [slug])[slug].value


def reason_of(data: MetricInput, slug: str) -> str:
    """Why there is no figure."""
    return compute_metrics(data, [slug])[slug].reason


@pytest.mark.parametrize("slug", sorted(GOLDEN))
def test_ten_trades_give_the_figures_worked_out_by_hand(slug: str) -> None:
    """Each figure of the golden set with fees, times, values and excursions."""
    assert value_of(rich(), slug) == pytest.approx(GOLDEN[slug], rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("slug", sorted(OF_RETURNS))
def test_returns_give_the_figures_worked_out_by_hand(slug: str) -> None:
    """Each figure of 36 daily returns beside a benchmark's."""
    calmar_like = slug in ("calmar", "ulcer", "upi")
    data = of_returns(RETURNS if calmar_like else QUARTER, None if calmar_like else INDEX)
    assert value_of(data, slug) == pytest.approx(OF_RETURNS[slug], rel=2e-5)


def test_every_metric_has_a_textbook_value() -> None:
    """No metric joins the catalogue without a value that a test works out."""
    assert set(all_metrics()) == set(GOLDEN) | set(OF_RETURNS) | ELSEWHERE


def test_the_probabilistic_sharpe_ratio_of_published_returns() -> None:
    """Twelve returns: 0.72477; the days that would prove it; the best of one try is luck's zero."""
    data = of_returns(RETURNS)
    assert value_of(data, "psr") == pytest.approx(0.72477, abs=5e-6)
    sharpe = RETURNS.mean() / RETURNS.std(ddof=1)
    variance = 1 + 0.797500 * sharpe + 1.790357 / 4 * sharpe**2
    assert value_of(data, "min_track_record") == pytest.approx(1 + variance * (1.644854 / sharpe) ** 2, rel=1e-5)
    assert reason_of(data, "dsr") == "how many variants were tried is not known"
    assert value_of(replace(data, trials=1), "dsr") == pytest.approx(0.72477, abs=5e-6)
    many = value_of(replace(data, trials=20), "dsr")
    assert many is not None
    assert many < 0.25
    assert reason_of(of_returns(RETURNS[:9]), "psr") == "fewer than ten trading days"


def test_the_runs_score_is_wald_and_wolfowitz() -> None:
    """The golden set's score by the correct form, and none where wins or losses are too few to tell."""
    assert runs_z_score(rich().outcome) == pytest.approx(1.12451, abs=5e-6)
    assert reason_of(rich(), "runs_z") == "fewer than 10 wins or losses"
    twice = 2 * 20 * 20
    deviation = math.sqrt(twice * (twice - 40) / (40**2 * 39))
    assert value_of(figures(TWICE_TWENTY), "runs_z") == pytest.approx((20 - (twice / 40 + 1)) / deviation)
    assert runs_z_score(np.ones(5, dtype=np.int8)) is None


def test_growth_optimal_risk_is_kelly_for_even_bets() -> None:
    """Six wins and four losses of 1R: 20 % of the account, as Kelly says; 0 without an edge, none without a loss."""
    bets = figures([80.0] * 6 + [-80.0] * 4, risk=np.full(10, 80.0))
    assert value_of(bets, "growth_optimal_fraction") == pytest.approx(0.2)
    assert value_of(bets, "kelly") == pytest.approx(0.2)
    losing = figures([80.0] * 4 + [-80.0] * 6, risk=np.full(10, 80.0))
    assert value_of(losing, "growth_optimal_fraction") == 0
    assert reason_of(figures([80.0], risk=np.full(1, 80.0)), "growth_optimal_fraction").startswith("no losing trade")
    assert reason_of(figures([80.0]), "growth_optimal_fraction") == "no trade has a planned stop"


def test_ruin_grows_with_the_risk_and_is_certain_without_an_edge() -> None:
    """The same trades at 1 % and at 20 % of the account; without an edge the figure says what time will do."""
    small = rich(starting_balance=8_000.0)
    large = rich(starting_balance=400.0)
    assert value_of(small, "risk_of_ruin") == pytest.approx(0.0, abs=0.02)
    assert value_of(large, "risk_of_ruin") == pytest.approx(1.0, abs=0.05)
    likely, bad = value_of(small, "likely_drawdown"), value_of(small, "bad_drawdown")
    assert likely is not None
    assert bad is not None
    assert -1 < bad < likely < 0
    losing = compute_metrics(figures(-PNL, risk=np.full(10, 80.0)), ["risk_of_ruin"])["risk_of_ruin"]
    assert losing.note == "Without a positive expectancy ruin is certain in the long run."
    assert reason_of(figures(PNL), "risk_of_ruin") == "fewer than two trades with a planned stop"


def test_the_bounds_of_the_expectancy_hold_it() -> None:
    """The bootstrap bounds lie around the mean and are the same each time."""
    low, high = value_of(rich(), "expectancy_low"), value_of(rich(), "expectancy_high")
    assert low == pytest.approx(-36, abs=4)
    assert high == pytest.approx(80, abs=4)
    assert value_of(rich(), "expectancy_low") == low


def test_a_straight_line_has_no_k_ratio_and_a_crooked_one_has() -> None:
    """A slope without error is no ratio; three days are the least."""
    from scipy import stats  # noqa: PLC0415 - an oracle of this test alone

    line = stats.linregress(np.arange(DAYS), np.cumsum(np.log1p(QUARTER)))
    expected = line.slope / line.stderr * math.sqrt(252) / DAYS
    assert value_of(of_returns(QUARTER), "k_ratio") == pytest.approx(expected)
    assert reason_of(of_returns(RETURNS[:2]), "k_ratio") == "fewer than three trading days"


def test_a_short_record_says_that_its_rate_is_a_projection() -> None:
    """Less than a year is marked, a year is not."""
    short = compute_metrics(of_returns(RETURNS), ["cagr"])["cagr"]
    assert short.note == "Annualised from less than a year."
    assert not compute_metrics(of_returns(np.tile(RETURNS, 21)), ["cagr"])["cagr"].note


def test_the_calendar_of_the_account_annualises() -> None:
    """Around the clock a year has 365 days: volatility grows with its root."""
    exchange, always = of_returns(QUARTER), replace(of_returns(QUARTER), periods_per_year=365.0)
    ratio = (value_of(always, "volatility") or 0) / (value_of(exchange, "volatility") or 1)
    assert ratio == pytest.approx(math.sqrt(365 / 252))


def test_the_risk_free_rate_lowers_the_ratios() -> None:
    """Sharpe is that of the returns above the daily rate; the growth rate stays."""
    data = replace(of_returns(QUARTER), risk_free=0.05)
    above = QUARTER - (1.05 ** (1 / 252) - 1)
    assert value_of(data, "sharpe") == pytest.approx(math.sqrt(252) * above.mean() / above.std(ddof=1))
    assert value_of(data, "cagr") == value_of(of_returns(QUARTER), "cagr")
    assert (value_of(data, "upi") or 0) < (value_of(of_returns(QUARTER), "upi") or 0)


def test_overlapping_trades_expose_their_union() -> None:
    """Two trades at once count once; a gap counts not at all."""
    opened = np.array([0, 30, 5, 60]) * 60_000_000
    closed = np.array([20, 40, 50, 100]) * 60_000_000
    data = figures([1, 1, 1, 1], opened_at=opened, closed_at=closed, held_seconds=(closed - opened) / 1e6)
    assert value_of(data, "time_exposure") == pytest.approx((50 + 40) / 100)


@given(
    pairs=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), min_size=1, max_size=30),
)
def test_time_in_the_market_equals_counting_minutes(pairs: list[tuple[int, int]]) -> None:
    """The union of any holding times equals marking each minute."""
    rows = sorted(((start + length), start) for start, length in pairs)
    minutes = {minute for end, start in rows for minute in range(start, end)}
    opened, closed = (np.array([row[place] for row in rows]) * 60_000_000 for place in (1, 0))
    data = figures([1.0] * len(rows), opened_at=opened, closed_at=closed)
    span = rows[-1][0] - min(start for _, start in rows)
    assert value_of(data, "time_exposure") == pytest.approx(len(minutes) / span)


@pytest.mark.parametrize(
    ("data", "slug", "reason"),
    [
        (figures([]), "median_win", "no winning trade"),
        (figures([5.0]), "median_loss", "no losing trade"),
        (figures([]), "profit_concentration", "no winning trade"),
        (figures([5.0]), "expectancy_proxy_r", "no losing trade"),
        (figures([-5.0]), "fee_drag", "no gross profit"),
        (figures([5.0]), "fee_rate", "traded values are not known"),
        (figures([]), "volume", "no closed trade"),
        (figures([5.0]), "total_return", "starting balance unknown"),
        (figures([5.0]), "turnover", "no closed trade"),
        (figures([5.0, 4.0]), "days_to_trough", "no drawdown"),
        (figures([5.0, -4.0]), "days_to_recover", "not recovered yet"),
        (figures([5.0]), "avg_mae", "candles are not at hand"),
        (figures([5.0]), "intra_trade_drawdown_money", "candles are not at hand"),
        (figures([5.0, 4.0], starting_balance=1e3), "calmar", "no drawdown"),
        (figures([5.0, 4.0], starting_balance=1e3), "omega", "no losing day"),
        (figures([5.0, 4.0], starting_balance=1e3), "beta", "no benchmark with prices"),
        (of_returns(RETURNS, MARKET), "beta", "fewer than 30 days with a benchmark"),
        (of_returns(QUARTER, np.full(36, np.nan)), "alpha", "fewer than 30 days with a benchmark"),
        (of_returns(QUARTER, np.zeros(36)), "beta", "the benchmark does not vary"),
        (of_returns(-QUARTER), "min_track_record", "the Sharpe ratio is not above zero"),
        (figures([-1e3, 5.0], starting_balance=1e3), "cagr", "equity fell to zero"),
        (figures([5.0, 5.0]), "trades_needed", "values do not vary"),
    ],
)
def test_what_is_undefined_says_why(data: MetricInput, slug: str, reason: str) -> None:
    """No stand-in, but the reason in words."""
    assert (value_of(data, slug), reason_of(data, slug)) == (None, reason)


def test_money_scales_with_the_currency_and_ratios_stay() -> None:
    """At any rate money is multiplied and nothing else changes; resampled figures included."""
    slugs = list(all_metrics())
    plain, other = compute_metrics(rich(), slugs), compute_metrics(rich(37.25), slugs)
    for slug, value in plain.items():
        factor = 37.25 if value.unit is Unit.MONEY else 1
        expected = None if value.value is None else pytest.approx(value.value * factor, rel=1e-6, abs=1e-7)
        assert other[slug].value == expected, slug
        assert (other[slug].n, other[slug].reason) == (value.n, value.reason)


def test_more_on_each_trade_moves_what_it_should() -> None:
    """Ten more a trade: means and middles move by ten, spreads do not."""
    plain, moved = figures(PNL), figures(PNL + 10)
    for slug in ("expectancy", "median_trade"):
        assert value_of(moved, slug) == pytest.approx((value_of(plain, slug) or 0) + 10)
    spread = [(value_of(data, "expectancy") or 0) / (value_of(data, "t_statistic") or 1) for data in (plain, moved)]
    assert spread[0] == pytest.approx(spread[1])


@settings(max_examples=60)
@given(
    pnl=st.lists(st.one_of(st.just(0.0), st.floats(-1e6, 1e6).map(lambda money: round(money, 4))), max_size=20),
    start=st.one_of(st.none(), st.floats(1, 1e6)),
    risk=st.one_of(st.just(math.nan), st.floats(0.01, 1e5)),
)
def test_no_metric_ever_returns_a_stand_in(pnl: list[float], start: float | None, risk: float) -> None:
    """Any trades at all, heavy figures included: finite, or none with a reason; never 999.99 and its like."""
    n = len(pnl)
    opened = np.arange(n) * 3_600_000_000
    data = figures(
        pnl,
        starting_balance=start,
        risk=np.full(n, risk),
        opened_at=opened,
        closed_at=opened + 1,
        side=np.ones(n, dtype=np.int8),
        entry_value=np.full(n, 10.0),
        exit_value=np.full(n, 11.0),
        benchmark=lambda days: np.linspace(-0.01, 0.01, len(days)),
    )
    for slug, value in compute_metrics(data, list(all_metrics())).items():
        assert (value.value is None) == bool(value.reason), slug
        assert value.value is None or math.isfinite(value.value), slug
        assert value.value not in SENTINELS or value.value in (*np.cumsum(pnl), *pnl), slug


def test_families_are_listed_in_their_order() -> None:
    """Every family has a title, and the catalogue follows their order without interleaving."""
    order = [metric.family for metric in all_metrics().values()]
    assert list(dict.fromkeys(order)) == list(FAMILIES)
    assert sorted(order, key=list(FAMILIES).index) == order


def test_what_takes_long_is_computed_only_when_asked_for() -> None:
    """Without names only the light metrics are there, and candles and benchmark are not even read."""

    def fail(*_: object) -> None:
        raise AssertionError("read")

    data = rich(prices=fail, benchmark=fail)
    assert set(compute_metrics(data)) == set(light_slugs())
    heavy = set(all_metrics()) - set(light_slugs())
    assert {"avg_mae", "risk_of_ruin", "beta", "expectancy_low"} < heavy
    assert all(all_metrics()[slug].cost is not Cost.LIGHT for slug in heavy)
    with pytest.raises(AssertionError, match="read"):
        compute_metrics(data, ["avg_mae"])


def test_low_sample_is_what_the_metric_says() -> None:
    """A quantile of the worst twentieth needs a hundred days, a mean thirty."""
    values = compute_metrics(of_returns(np.tile(RETURNS, 5)), ["var_95", "sharpe"])
    assert values["var_95"].low_sample
    assert not values["sharpe"].low_sample


def test_an_estimate_from_part_of_the_candles_says_so() -> None:
    """Nine of ten trades have candles: the figures are estimates and say of how many."""
    value = compute_metrics(rich(), ["avg_mae"])["avg_mae"]
    assert (value.n, value.note) == (9, "Estimate: candles of 9 of 10 trades, whole for 8.")
