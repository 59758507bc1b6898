"""Two curves over the same trades, thinned together for one chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.equity import reduced_rows
from domain.columns import Series

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

POINTS = 1_000


def paired_curves(closed_at: Ints, actual: Floats, altered: Floats) -> tuple[Series, Series]:
    """Return the cumulative P&L of what happened and of what would have, extremes of both kept.

    Args:
        closed_at: Microseconds UTC, ascending.
        actual: P&L of each trade.
        altered: P&L each would have had.
    """
    real, other = np.cumsum(actual), np.cumsum(altered)
    rows = np.union1d(reduced_rows(real, POINTS), reduced_rows(other, POINTS))
    x = closed_at[rows] / 1_000.0
    return Series(name="Actual", x=x, y=real[rows]), Series(name="With rules", x=x, y=other[rows])
