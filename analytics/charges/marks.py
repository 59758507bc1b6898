"""Which trades hold estimated fees."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import ExecutionTable, Matched

if TYPE_CHECKING:
    from domain.columns import Bools, Ints


def mark_trades(matched: Matched, executions: Callable[[], ExecutionTable], estimated: Ints) -> Bools:
    """Return which trades hold an execution whose fee is an estimate.

    Args:
        matched: Result of matching.
        executions: Gives the executions it was made of, where they are needed.
        estimated: Ids of those with an estimate, ascending.

    Returns:
        Mask over the rows of `matched.trades`.
    """
    trades, closes = matched.trades, matched.closes
    mask: Bools = np.isin(trades.id, estimated)
    mask[closes.trade[np.isin(closes.open_id, estimated) | np.isin(closes.close_id, estimated)]] = True
    placed = np.isin(estimated, trades.id) | np.isin(estimated, closes.open_id) | np.isin(estimated, closes.close_id)
    if placed.all():
        return mask
    # Entries that nothing has closed yet: they belong to the trade that was running at their time.
    table = executions()
    rows = np.flatnonzero(np.isin(table.id, estimated[~placed]))
    for code in np.unique(table.instrument[rows]).tolist():
        times = table.executed_at[rows[table.instrument[rows] == code]]
        first, last = np.searchsorted(trades.instrument, [code, code + 1])
        places = np.searchsorted(trades.opened_at[first:last], times, side="right") - 1
        mask[first + np.maximum(places, 0)] = True
    return mask
