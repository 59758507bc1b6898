"""Fewer points, same picture: what a screen cannot show is not sent, extremes always are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LINE_LIMIT = 2_000


def line_rows(y: Floats, limit: int = LINE_LIMIT) -> Ints:
    """Return the rows of a line to draw, at most `limit`, ascending.

    The line is cut into equal runs of rows; of each the lowest and the highest value stay, and the first and the
    last row of all. NaN is kept only when nothing is thinned.

    Args:
        y: float64, n values in drawing order.
        limit: Most rows to return, at least 4.
    """
    n = len(y)
    if n <= limit:
        return np.arange(n, dtype=np.int64)
    run = -(-n // (limit // 2 - 1))
    runs = -(-n // run)
    rows = np.minimum(np.arange(runs * run, dtype=np.int64), n - 1).reshape(runs, run)
    values = y[rows]
    missing = np.isnan(values)
    lowest = np.where(missing, np.inf, values).argmin(axis=1)
    highest = np.where(missing, -np.inf, values).argmax(axis=1)
    each = np.arange(runs)
    return np.unique(np.concatenate([rows[each, lowest], rows[each, highest], [0, n - 1]]))
