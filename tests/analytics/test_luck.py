"""The luck meter: intervals of the headline figures from one resampling."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.inference import mean_interval
from analytics.luck import luck_figures
from analytics.metrics import compute_metrics
from tests.analytics.samples_of_frames import figures

PNL = np.random.default_rng(21).normal(12, 100, 600)


def found(pnl: np.ndarray, **columns: object) -> dict[str, object]:
    """Return the intervals by figure."""
    return {item.slug: item for item in luck_figures(figures(pnl, **columns))}


def test_every_interval_holds_its_figure() -> None:
    """The value of the catalogue lies within; the interval of the expectancy is that of every page."""
    data = figures(PNL, starting_balance=100_000.0, risk=np.full(600, 50.0))
    values = compute_metrics(data, [item.slug for item in luck_figures(data)])
    for item in luck_figures(data):
        value = values[item.slug].value
        assert value is not None
        assert item.interval.low is not None
        assert item.interval.high is not None
        assert item.interval.low < value < item.interval.high, item.slug
    assert luck_figures(data)[0].interval == mean_interval(PNL)


def test_an_edge_is_told_from_none() -> None:
    """A clear edge is above luck in every figure that can say so; without one nothing is."""
    strong = found(np.random.default_rng(1).normal(50, 100, 400), starting_balance=1e5)
    none = found(np.random.default_rng(2).normal(0, 100, 400), starting_balance=1e5)
    for slug in ("expectancy", "profit_factor", "sharpe"):
        assert strong[slug].is_proven is True  # type: ignore[attr-defined]
        assert none[slug].is_proven is False  # type: ignore[attr-defined]
    assert strong["win_rate"].is_proven is None  # type: ignore[attr-defined]


def test_the_win_rate_has_the_binomial_interval() -> None:
    """Of 400 decided trades with 40 % wins it is 40 % give or take 4.8 %, as the normal approximation has it."""
    pnl = np.random.default_rng(3).permutation(np.append(np.full(160, 30.0), np.full(240, -10.0)))
    interval = found(pnl)["win_rate"].interval  # type: ignore[attr-defined]
    half = 1.96 * np.sqrt(0.4 * 0.6 / 400)
    assert (interval.low, interval.high) == pytest.approx((0.4 - half, 0.4 + half), abs=0.006)


def test_blocks_agree_with_single_trades() -> None:
    """Drawing blocks of a large book gives the width that drawing its trades gives."""
    pnl = np.random.default_rng(4).normal(3, 100, 40_000)
    interval = found(pnl)["win_rate"].interval  # type: ignore[attr-defined]
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(40_000), rel=0.12)


def test_money_scales_and_ratios_stay() -> None:
    """In another currency the expectancy's interval is that of the rate, win rate and factors the same."""
    one, ten = found(PNL), found(PNL * 10)
    assert ten["expectancy"].interval.low == pytest.approx(one["expectancy"].interval.low * 10)  # type: ignore[attr-defined]
    for slug in ("win_rate", "profit_factor", "payoff"):
        assert ten[slug].interval.bounds == pytest.approx(one[slug].interval.bounds)  # type: ignore[attr-defined]


@pytest.mark.parametrize("n", [0, 1, 9])
def test_few_trades_have_no_interval(n: int) -> None:
    """Below ten trades each figure says why there is none."""
    for item in luck_figures(figures(PNL[:n], starting_balance=1e5)):
        assert item.interval.bounds is None
        assert item.interval.reason


def test_without_a_loss_there_is_no_ratio() -> None:
    """A profit factor without a loss is undefined in every resample."""
    items = found(np.abs(PNL[:50]) + 1)
    assert items["profit_factor"].interval.bounds is None  # type: ignore[attr-defined]
    assert items["win_rate"].interval.bounds == (1.0, 1.0)  # type: ignore[attr-defined]
