"""The equity curve of a trade set, as a chart draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.drawdowns import fall_spans
from analytics.equity import equity_by_exit, reduced_rows
from domain.columns import Series
from domain.filters import Basis, LedgerFilter
from services.trade_sets import TradeSet

if TYPE_CHECKING:
    from domain.columns import Floats

CURVE_POINTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Cumulative P&L by exit and its drawdown.

    Attributes:
        equity: x epoch milliseconds, y money (or R, or fractions) from 0; `extra` has the trading day of each exit.
        drawdown: Fractions <= 0 when a starting balance is known, else None; `extra` has first and last day of the
            fall that a point lies in.
        drawdown_money: Money <= 0 below the running peak.
        unit: Currency code, "%" or "R".
    """

    equity: Series
    drawdown: Series | None
    drawdown_money: Series
    unit: str

    @property
    def shown_drawdown(self) -> Series:
        """The drawdown to draw: fractions of the peak, or the curve's own unit without a starting balance."""
        return self.drawdown_money if self.drawdown is None else self.drawdown


def build_curve(found: TradeSet, chosen: LedgerFilter, *, points: int) -> Curve:
    """Return the curve of a trade set in the filter's unit."""
    result = equity_by_exit(found.exits, basis=chosen.basis, starting_balance=found.balance)
    x: Floats = result.x / 1_000.0
    profit: Floats = result.value - (found.balance or 0.0)
    day = found.exits.day

    def series(title: str, y: Floats, unit: str = "", *, is_fall: bool = False) -> Series:
        rows = reduced_rows(y, points)
        spans = fall_spans(day, result.drawdown_money, rows) if is_fall else (day[rows],)
        extra = {name: days.astype(np.float64) for name, days in zip(("first_day", "last_day"), spans, strict=False)}
        return Series(name=title, x=x[rows].astype(np.float64), y=y[rows], unit=unit, extra=extra)

    drawdown = None if result.drawdown is None else series("Drawdown", result.drawdown, "%", is_fall=True)
    return Curve(
        equity=series("Net P&L" if chosen.basis is Basis.NET else "Gross P&L", profit),
        drawdown=drawdown,
        drawdown_money=series("Drawdown", result.drawdown_money, found.unit, is_fall=True),
        unit=found.unit,
    )
