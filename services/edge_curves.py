"""Two curves over the same trades, thinned together for one chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.equity import reduced_rows
from domain.columns import Series

if TYPE_CHECKING:
    from domain.columns import Floats, TradeFrame

POINTS = 1_000


def paired_curves(frame: TradeFrame, actual: Floats, altered: Floats) -> tuple[Series, Series]:
    """Return the cumulative P&L of what happened and of what would have, extremes of both kept.

    The points keep the trading day of their exit.

    Args:
        frame: Closed trades by closing time.
        actual: P&L of each trade.
        altered: P&L each would have had.
    """
    real, other = np.cumsum(actual), np.cumsum(altered)
    rows = np.union1d(reduced_rows(real, POINTS), reduced_rows(other, POINTS))
    x, days = frame.closed_at[rows] / 1_000.0, {"first_day": frame.exit_day[rows].astype(np.float64)}
    return (
        Series(name="Actual", x=x, y=real[rows], extra=days),
        Series(name="With rules", x=x, y=other[rows], extra=days),
    )
