"""Fifteen risk figures of daily returns against quantstats: `python -m benchmarks.bench_risk`."""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np

from analytics.risk import risk_sheet
from benchmarks.figures import Figure
from benchmarks.timing import interleave, ratio, show

YEARS = 10
REPEATS = 50
AGREED = ("sharpe", "sortino", "volatility", "cagr", "max_drawdown", "calmar", "best", "worst", "win_rate")


def plain_sheet(returns: np.ndarray) -> dict[str, float]:
    """The yardstick: the same figures with nothing checked."""
    n, mean, spread = len(returns), returns.mean(), returns.std(ddof=1)
    value = np.cumprod(1 + returns)
    falls = value / np.maximum(np.maximum.accumulate(value), 1.0) - 1
    centred = returns - mean
    second = (centred * centred).mean()
    low = np.quantile(returns, 0.05)
    growth = value[-1] ** (252 / n) - 1
    edges = np.flatnonzero(np.diff(np.r_[False, falls < 0, False].view(np.int8)))
    return {
        "sharpe": mean / spread * 252**0.5,
        "sortino": mean / np.sqrt((np.minimum(returns, 0) ** 2).sum() / n) * 252**0.5,
        "volatility": spread * 252**0.5,
        "cagr": growth,
        "max_drawdown": falls.min(),
        "calmar": growth / -falls.min(),
        "value_at_risk": -low,
        "expected_shortfall": -returns[returns <= low].mean(),
        "skew": (centred**3).mean() / second**1.5,
        "kurtosis": (centred**4).mean() / second**2 - 3,
        "best": returns.max(),
        "worst": returns.min(),
        "win_rate": (returns > 0).sum() / (returns != 0).sum(),
        "longest_underwater": (edges[1::2] - edges[::2]).max(),
        "ulcer_index": np.sqrt((falls * falls).mean()),
    }


def quantstats_sheet(returns: object) -> dict[str, float]:
    """The same fifteen by quantstats."""
    from quantstats import stats  # noqa: PLC0415

    return {
        "sharpe": stats.sharpe(returns),
        "sortino": stats.sortino(returns),
        "volatility": stats.volatility(returns),
        "cagr": stats.cagr(returns),
        "max_drawdown": stats.max_drawdown(returns),
        "calmar": stats.calmar(returns),
        "value_at_risk": stats.value_at_risk(returns),
        "expected_shortfall": stats.cvar(returns),
        "skew": stats.skew(returns),
        "kurtosis": stats.kurtosis(returns),
        "best": stats.best(returns),
        "worst": stats.worst(returns),
        "win_rate": stats.win_rate(returns),
        "longest_underwater": stats.drawdown_details(stats.to_drawdown_series(returns))["days"].max(),
        "ulcer_index": stats.ulcer_index(returns),
    }


def figures(rows: int = 1_000_000, rounds: int = 5) -> list[Figure]:
    import pandas as pd  # noqa: PLC0415

    n = min(rows, YEARS * 252)
    returns = np.random.default_rng(3).normal(5e-4, 0.012, n)
    series = pd.Series(returns, index=pd.bdate_range("2014-01-01", periods=n))
    own = risk_sheet(returns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, plain = quantstats_sheet(series), plain_sheet(returns)
        for name in AGREED:
            assert abs(own[name] - theirs[name]) <= 1e-9 * max(1, abs(own[name])), name
        assert all(abs(own[name] - plain[name]) <= 1e-9 * max(1, abs(own[name])) for name in plain)
        times = interleave(
            {
                "plain numpy (reference)": lambda: [plain_sheet(returns) for _ in range(REPEATS)],
                "risk_sheet": lambda: [risk_sheet(returns) for _ in range(REPEATS)],
                "quantstats": partial(quantstats_sheet, series),
            },
            rounds,
        )
    show(f"15 risk figures of {n:,} days; quantstats once, the others {REPEATS} times (CPU)", times, "risk_sheet")
    mine = ratio(times, "risk_sheet", "plain numpy (reference)")
    peer = ratio(times, "quantstats", "risk_sheet") * REPEATS
    return [
        Figure(id="P7", text="15 risk figures / plain numpy", value=mine, target=2, n=n),
        Figure(id="P7", text="quantstats / 15 risk figures", value=peer, target=20, at_least=True, n=n),
    ]


if __name__ == "__main__":
    figures()
