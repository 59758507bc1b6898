"""What looks wrong in a book: sales of what was never bought, twins, fills without fees. Columns in, rows out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from domain.columns import ExecutionTable, TradeTable
from domain.executions import ExecutionKind

if TYPE_CHECKING:
    from domain.columns import Bools, Ints

DAY = 86_400_000_000
SECOND = 1_000_000
SHORTS_ALLOWED = 2
SHORT_SHARE = 0.05
FEE_SHARE = 0.5
"""An account in which more than half of the fills of a class have fees is expected to have them on all."""


def suspect_shorts(trades: TradeTable, held: Bools, *, on_margin: bool) -> tuple[Ints, Ints]:
    """Return the rows of orphan exits and of other negative holdings among instruments that are held.

    The first trade of an instrument being short, and still open or covered a day later or more, is an
    orphan exit: what was sold had been bought before the files begin. Any other short position that is
    open is a negative holding. An account that sells short for a living (more than 2 covered shorts and
    5 % of its trades, first ones aside) is believed; one on margin may, so that there only a first sale
    that is still open is told.

    Args:
        trades: Ordered by (instrument, opening time).
        held: Per trade: whether its instrument is one that is bought before it is sold.
        on_margin: Whether the account trades derivatives, and so can sell short.
    """
    is_short = (trades.side < 0) & held
    first = np.append(True, trades.instrument[1:] != trades.instrument[:-1]) if len(trades) else np.zeros(0, dtype=bool)
    covered = int(np.count_nonzero(is_short & ~trades.is_open & ~first))
    if covered > max(SHORTS_ALLOWED, SHORT_SHARE * int(np.count_nonzero(held))):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    is_late = trades.is_open | ((trades.closed_at - trades.opened_at >= DAY) & (not on_margin))
    orphan = is_short & first & is_late
    negative = is_short & trades.is_open & ~orphan & (not on_margin)
    return np.flatnonzero(orphan), np.flatnonzero(negative)


def opened_by_an_end(trades: TradeTable, table: ExecutionTable) -> Ints:
    """Return the trades whose opening execution is an option's expiry, assignment or exercise: nothing was open."""
    ends = table.id[np.isin(table.kind, (ExecutionKind.EXPIRY, ExecutionKind.ASSIGNMENT, ExecutionKind.EXERCISE))]
    rows: Ints = np.flatnonzero(np.isin(trades.id, ends)) if len(ends) else np.zeros(0, dtype=np.int64)
    return rows


def twin_groups(table: ExecutionTable) -> tuple[Ints, Ints]:
    """Return the rows that share instrument, side, quantity, price and second with another, and their group.

    Returns:
        Rows of `table`, those of a group together and by id, and a group number for each.
    """
    if len(table) < 2:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    second = table.executed_at // SECOND
    # Most fills are alone in their second: sorting by one key first leaves few for the five.
    order = np.argsort(second, kind="stable")
    same = second[order][1:] == second[order][:-1]
    rows = np.sort(order[np.append(same, False) | np.append(False, same)])
    price, quantity = (_sortable(column.units[rows]) for column in (table.price, table.quantity))
    columns = [table.id[rows], price, quantity, table.side[rows], table.instrument[rows], second[rows]]
    order = np.lexsort(columns)
    rows, columns = rows[order], [column[order] for column in columns[1:]]
    if not len(rows):
        return rows, rows
    alike = np.ones(len(rows) - 1, dtype=bool)
    for column in columns:
        alike &= column[1:] == column[:-1]
    twin = np.append(alike, False) | np.append(False, alike)
    group = np.cumsum(np.append(0, ~alike))
    return rows[twin], group[twin]


def _sortable(units: Ints) -> Ints:
    """Return integers beyond 64 bits as codes that are equal where they are."""
    return np.unique(units, return_inverse=True)[1] if units.dtype == object else units


def has_no_fee(table: ExecutionTable) -> Bools:
    """Return which fills state a fee of zero or none at all.

    A round trip printed as one row bears its costs at the exit, and the ends of options are free everywhere:
    neither is looked at.
    """
    free: Bools = (table.kind == ExecutionKind.TRADE) & table.cost_known & (table.cost.units == 0)
    return free


def without_fees(table: ExecutionTable, asset_class: Ints, classes: int) -> dict[int, int]:
    """Return how many fills have no fee, by class, where most fills of the class have one.

    Args:
        table: The executions.
        asset_class: Class code of each row.
        classes: Number of class codes.
    """
    counted = (table.kind == ExecutionKind.TRADE) & table.cost_known
    free = has_no_fee(table)
    total = np.bincount(asset_class[counted], minlength=classes)
    none = np.bincount(asset_class[free], minlength=classes)
    rows = np.flatnonzero((none > 0) & (none < (1 - FEE_SHARE) * total))
    return {int(row): int(none[row]) for row in rows}
