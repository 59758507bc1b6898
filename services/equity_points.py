"""The equity curve of a trade set as points, one an exit, for the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.equity import equity_by_exit, reduced_rows
from domain.periods import from_micros
from services.trade_sets import TradeSet


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityPoint:
    """The curve after one exit.

    Attributes:
        pnl: Realised P&L so far, 0 at the start.
        equity: Starting balance plus `pnl`; None when the balance is unknown.
        drawdown: Money below the running peak, <= 0.
        drawdown_fraction: The same as a fraction of the peak, None when the balance is unknown.
    """

    at: datetime
    pnl: float
    equity: float | None
    drawdown: float
    drawdown_fraction: float | None


def equity_points(found: TradeSet, *, limit: int) -> Sequence[EquityPoint]:
    """Return at most `limit` (>= 4) points by time, the extremes kept."""
    balance = found.starting_balance
    curve = equity_by_exit(found.exits, basis=found.filter.basis, starting_balance=balance)
    rows = reduced_rows(curve.value, limit).tolist()
    return [
        EquityPoint(
            at=from_micros(int(curve.x[row])),
            pnl=float(curve.value[row]) - (balance or 0.0),
            equity=None if balance is None else float(curve.value[row]),
            drawdown=float(curve.drawdown_money[row]),
            drawdown_fraction=None if curve.drawdown is None else float(curve.drawdown[row]),
        )
        for row in rows
    ]
