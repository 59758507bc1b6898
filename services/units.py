"""P&L in the unit the filter asks for: money, percent of the starting balance, or R.

Converted once, here, so that every figure of a page, its curve, its days and its breakdowns are in
the same unit and still add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.frames import convert_exits, convert_trades
from domain.columns import ExitFrame, TradeFrame, take
from domain.filters import FigureUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFrames:
    """Frames in a unit.

    Attributes:
        unit: Currency code, "%" or "R".
        balance: Starting balance in the unit, None when unknown or meaningless (R).
        without: Closed trades that have no value in the unit (no planned stop) and are left out.
    """

    trades: TradeFrame
    exits: ExitFrame
    unit: str
    balance: float | None
    without: int = 0


def in_unit(trades: TradeFrame, exits: ExitFrame, unit: FigureUnit, balance: float | None) -> UnitFrames:
    """Return frames in a unit; percent without a starting balance stays money."""
    if unit is FigureUnit.PERCENT and balance:
        return UnitFrames(
            trades=convert_trades(trades, np.full(len(trades), 1 / balance), currency="%"),
            exits=convert_exits(exits, np.full(len(exits), 1 / balance), currency="%"),
            unit="%",
            balance=1.0,
        )
    if unit is FigureUnit.R:
        return _in_r(trades, exits)
    return UnitFrames(trades=trades, exits=exits, unit=trades.currency, balance=balance)


def _in_r(trades: TradeFrame, exits: ExitFrame) -> UnitFrames:
    planned = ~np.isnan(trades.risk)
    kept: TradeFrame = trades if planned.all() else take(trades, planned)
    order = np.argsort(kept.id, kind="stable")
    ids = kept.id[order]
    place = np.minimum(np.searchsorted(ids, exits.trade_id), max(len(ids) - 1, 0))
    known = ids[place] == exits.trade_id if len(ids) else np.zeros(len(exits), dtype=bool)
    left: ExitFrame = exits if known.all() else take(exits, known)
    risk = kept.risk[order[place[known]]] if len(ids) else np.zeros(0)
    return UnitFrames(
        trades=convert_trades(kept, 1 / kept.risk, currency="R"),
        exits=convert_exits(left, 1 / risk, currency="R"),
        unit="R",
        balance=None,
        without=int(np.count_nonzero(~planned & ~trades.is_open)),
    )
