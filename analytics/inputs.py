"""From filtered frames to the columns the metrics read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.equity import daily_totals, session_days
from analytics.metrics import MetricInput
from domain.columns import ExitFrame, TradeFrame
from domain.filters import Basis

if TYPE_CHECKING:
    from domain.columns import Bytes

EXCHANGE_DAYS = 252.0


def metric_input(
    frame: TradeFrame,
    exits: ExitFrame,
    *,
    basis: Basis = Basis.NET,
    starting_balance: float | None = None,
    periods_per_year: float = EXCHANGE_DAYS,
    tolerance: float = 0.0,
    outcome: Bytes | None = None,
) -> MetricInput:
    """Bring filtered trades and exits into the form metrics are computed from.

    Args:
        frame: The chosen trades, ordered by exit; open ones are left out of trade statistics.
        exits: The chosen exits in time order (`analytics.selection.select_exits`).
        basis: Net or gross.
        starting_balance: Money before the first exit, None when unknown.
        periods_per_year: 252 on exchanges, 365 around the clock.
        tolerance: Money that still counts as breakeven.
        outcome: Win, loss or breakeven of each trade, open ones included; by the tolerance when not given.
    """
    rows = np.flatnonzero(~frame.is_open) if frame.is_open.any() else slice(None)
    totals = daily_totals(exits, frame, basis=basis, tolerance=tolerance, outcome=outcome)
    is_active = totals.exits > 0
    active = totals.day[is_active]
    days = session_days(active, periods_per_year=periods_per_year)
    day_pnl = np.zeros(len(days))
    day_pnl[np.searchsorted(days, active)] = (totals.net if basis is Basis.NET else totals.gross)[is_active]
    return MetricInput(
        pnl=(frame.net if basis is Basis.NET else frame.gross)[rows],
        gross=frame.gross[rows],
        fees=frame.fees[rows],
        risk=frame.risk[rows],
        held_seconds=frame.held_seconds[rows],
        opened_at=frame.opened_at[rows],
        closed_at=frame.closed_at[rows],
        side=frame.side[rows],
        entry_value=frame.entry_value[rows],
        exit_value=frame.exit_value[rows],
        exit_pnl=exits.net if basis is Basis.NET else exits.gross,
        exit_gross=exits.gross,
        exit_fees=exits.fees,
        days=days,
        day_pnl=day_pnl,
        starting_balance=starting_balance,
        tolerance=tolerance,
        known_outcome=None if outcome is None else outcome[rows],
        periods_per_year=periods_per_year,
    )
