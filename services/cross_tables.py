"""Trade sets cut by two dimensions at once: one figure in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.dimensions import Dimension, find_dimension
from analytics.slices import SLICE_FIGURES, SliceSums
from domain.errors import InvalidInputError
from domain.performance import Unit
from services.slices import Cut, check_figures, cut_set, measure, narrow_set, slice_columns
from services.trade_sets import TradeSet

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints

MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTable:
    """A table by two dimensions.

    Attributes:
        down, across: Dimensions of the rows and of the columns.
        row_keys, row_labels, column_keys, column_labels: Buckets with trades.
        values: Rows x columns, NaN where undefined.
        trades: Closed trades of each cell.
        slug: The figure.
        measure: How it is read.
        unit: Currency code, "%" or "R" of the money.
    """

    down: Dimension
    across: Dimension
    row_keys: tuple[str, ...]
    row_labels: tuple[str, ...]
    column_keys: tuple[str, ...]
    column_labels: tuple[str, ...]
    values: Floats
    trades: Ints
    slug: str
    measure: Unit
    unit: str


def cross_table(
    found: TradeSet,
    down: str,
    across: str,
    slug: str = "net_pnl",
    *,
    edges: Sequence[float] = (),
    edges_across: Sequence[float] = (),
) -> CrossTable:
    """Return one figure by two dimensions.

    Args:
        found: The trade set.
        down: Slug of the dimension of the rows.
        across: Slug of the dimension of the columns.
        slug: The figure.
        edges: Ends of the ranges of the rows' number, () for round ones.
        edges_across: Of the columns' number.

    Raises:
        InvalidInputError: If a dimension or the figure is not known, or there are too many cells.
    """
    first, second = find_dimension(down), find_dimension(across, field="and")
    units = check_figures([slug])
    cuts = cut_set(found, first, edges), cut_set(found, second, edges_across)
    shape = cuts[0].coded.cells, cuts[1].coded.cells
    if shape[0] * shape[1] > MOST_CELLS:
        raise InvalidInputError(
            f"{first.label} by {second.label} has too many cells.", field="and", hint="Narrow the filter first."
        )
    sums = _sum_cells(found, cuts, shape)
    filled = (sums.n > 0) | (sums.exits > 0)
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    inner = np.ix_(rows, columns)
    values = (
        SLICE_FIGURES[slug].value(sums)[inner]
        if slug in SLICE_FIGURES
        else _measure_cells(found, cuts, slug, filled, (rows, columns))
    )
    return CrossTable(
        down=first,
        across=second,
        row_keys=tuple(cuts[0].coded.keys[row] for row in rows),
        row_labels=tuple(cuts[0].coded.labels[row] for row in rows),
        column_keys=tuple(cuts[1].coded.keys[column] for column in columns),
        column_labels=tuple(cuts[1].coded.labels[column] for column in columns),
        values=values,
        trades=sums.n[inner],
        slug=slug,
        measure=units[slug],
        unit=found.unit,
    )


def _sum_cells(found: TradeSet, cuts: tuple[Cut, Cut], shape: tuple[int, int]) -> SliceSums:
    columns, closed = slice_columns(found)

    def cells(first: Any, second: Any) -> Any:
        return first.astype(np.int64) * shape[1] + second

    down, across = cuts[0].coded.members, cuts[1].coded.members

    def finish(column: Any) -> Any:
        table = column.reshape(shape)
        table = table if down is None else down.astype(column.dtype) @ table
        return table if across is None else table @ across.T.astype(column.dtype)

    return SliceSums(
        columns=columns,
        trade_codes=cells(cuts[0].trades[closed], cuts[1].trades[closed]),
        exit_codes=cells(cuts[0].exits, cuts[1].exits),
        size=shape[0] * shape[1],
        finish=finish,
    )


def _measure_cells(
    found: TradeSet, cuts: tuple[Cut, Cut], slug: str, filled: Bools, shown: tuple[Ints, Ints]
) -> Floats:
    values = np.full((len(shown[0]), len(shown[1])), np.nan)
    down = [cuts[0].positions(codes) for codes in (cuts[0].trades, cuts[0].exits)]
    for at, row in enumerate(shown[0].tolist()):
        trades, exits = down[0][row], down[1][row]
        inner = [cuts[1].positions(codes) for codes in (cuts[1].trades[trades], cuts[1].exits[exits])]
        for place, column in enumerate(shown[1].tolist()):
            if filled[row, column]:
                part = narrow_set(found, trades[inner[0][column]], exits[inner[1][column]])
                value = measure(part, [slug])[slug][0]
                values[at, place] = np.nan if value is None else value
    return values
