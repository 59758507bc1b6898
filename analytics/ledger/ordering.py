"""The order in which a book is read.

Executions of one instrument are ordered by time, then by their order inside the source (the
broker's trade id when it is a number, else the line of the file), then by our own id. This
tie-break is part of the result: fills in the same instant at different prices pair differently in
another order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from domain.columns import ExecutionTable

if TYPE_CHECKING:
    from domain.columns import Bools, Ints

RADIX_LIMIT = 65_536


def book_order(executions: ExecutionTable) -> Ints | None:
    """Return the rows by (instrument, executed_at, order, id), or None when they already are.

    Stable sorts of nearly sorted columns are linear, and instruments sort by radix.
    """
    if _is_ordered(executions, executions.instrument):
        return None
    by_time = None if _is_ordered(executions) else _time_order(executions)
    codes = executions.instrument if by_time is None else executions.instrument[by_time]
    keys = codes.astype(np.uint16) if not len(codes) or codes.max() < RADIX_LIMIT else codes
    by_instrument: Ints = np.argsort(keys, kind="stable")
    return by_instrument if by_time is None else by_time[by_instrument]


def _is_ordered(executions: ExecutionTable, *outer: np.ndarray) -> bool:
    """Whether the rows ascend by the outer keys, then time, order and id."""
    tied: Bools | None = None
    for key in (*outer, executions.executed_at, executions.order, executions.id):
        step_back, same = key[1:] < key[:-1], key[1:] == key[:-1]
        if (step_back if tied is None else step_back & tied).any():
            return False
        tied = same if tied is None else tied & same
        if not tied.any():
            return True
    return True


def _time_order(executions: ExecutionTable) -> Ints:
    """Rows by (executed_at, order, id); only ties in time are sorted by the later keys."""
    order: Ints = np.argsort(executions.executed_at, kind="stable")
    times = executions.executed_at[order]
    same = times[1:] == times[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
    if len(tied):
        rows = order[tied]
        keys = (executions.id[rows], executions.order[rows], executions.executed_at[rows])
        order[tied] = rows[np.lexsort(keys)]
    return order
