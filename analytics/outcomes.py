"""Win, loss or breakeven: one rule for metrics, breakdowns, filters and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Bytes, Floats

BLOCK = 32_768


def outcomes(pnl: Floats, gross: Floats, *, tolerance: float | Floats = 0.0) -> Bytes:
    """Classify trades.

    A trade is a breakeven when its P&L is within the tolerance, or when its price result is: a
    scratch that lost only its fees is not a loss.

    Args:
        pnl: P&L in the chosen basis, float64.
        gross: P&L before fees, same length.
        tolerance: Money on either side of zero that still counts as breakeven, >= 0; one for all or one a trade.

    Returns:
        +1 win, -1 loss, 0 breakeven, int8.
    """
    if len(pnl) <= BLOCK:
        return _outcomes(pnl, gross, tolerance)
    # Block by block: what fits into the processor's cache is twice as fast.
    result = np.empty(len(pnl), dtype=np.int8)
    for at in range(0, len(pnl), BLOCK):
        part = slice(at, at + BLOCK)
        own = tolerance if isinstance(tolerance, float | int) else tolerance[part]
        result[part] = _outcomes(pnl[part], gross[part], own)
    return result


def _outcomes(pnl: Floats, gross: Floats, tolerance: float | Floats) -> Bytes:
    decided = (np.abs(pnl) > tolerance) & (np.abs(gross) > tolerance)
    # +1 above zero, -1 at or below; what is not decided becomes 0.
    sign: Bytes = (pnl > 0).view(np.int8) * np.int8(2) - np.int8(1)
    return sign * decided
