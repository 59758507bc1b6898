"""P&L in the unit the filter asks for: money, percent of the starting balance, or R.

Converted once, here, so that every figure of a page, its curve, its days and its breakdowns are in
the same unit and still add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.frames import convert_exits, convert_trades
from domain.columns import ExitFrame, TradeFrame, take
from domain.filters import FigureUnit

if TYPE_CHECKING:
    from domain.columns import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFrames:
    """Frames in a unit.

    Attributes:
        unit: Currency code, "%" or "R".
        balance: Starting balance in the unit, None when unknown or meaningless (R).
        without: Closed trades that have no value in the unit (no planned stop) and are left out.
        kept_trades, kept_exits: Which of the given rows have a value in the unit: a mask, or the ellipsis for all.
    """

    trades: TradeFrame
    exits: ExitFrame
    unit: str
    balance: float | None
    without: int = 0
    kept_trades: Any = ...
    kept_exits: Any = ...


def in_unit(
    trades: TradeFrame, exits: ExitFrame, unit: FigureUnit, *, balance: float | None, exit_risk: Floats
) -> UnitFrames:
    """Return frames in a unit; percent without a starting balance stays money.

    Args:
        trades: The chosen trades.
        exits: The chosen exits, also those of trades that are not chosen because they ended later.
        unit: The wanted unit.
        balance: Starting balance in money, None when unknown.
        exit_risk: Initial risk of each exit's trade in money, NaN where none was planned.
    """
    if unit is FigureUnit.PERCENT and balance:
        return UnitFrames(
            trades=convert_trades(trades, np.full(len(trades), 1 / balance), currency="%"),
            exits=convert_exits(exits, np.full(len(exits), 1 / balance), currency="%"),
            unit="%",
            balance=1.0,
        )
    if unit is FigureUnit.R:
        return _in_r(trades, exits, exit_risk)
    return UnitFrames(trades=trades, exits=exits, unit=trades.currency, balance=balance)


def _in_r(trades: TradeFrame, exits: ExitFrame, exit_risk: Floats) -> UnitFrames:
    planned, known = ~np.isnan(trades.risk), ~np.isnan(exit_risk)
    kept: TradeFrame = trades if planned.all() else take(trades, planned)
    left: ExitFrame = exits if known.all() else take(exits, known)
    return UnitFrames(
        trades=convert_trades(kept, 1 / kept.risk, currency="R"),
        exits=convert_exits(left, 1 / exit_risk[known], currency="R"),
        unit="R",
        balance=None,
        without=int(np.count_nonzero(~planned & ~trades.is_open)),
        kept_trades=planned,
        kept_exits=known,
    )
