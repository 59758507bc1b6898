"""How far the headline figures could be luck: one resampling of the book for all of them.

All these figures are made of sums over trades. So the trades are added up in consecutive blocks once, and
a resample is a draw of blocks: it costs the same for a thousand trades and for a million, and a streak
that lies within a block is drawn as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.inference import BLOCKS, SEED, Interval, mean_interval
from analytics.metrics import MetricInput

if TYPE_CHECKING:
    from domain.columns import Floats

RESAMPLES = 2_000
LEVEL = 0.95
FEWEST = 10
FEWEST_DAYS = 20

Sums = dict[str, "Floats"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LuckFigure:
    """The interval of one figure of the catalogue.

    Attributes:
        slug: Of the metric in the catalogue.
        neutral: Value without an edge: 0, or 1 for a ratio; None where there is no such value.
    """

    slug: str
    interval: Interval
    neutral: float | None

    @property
    def is_proven(self) -> bool | None:
        """Whether all of the interval lies above the neutral value; None where that cannot be asked."""
        if self.neutral is None or self.interval.low is None:
            return None
        return self.interval.low > self.neutral


def luck_figures(data: MetricInput, *, seed: int = SEED) -> tuple[LuckFigure, ...]:
    """Return 95 % intervals of the headline figures of a book.

    Args:
        data: What the metrics of the book are computed from.
        seed: Seed of the resampling: the same trades always show the same intervals.

    Returns:
        Expectancy, in R where stops were planned, win rate, profit factor, payoff, and the Sharpe
        ratio by session day. Undefined below `FEWEST` trades (`FEWEST_DAYS` days), with the reason.

    **Source:** B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993 (percentile interval);
    H. Künsch, The jackknife and the bootstrap for general stationary observations, 1989 (blocks).
    """
    trades = _draws(_trade_sums(data), len(data.pnl), seed)
    n = len(data.pnl)
    figures = [
        LuckFigure(slug="expectancy", interval=_mean(data.pnl), neutral=0.0),
        LuckFigure(slug="expectancy_r", interval=_mean(data.r_multiples), neutral=0.0),
        LuckFigure(slug="win_rate", interval=_interval(trades, _win_rate, n), neutral=None),
        LuckFigure(slug="profit_factor", interval=_interval(trades, _profit_factor, n), neutral=1.0),
        LuckFigure(slug="payoff", interval=_interval(trades, _payoff, n), neutral=None),
    ]
    returns = data.returns
    return (*figures, LuckFigure(slug="sharpe", interval=_sharpe_interval(returns, data, seed), neutral=0.0))


def _mean(values: Floats) -> Interval:
    return mean_interval(values) if len(values) >= FEWEST else _none(len(values), _too_few(FEWEST, "trades"))


def _sharpe_interval(returns: Floats | None, data: MetricInput, seed: int) -> Interval:
    if returns is None:
        return _none(0, "no starting balance is known")
    if len(returns) < FEWEST_DAYS:
        return _none(len(returns), _too_few(FEWEST_DAYS, "session days"))
    sums = {"one": np.ones(len(returns)), "sum": returns, "square": returns**2}
    scale = float(np.sqrt(data.periods_per_year))
    return _interval(_draws(sums, len(returns), seed), lambda drawn: _sharpe(drawn) * scale, len(returns))


def _trade_sums(data: MetricInput) -> Sums:
    pnl, outcome = data.pnl, data.outcome
    return {
        "wins": (outcome > 0).astype(np.float64),
        "losses": (outcome < 0).astype(np.float64),
        "won": np.where(outcome > 0, pnl, 0.0),
        "lost": np.where(outcome < 0, -pnl, 0.0),
        "above": np.maximum(pnl, 0.0),
        "below": np.maximum(-pnl, 0.0),
    }


def _draws(columns: Sums, n: int, seed: int) -> Sums:
    """Return the sums of each column in `RESAMPLES` draws of as many blocks as there are."""
    if n < FEWEST:
        return {}
    count = min(n, BLOCKS)
    starts = np.linspace(0, n, count, endpoint=False).astype(np.int64)
    blocks = np.stack([np.add.reduceat(column, starts) for column in columns.values()], axis=1)
    drawn = np.random.default_rng(seed).integers(0, count, size=(RESAMPLES, count))
    drawn += np.arange(RESAMPLES)[:, None] * count
    times = np.bincount(drawn.ravel(), minlength=RESAMPLES * count).reshape(RESAMPLES, count)
    totals = times.astype(np.float64) @ blocks
    return dict(zip(columns, totals.T, strict=True))


def _interval(drawn: Sums, figure: Callable[[Sums], Floats], n: int) -> Interval:
    if not drawn:
        return _none(n, _too_few(FEWEST, "trades"))
    with np.errstate(divide="ignore", invalid="ignore"):
        values = figure(drawn)
    values = values[np.isfinite(values)]
    if len(values) < RESAMPLES / 2:
        return _none(n, "most resamples have no such figure")
    low, high = np.quantile(values, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    return Interval(low=float(low), high=float(high), n=n, level=LEVEL, method="bootstrap")


def _win_rate(drawn: Sums) -> Floats:
    return drawn["wins"] / (drawn["wins"] + drawn["losses"])


def _profit_factor(drawn: Sums) -> Floats:
    return drawn["above"] / drawn["below"]


def _payoff(drawn: Sums) -> Floats:
    return (drawn["won"] / drawn["wins"]) / (drawn["lost"] / drawn["losses"])


def _sharpe(drawn: Sums) -> Floats:
    n = drawn["one"]
    mean = drawn["sum"] / n
    variance: Floats = (drawn["square"] - n * mean**2) / (n - 1)
    return mean / np.sqrt(np.where(variance > 0, variance, np.nan))


def _none(n: int, reason: str) -> Interval:
    return Interval(low=None, high=None, n=n, level=LEVEL, method="bootstrap", reason=reason)


def _too_few(needed: int, what: str) -> str:
    return f"fewer than {needed} {what}"
