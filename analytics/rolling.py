"""Figures over a window of trades that moves along the book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.slices import SLICE_FIGURES, SliceColumns

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

SLOW_POINTS = 150
"""Windows at which a figure that cannot be summed is computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingSums:
    """Sums by window, one entry a window; see `analytics.slices.Sums`."""

    n: Ints
    wins: Ints
    losses: Ints
    profit: Floats
    loss: Floats
    win_sum: Floats
    loss_sum: Floats
    squares: Floats
    n_r: Ints
    sum_r: Floats
    exits: Ints
    gross: Floats
    fees: Floats


def rolling_figure(columns: SliceColumns, slug: str, window: int) -> Floats:
    """Return a figure of each run of `window` trades.

    Args:
        columns: Closed trades by exit; `exit_gross` and `exit_fees` are those of the trades.
        slug: One of `analytics.slices.SLICE_FIGURES`.
        window: Trades a run, >= 1.

    Returns:
        n - window + 1 values, the first over the first `window` trades; NaN where undefined, none at all
        for fewer trades than the window.
    """
    if len(columns.pnl) < window:
        return np.zeros(0)
    found: Floats = np.asarray(SLICE_FIGURES[slug].value(_rolling_sums(columns, window)), dtype=np.float64)
    return found


def _rolling_sums(columns: SliceColumns, window: int) -> RollingSums:
    pnl, outcome = columns.pnl, columns.outcome
    win, loss, planned = outcome > 0, outcome < 0, columns.risk > 0
    multiples = np.where(planned, pnl / np.where(planned, columns.risk, 1.0), 0.0)

    def count(mask: Any) -> Any:
        return _windows(mask.astype(np.int64), window)

    def total(values: Any, mask: Any) -> Any:
        # A window without such a trade sums to zero exactly, whatever rounding left over.
        return np.where(count(mask) > 0, _windows(np.where(mask, values, 0.0), window), 0.0)

    n = np.full(len(pnl) - window + 1, window, dtype=np.int64)
    every = np.ones(len(pnl), dtype=np.bool_)
    return RollingSums(
        n=n,
        wins=count(win),
        losses=count(loss),
        profit=total(pnl, pnl > 0),
        loss=total(pnl, pnl < 0),
        win_sum=total(pnl, win),
        loss_sum=total(pnl, loss),
        squares=total(pnl * pnl, every),
        n_r=count(planned),
        sum_r=total(multiples, planned),
        exits=n,
        gross=total(columns.exit_gross, every),
        fees=total(columns.exit_fees, columns.exit_fees != 0),
    )


def _windows(values: Any, window: int) -> Any:
    """Return the sum of each run of `window` values."""
    sums = np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values)])
    return sums[window:] - sums[:-window]
