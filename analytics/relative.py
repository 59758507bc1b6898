"""A series of returns beside a benchmark's.

Both are per period, of the same periods (`paired` joins them), float64. What cannot be computed is None.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analytics.moments import deviation

if TYPE_CHECKING:
    from domain.columns import Floats


def paired(returns: Floats, benchmark: Floats) -> tuple[Floats, Floats]:
    """Return both series over the periods for which the benchmark has a return (inner join); NaN is none."""
    known = ~np.isnan(benchmark)
    return returns[known], benchmark[known]


def beta_of(returns: Floats, benchmark: Floats) -> float | None:
    """Covariance with the benchmark over its variance; None when it does not vary.

    Args:
        returns: Excess returns.
        benchmark: Excess returns of the benchmark.

    **Source:** W. Sharpe, Capital Asset Prices, 1964.
    """
    if deviation(benchmark) is None:
        return None
    centred = benchmark - benchmark.mean()
    return float((returns - returns.mean()) @ centred) / float(centred @ centred)


def alpha_of(returns: Floats, benchmark: Floats, periods_per_year: float) -> float | None:
    """Annualised mean that beta does not explain: P x (mean(r) - beta x mean(b)), arguments as `beta_of`.

    **Source:** M. Jensen, The Performance of Mutual Funds, 1968.
    """
    slope = beta_of(returns, benchmark)
    return None if slope is None else periods_per_year * (float(returns.mean()) - slope * float(benchmark.mean()))


def correlation_of(returns: Floats, benchmark: Floats) -> float | None:
    """Pearson's correlation; None when either does not vary."""
    if deviation(returns) is None or deviation(benchmark) is None:
        return None
    left, right = returns - returns.mean(), benchmark - benchmark.mean()
    value = float(left @ right) / math.sqrt(float(left @ left) * float(right @ right))
    return max(-1.0, min(1.0, value))


def tracking_error_of(returns: Floats, benchmark: Floats, periods_per_year: float) -> float | None:
    """Annualised standard deviation of the differences; None for fewer than two."""
    return math.sqrt(periods_per_year) * float((returns - benchmark).std(ddof=1)) if len(returns) > 1 else None


def information_ratio_of(returns: Floats, benchmark: Floats, periods_per_year: float) -> float | None:
    """Annualised mean over standard deviation of the differences; None when they do not vary.

    **Source:** T. Goodwin, The Information Ratio, 1998.
    """
    active = returns - benchmark
    spread = deviation(active)
    return None if spread is None else math.sqrt(periods_per_year) * float(active.mean()) / spread


def capture_of(returns: Floats, benchmark: Floats, *, rising: bool) -> float | None:
    """Mean return over the benchmark's mean, in the periods it rose (or fell); None when it never did.

    Arithmetic means: compounding only the rising periods and annualising them gives rates of thousands of percent.

    **Source:** C. Bacon, Practical Portfolio Performance Measurement, 2008.
    """
    chosen = benchmark > 0 if rising else benchmark < 0
    return float(returns[chosen].mean()) / float(benchmark[chosen].mean()) if chosen.any() else None


def treynor_of(returns: Floats, benchmark: Floats, periods_per_year: float) -> float | None:
    """Annualised mean excess return over beta; None without a beta or with one of 0.

    **Source:** J. Treynor, How to Rate Management of Investment Funds, 1965.
    """
    slope = beta_of(returns, benchmark)
    return None if slope is None or abs(slope) < 1e-12 else periods_per_year * float(returns.mean()) / slope
