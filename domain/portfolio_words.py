"""Names of a portfolio's figures and what each means; light, because pages and reports both need them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RETURN_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "twr": ("Time-weighted", "What the money earned whatever came and went."),
        "twr_annual": ("Time-weighted, a year", "The time-weighted return as a rate a year, from a year on."),
        "mwr": ("Money-weighted", "XIRR: what your own deposits and withdrawals earned; a rate a year from a year on."),
        "dietz": ("Modified Dietz", "Gain over the average capital, each flow weighted by the time it was there."),
        "benchmark": ("Benchmark", "Return of the benchmark over the same days."),
        "volatility": ("Volatility", "Standard deviation of daily returns, a year."),
        "sharpe": ("Sharpe ratio", "Mean over deviation of daily returns, a year; no risk-free rate."),
        "sortino": ("Sortino ratio", "Like Sharpe, with falls only."),
        "max_drawdown": ("Max drawdown", "Deepest fall of the time-weighted curve below its peak."),
        "beta": ("Beta", "How far the portfolio moves when the benchmark moves by 1 %."),
        "alpha": ("Alpha", "Return a year that following the benchmark does not explain."),
        "correlation": ("Correlation", "With the benchmark's daily returns."),
        "tracking_error": ("Tracking error", "Deviation from the benchmark, a year."),
        "information_ratio": ("Information ratio", "Gain over the benchmark per unit of deviation from it."),
    }
)  # fmt: skip
"""By slug: what a figure is called, and one sentence about it."""
SIGNED_RETURNS = frozenset({"twr", "twr_annual", "mwr", "dietz", "benchmark", "alpha"})
"""Those written with a plus where they are above zero."""
