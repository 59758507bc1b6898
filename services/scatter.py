"""Any two numbers of each trade against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.dimensions import Dimension
from domain.filters import LedgerFilter
from services.scatter_axes import AxisReader, Coverage, find_axis
from services.trade_sets import TradeSet

if TYPE_CHECKING:
    from domain.columns import Bytes, Floats, Ints

MOST_POINTS = 2_000
GRID = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Points of closed trades.

    Attributes:
        x, y: The dimensions.
        across, up: Their numbers, one of each shown trade.
        outcome: +1 win, -1 loss, 0 breakeven of each.
        trade: Ids; symbol and day name them.
        trades: Closed trades with both numbers, before thinning.
        correlation: Pearson correlation over all of them, None when one does not vary.
        without: Closed trades that lack one of the numbers.
    """

    x: Dimension
    y: Dimension
    across: Floats
    up: Floats
    outcome: Bytes
    trade: Ints
    symbol: tuple[str, ...]
    day: Ints
    trades: int
    correlation: float | None
    without: int
    coverage: Coverage | None
    filter: LedgerFilter
    currency: str


def scatter_of(found: TradeSet, x: str, y: str, *, points: int = MOST_POINTS) -> Scatter:
    """Return two numbers of each closed trade, thinned to `points`; the extremes of both are always kept.

    Raises:
        InvalidInputError: If a dimension is not known or not a number.
    """
    first, second = find_axis(x, "x"), find_axis(y, "y")
    reader = AxisReader(found)
    rows, across, up = reader.rows, reader.read(first), reader.read(second)
    known = np.isfinite(across) & np.isfinite(up)
    shown = _thin(across[known], up[known], points)
    kept = rows[known][shown]
    frame = found.frame
    return Scatter(
        x=first,
        y=second,
        across=across[known][shown],
        up=up[known][shown],
        outcome=found.facts.outcome[kept],
        trade=frame.id[kept],
        symbol=tuple(frame.symbols[code] for code in frame.instrument[kept].tolist()),
        day=frame.exit_day[kept].astype(np.int64),
        trades=int(known.sum()),
        correlation=_correlation(across[known], up[known]),
        without=int((~known).sum()),
        coverage=reader.coverage(),
        filter=found.filter,
        currency=found.currency,
    )


def _correlation(first: Floats, second: Floats) -> float | None:
    if len(first) < 3 or first.std() == 0 or second.std() == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def _thin(across: Floats, up: Floats, points: int) -> Ints:
    """Return positions to draw: the extremes, one of each occupied cell of a grid, and an even choice of the rest."""
    n = len(across)
    if n <= points:
        return np.arange(n, dtype=np.int64)
    extremes = [pick(values) for values in (across, up) for pick in (np.argmin, np.argmax)]
    cells = _cell(across) * GRID + _cell(up)
    _, lonely = np.unique(cells, return_index=True)
    kept = np.unique(np.concatenate([np.array(extremes, dtype=np.int64), lonely[: points // 2]]))
    even = np.linspace(0, n - 1, points - len(kept)).astype(np.int64)
    return np.unique(np.concatenate([kept, even]))


def _cell(values: Floats) -> Ints:
    low, high = float(values.min()), float(values.max())
    cells: Ints = ((values - low) / ((high - low) or 1.0) * (GRID - 1)).astype(np.int64)
    return cells
