"""Return for risk from a series of returns per period: the one definition behind metrics, portfolios and reports.

Every function takes returns as fractions, float64 without NaN, in time order, all periods included
(days without a trade are returns of 0). What cannot be computed is None.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.moments import deviation, kurtosis, quantile, skewness

if TYPE_CHECKING:
    from domain.columns import Floats

TAIL = 0.05
MOST = 1e12
_NORMAL = NormalDist()


def rate_per_period(rate: float | Floats, periods_per_year: float) -> Any:
    """Return a yearly rate, or each of several, as a rate per period: (1 + rate)^(1 / P) - 1."""
    return (1 + rate) ** (1 / periods_per_year) - 1


def excess_returns(returns: Floats, *, risk_free: float | Floats, periods_per_year: float) -> Floats:
    """Return the returns above a yearly risk-free rate, or above one for each of them."""
    found: Floats = returns - rate_per_period(risk_free, periods_per_year) if np.any(risk_free) else returns
    return found


def sharpe_ratio(returns: Floats, periods_per_year: float) -> float | None:
    """Annualised mean over standard deviation of excess returns; None when constant.

    **Source:** W. Sharpe, The Sharpe Ratio, 1994.
    """
    spread = deviation(returns)
    return None if spread is None else math.sqrt(periods_per_year) * float(returns.mean()) / spread


def downside_deviation(returns: Floats) -> float | None:
    """Root mean square of the returns below 0, over all periods; None without a period.

    **Source:** F. Sortino, R. van der Meer, Downside Risk, 1991.
    """
    if not len(returns):
        return None
    falls = np.minimum(returns, 0)
    return math.sqrt(float(falls @ falls) / len(returns))


def sortino_ratio(returns: Floats, periods_per_year: float) -> float | None:
    """Annualised mean over downside deviation (target 0, over all periods); None without a loss.

    **Source:** F. Sortino; C. Bacon 2008.
    """
    downside = downside_deviation(returns)
    if len(returns) < 2 or not downside:
        return None
    return math.sqrt(periods_per_year) * float(returns.mean()) / downside


def volatility_per_year(returns: Floats, periods_per_year: float) -> float | None:
    """Annualised sample standard deviation; None for fewer than two returns."""
    return math.sqrt(periods_per_year) * float(returns.std(ddof=1)) if len(returns) > 1 else None


def omega_ratio(returns: Floats, threshold: float = 0.0) -> float | None:
    """Sum of the returns above a threshold over the sum below it; None without a return below.

    **Source:** C. Keating, W. Shadwick, A Universal Performance Measure, 2002.
    """
    above = returns - threshold
    below = -float(np.minimum(above, 0).sum())
    return float(np.maximum(above, 0).sum()) / below if below > 0 else None


def total_return(returns: Floats) -> float:
    """Return the compounded return of all periods."""
    return float(np.prod(1 + returns)) - 1


def growth_per_year(returns: Floats, periods_per_year: float) -> float | None:
    """Compound annual growth rate, years = periods / P; None when all is lost or the figure leaves every scale.

    **Source:** CFA Institute, Global Investment Performance Standards 2020 (geometric linking).
    """
    end = 1 + total_return(returns)
    if not len(returns) or end <= 0:
        return None
    power = math.log(end) * periods_per_year / len(returns)
    return math.expm1(power) if power < math.log(MOST) else None


def underwater(returns: Floats) -> Floats:
    """Return how far the compounded value lies below its peak after each period, <= 0, the start in the peak."""
    value = np.cumprod(1 + returns)
    falls: Floats = value / np.maximum(np.maximum.accumulate(value), 1.0) - 1
    return falls


def longest_underwater(falls: Floats) -> int:
    """Return the most periods in a row below the peak."""
    edges = np.flatnonzero(np.diff(falls < 0, prepend=False, append=False))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def ulcer_index(falls: Floats) -> float | None:
    """Root mean square of the drawdowns of all periods, a fraction; None without a period.

    **Source:** P. Martin, B. McCann, The Investor's Guide to Fidelity Funds, 1989.
    """
    return math.sqrt(float(falls @ falls) / len(falls)) if len(falls) else None


def value_at_risk(returns: Floats, tail: float = TAIL) -> float | None:
    """Loss that a period exceeds with probability `tail`: the historical quantile, positive for a loss.

    **Source:** P. Jorion, Value at Risk, 2006; quantile type 7.
    """
    return -quantile(returns, tail) if len(returns) > 1 else None


def expected_shortfall(returns: Floats, tail: float = TAIL) -> float | None:
    """Mean loss of the periods at or beyond the historical value at risk.

    **Source:** C. Acerbi, D. Tasche, Expected Shortfall, 2002.
    """
    if len(returns) < 2:
        return None
    return -float(returns[returns <= quantile(returns, tail)].mean())


def gaussian_value_at_risk(returns: Floats, tail: float = TAIL) -> float | None:
    """Value at risk if returns were normal: -(mean + z x sd)."""
    spread = deviation(returns)
    return None if spread is None else -(float(returns.mean()) + _NORMAL.inv_cdf(tail) * spread)


def gaussian_expected_shortfall(returns: Floats, tail: float = TAIL) -> float | None:
    """Expected shortfall if returns were normal: sd x density(z) / tail - mean."""
    spread = deviation(returns)
    if spread is None:
        return None
    return spread * _NORMAL.pdf(_NORMAL.inv_cdf(tail)) / tail - float(returns.mean())


def tail_ratio_of(returns: Floats, tail: float = TAIL) -> float | None:
    """Upper quantile over the absolute lower one; None unless the lower one is a loss."""
    if len(returns) < 2:
        return None
    low = quantile(returns, tail)
    return quantile(returns, 1 - tail) / -low if low < 0 else None


def k_ratio_of(returns: Floats, periods_per_year: float) -> float | None:
    """Slope of the log equity over its standard error, times sqrt(P) / n; None for fewer than three returns.

    **Source:** L. Kestner, (Re-)Introducing the K-Ratio, 2013.
    """
    n = len(returns)
    if n < 3 or (returns <= -1).any():
        return None
    line = np.cumsum(np.log1p(returns))
    time = np.arange(n) - (n - 1) / 2
    spread = float(time @ time)
    slope = float(time @ line) / spread
    misses = line - line.mean() - slope * time
    error = math.sqrt(float(misses @ misses) / (n - 2) / spread)
    return slope / error * math.sqrt(periods_per_year) / n if error > 1e-12 * abs(slope) and error > 0 else None


def risk_sheet(returns: Floats, *, periods_per_year: float = 252.0) -> dict[str, float | None]:
    """Return fifteen risk figures of one series, sharing the work.

    Args:
        returns: Per period, fractions.
        periods_per_year: 252 on exchanges, 365 around the clock.

    Returns:
        sharpe, sortino, volatility, cagr, max_drawdown, calmar, value_at_risk, expected_shortfall,
        skew, kurtosis (excess), best, worst, win_rate, longest_underwater (periods), ulcer_index.
    """
    if not len(returns):
        return dict.fromkeys(_SHEET)
    falls = underwater(returns)
    deepest, growth = float(falls.min()), growth_per_year(returns, periods_per_year)
    raw, moved = kurtosis(returns), int(np.count_nonzero(returns))
    values = (
        sharpe_ratio(returns, periods_per_year),
        sortino_ratio(returns, periods_per_year),
        volatility_per_year(returns, periods_per_year),
        growth,
        min(deepest, 0.0),
        None if growth is None or deepest >= 0 else growth / -deepest,
        value_at_risk(returns),
        expected_shortfall(returns),
        skewness(returns),
        None if raw is None else raw - 3,
        float(returns.max()),
        float(returns.min()),
        float((returns > 0).sum()) / moved if moved else None,
        float(longest_underwater(falls)),
        ulcer_index(falls),
    )
    return dict(zip(_SHEET, values, strict=True))


_SHEET = (
    "sharpe",
    "sortino",
    "volatility",
    "cagr",
    "max_drawdown",
    "calmar",
    "value_at_risk",
    "expected_shortfall",
    "skew",
    "kurtosis",
    "best",
    "worst",
    "win_rate",
    "longest_underwater",
    "ulcer_index",
)
