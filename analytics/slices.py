"""The usual figures of many groups of trades at once: sums over codes, and figures from the sums.

The figures are those of `analytics.metrics` by the same definitions; a group costs nothing by itself, so a
breakdown into five thousand symbols takes no longer than one into two sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.codes import count_by_code, sum_by_code
from analytics.distributions import t_quantile

if TYPE_CHECKING:
    from domain.columns import Bytes, Floats, Ints

FEWEST_FOR_INTERVAL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceColumns:
    """What is summed: closed trades and exits of one filter.

    Attributes:
        pnl: P&L of each closed trade in the basis, float64.
        outcome: +1 win, -1 loss, 0 breakeven of each, int8.
        risk: Initial risk of each, NaN where none was planned.
        exit_gross, exit_fees: Of each exit.
    """

    pnl: Floats
    outcome: Bytes
    risk: Floats
    exit_gross: Floats
    exit_fees: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceSums:
    """Sums by group, one entry a group.

    Attributes:
        n, wins, losses: Closed trades.
        profit, loss: Sums of P&L above and below zero; loss <= 0.
        win_sum, loss_sum: P&L of the wins and of the losses.
        squares: Sum of squared P&L.
        n_r, sum_r: Trades with a planned risk, and the sum of their R multiples.
        exits: Number of exits.
        gross, fees: Of the exits.
    """

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

    def map(self, function: Callable[[Any], Any]) -> SliceSums:
        """Apply a function to every column."""
        return SliceSums(**{item.name: function(getattr(self, item.name)) for item in fields(self)})


def sum_slices(columns: SliceColumns, trade_codes: Any, exit_codes: Any, size: int) -> SliceSums:
    """Sum every column by code.

    Args:
        columns: n trades and m exits.
        trade_codes: Group of each trade, 0 .. size - 1, any integer type.
        exit_codes: Group of each exit.
        size: Number of groups.
    """
    pnl = columns.pnl
    # Six cells a group: loss, breakeven, win, each with P&L up to and above zero.
    cells = trade_codes.astype(np.int64) * 6
    cells += (columns.outcome + np.int8(1)) * np.int8(2) + (pnl > 0)
    counts = count_by_code(cells, 6 * size).reshape(size, 3, 2).sum(axis=2)
    money = sum_by_code(cells, pnl, 6 * size).reshape(size, 3, 2)
    squares = sum_by_code(cells, pnl * pnl, 6 * size).reshape(size, 6).sum(axis=1)
    n_r, sum_r = _sum_multiples(columns, trade_codes, size)
    return SliceSums(
        n=counts.sum(axis=1),
        wins=counts[:, 2],
        losses=counts[:, 0],
        profit=money[:, :, 1].sum(axis=1),
        loss=money[:, :, 0].sum(axis=1),
        win_sum=money[:, 2, :].sum(axis=1),
        loss_sum=money[:, 0, :].sum(axis=1),
        squares=squares,
        n_r=n_r,
        sum_r=sum_r,
        exits=count_by_code(exit_codes, size),
        gross=sum_by_code(exit_codes, columns.exit_gross, size),
        fees=sum_by_code(exit_codes, columns.exit_fees, size),
    )


def _sum_multiples(columns: SliceColumns, codes: Any, size: int) -> tuple[Ints, Floats]:
    planned = columns.risk > 0
    if not planned.any():
        return np.zeros(size, dtype=np.int64), np.zeros(size)
    of_planned = codes[planned]
    multiples = columns.pnl[planned] / columns.risk[planned]
    return count_by_code(of_planned, size), sum_by_code(of_planned, multiples, size)


def _ratio(above: Any, below: Any) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(np.asarray(below) != 0, above / np.where(below == 0, 1, below), np.nan)
    return found


def _of_exits(values: Floats, sums: SliceSums) -> Floats:
    return np.where(sums.exits > 0, values, np.nan)


def _payoff(sums: SliceSums) -> Floats:
    return _ratio(_ratio(sums.win_sum, sums.wins), -_ratio(sums.loss_sum, sums.losses))


@dataclass(frozen=True, slots=True)
class SliceFigure:
    """A figure of a group from its sums, NaN where it is undefined, and what n it rests on."""

    value: Callable[[SliceSums], Any]
    n: Callable[[SliceSums], Any]


def _closed(sums: SliceSums) -> Any:
    return sums.n


SLICE_FIGURES: dict[str, SliceFigure] = {
    "net_pnl": SliceFigure(lambda s: _of_exits(s.gross - s.fees, s), lambda s: s.exits),
    "gross_pnl": SliceFigure(lambda s: _of_exits(s.gross, s), lambda s: s.exits),
    "fees": SliceFigure(lambda s: _of_exits(s.fees, s), lambda s: s.exits),
    "trades": SliceFigure(lambda s: s.n.astype(np.float64), _closed),
    "wins": SliceFigure(lambda s: s.wins.astype(np.float64), _closed),
    "losses": SliceFigure(lambda s: s.losses.astype(np.float64), _closed),
    "breakevens": SliceFigure(lambda s: (s.n - s.wins - s.losses).astype(np.float64), _closed),
    "win_rate": SliceFigure(lambda s: _ratio(s.wins, s.wins + s.losses), lambda s: s.wins + s.losses),
    "win_rate_all": SliceFigure(lambda s: _ratio(s.wins, s.n), _closed),
    "profit_factor": SliceFigure(lambda s: _ratio(s.profit, -s.loss), _closed),
    "payoff": SliceFigure(_payoff, lambda s: s.wins + s.losses),
    "expectancy": SliceFigure(lambda s: _ratio(s.profit + s.loss, s.n), _closed),
    "expectancy_r": SliceFigure(lambda s: _ratio(s.sum_r, s.n_r), lambda s: s.n_r),
    "avg_win": SliceFigure(lambda s: _ratio(s.win_sum, s.wins), lambda s: s.wins),
    "avg_loss": SliceFigure(lambda s: _ratio(s.loss_sum, s.losses), lambda s: s.losses),
}
"""Figures by the slug of the metric they equal."""


def mean_bounds(sums: SliceSums, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the ends of each group's interval of the mean P&L, NaN below ten trades.

    Args:
        sums: By group.
        level: Confidence between 0 and 1.

    **Source:** Student 1908.
    """
    n = sums.n
    mean = _ratio(sums.profit + sums.loss, n)
    enough = n >= FEWEST_FOR_INTERVAL
    spread = np.maximum(sums.squares - n * np.where(enough, mean, 0.0) ** 2, 0.0)
    quantiles = {int(k): t_quantile(0.5 + level / 2, int(k) - 1) for k in np.unique(n[enough])}
    half = np.full(len(n), np.nan)
    for at in np.flatnonzero(enough).tolist():
        half[at] = quantiles[int(n[at])] * float(np.sqrt(spread[at] / (n[at] - 1) / n[at]))
    return mean - half, mean + half
