"""The equity curve, its drawdown, and the totals of each day: all from exits, where P&L is realised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.codes import count_by_code, sums_by_code
from analytics.outcomes import outcomes
from domain.columns import ExitFrame, TradeFrame
from domain.filters import Basis

if TYPE_CHECKING:
    from domain.columns import Bytes, Codes, Floats, Ints

ROUND_THE_CLOCK = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityCurve:
    """Realised equity over time; the start itself is not a row.

    Attributes:
        x: Microseconds UTC of each exit, or the day since 1970.
        value: Starting balance (0 when unknown) plus realised P&L so far.
        drawdown_money: value - running peak, <= 0; the start is in the peak.
        drawdown: As a fraction of the peak, None without a starting balance.
    """

    x: Ints
    value: Floats
    drawdown_money: Floats
    drawdown: Floats | None

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotals:
    """One row a trading day with an exit, ascending.

    Attributes:
        day: Days since 1970.
        net, gross, fees: Realised that day, partial exits included.
        trades, wins, losses: Trades whose last exit was that day.
        exits: Closing executions of that day.
    """

    day: Ints
    net: Floats
    gross: Floats
    fees: Floats
    trades: Ints
    wins: Ints
    losses: Ints
    exits: Ints

    def __len__(self) -> int:
        return len(self.day)


def equity_by_exit(exits: ExitFrame, *, basis: Basis = Basis.NET, starting_balance: float | None = None) -> EquityCurve:
    """Return the equity after each exit.

    Args:
        exits: Exits in time order.
        basis: Net or gross.
        starting_balance: Money at the start, None when unknown.
    """
    pnl = exits.net if basis is Basis.NET else exits.gross
    return _curve(exits.closed_at, pnl, starting_balance)


def equity_by_day(totals: DayTotals, *, basis: Basis = Basis.NET, starting_balance: float | None = None) -> EquityCurve:
    """Return the equity after each day with an exit; arguments as in `equity_by_exit`."""
    return _curve(totals.day, totals.net if basis is Basis.NET else totals.gross, starting_balance)


def _curve(x: Ints, pnl: Floats, starting_balance: float | None) -> EquityCurve:
    start = starting_balance or 0.0
    value = start + np.cumsum(pnl)
    peak = np.maximum.accumulate(np.append(start, value))[1:]
    fall = value - peak
    return EquityCurve(x=x, value=value, drawdown_money=fall, drawdown=fall / peak if start > 0 else None)


def daily_totals(
    exits: ExitFrame,
    frame: TradeFrame,
    *,
    basis: Basis = Basis.NET,
    tolerance: float = 0.0,
    outcome: Bytes | None = None,
) -> DayTotals:
    """Sum exits and closed trades up by trading day.

    Args:
        exits: Exits, any order.
        frame: Trades of the same accounts; open ones count in no day.
        basis: Decides wins and losses.
        tolerance: Money that still counts as breakeven.
        outcome: Win, loss or breakeven of each trade, open ones included; by the tolerance when not given.
    """
    if outcome is None:
        outcome = outcomes(frame.net if basis is Basis.NET else frame.gross, frame.gross, tolerance=tolerance)
    trade_days, outcome = _closed_days(frame, outcome)
    if not len(exits) and not len(trade_days):
        return _no_days()
    first, last = _range(exits.day, trade_days)
    size = last - first + 1
    exit_code = exits.day.astype(np.int64) - first
    counts = count_by_code(exit_code, size)
    by_outcome = count_by_code((trade_days.astype(np.int64) - first) * 3 + outcome + 1, 3 * size).reshape(size, 3)
    trades = by_outcome.sum(axis=1)
    used = np.flatnonzero(counts + trades)
    net, gross, fees = sums_by_code(exit_code, (exits.net, exits.gross, exits.fees), size)
    return DayTotals(
        day=used + first,
        net=net[used],
        gross=gross[used],
        fees=fees[used],
        trades=trades[used],
        wins=by_outcome[used, 2],
        losses=by_outcome[used, 0],
        exits=counts[used],
    )


def _closed_days(frame: TradeFrame, outcome: Bytes) -> tuple[Codes, Bytes]:
    """Exit day and outcome of the closed trades."""
    if not frame.is_open.any():
        return frame.exit_day, outcome
    closed = np.flatnonzero(~frame.is_open)
    return frame.exit_day[closed], outcome[closed]


def _range(*columns: Codes) -> tuple[int, int]:
    ends = [(int(days.min()), int(days.max())) for days in columns if len(days)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _no_days() -> DayTotals:
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    return DayTotals(day=whole, net=real, gross=real, fees=real, trades=whole, wins=whole, losses=whole, exits=whole)


def session_days(active: Ints, *, periods_per_year: float) -> Ints:
    """Return all session days from the first to the last active day.

    Args:
        active: Days with an exit, ascending and unique, days since 1970.
        periods_per_year: 365 means every calendar day; else weekdays, and any active weekend day.
    """
    if not len(active):
        return np.zeros(0, dtype=np.int64)
    days = np.arange(int(active[0]), int(active[-1]) + 1)
    if periods_per_year >= ROUND_THE_CLOCK:
        return days
    keep = (days + 3) % 7 < 5
    keep[active - active[0]] = True
    chosen: Ints = days[keep]
    return chosen


def reduce_curve(x: Ints | Floats, y: Floats, max_points: int = 2000) -> tuple[Ints | Floats, Floats]:
    """Thin a line for drawing without losing an extreme.

    Args:
        x: Positions, any length.
        y: Values, same length.
        max_points: Points to return at most, >= 4.

    Returns:
        The chosen points in order: the first, the last, and the lowest and highest of each bucket.
    """
    rows = reduced_rows(y, max_points)
    return x[rows], y[rows]


def reduced_rows(y: Floats, max_points: int = 2000) -> Ints:
    """Return the rows `reduce_curve` keeps."""
    n = len(y)
    if n <= max_points:
        return np.arange(n)
    buckets = (max_points - 2) // 2
    bounds = np.linspace(0, n, buckets + 1).astype(np.int64)
    low = _rows_of(y, np.minimum.reduceat(y, bounds[:-1]), bounds)
    high = _rows_of(y, np.maximum.reduceat(y, bounds[:-1]), bounds)
    return np.unique(np.concatenate([[0, n - 1], low, high]))


def _rows_of(y: Floats, extremes: Floats, bounds: Ints) -> Ints:
    """First row of each bucket that has the bucket's extreme."""
    hits = np.flatnonzero(y == np.repeat(extremes, np.diff(bounds)))
    buckets = np.searchsorted(bounds, hits, side="right") - 1
    first = np.flatnonzero(np.append(True, buckets[1:] != buckets[:-1]))
    rows: Ints = hits[first]
    return rows
