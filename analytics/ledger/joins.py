"""Trades that a person merged: consecutive round trips of one instrument told as one.

Matching knows nothing of it: what closes what, and every unit of profit, stays as it was; only the
rows of the trade table are put together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from domain.columns import Matched, TradeTable

if TYPE_CHECKING:
    from domain.columns import Ints

_SUMS = (
    "entry_quantity", "exit_quantity", "entry_value", "exit_value", "gross", "fees", "open_cost", "open_fees",
    "executions",
)  # fmt: skip


def join_trades(matched: Matched, joined: Collection[int]) -> Matched:
    """Return the result of matching with some trades merged into the one before them.

    A merged trade has the id, opening and direction of its first part, the end of its last and the
    sums of all. A mark without effect is passed over: its trade is not there, is the first of its
    instrument, or is open in the other direction than the first part.

    Args:
        matched: Result of `match`.
        joined: Ids of the trades (their opening executions) that belong to the one before.
    """
    heads = _heads(matched.trades, joined) if joined else {}
    if not heads:
        return matched
    columns = {item.name: getattr(matched.trades, item.name).copy() for item in fields(TradeTable)}
    flips = set(np.intersect1d(columns["id"][list(heads)], matched.closes.close_id).tolist())
    for row, head in heads.items():
        _add(columns, row, head, is_flip=int(columns["id"][row]) in flips)
    kept = np.ones(len(matched.trades), dtype=np.bool_)
    kept[list(heads)] = False
    place: Ints = np.cumsum(kept) - 1
    for row, head in heads.items():
        place[row] = place[head]
    trades = TradeTable(**{name: column[kept] for name, column in columns.items()})
    return replace(matched, trades=trades, closes=replace(matched.closes, trade=place[matched.closes.trade]))


def _heads(trades: TradeTable, joined: Collection[int]) -> dict[int, int]:
    """Row of the first part of each trade that is merged into another, in ascending order."""
    marked = np.flatnonzero(np.isin(trades.id, list(joined)))
    heads: dict[int, int] = {}
    for row in marked.tolist():
        if row == 0 or trades.instrument[row - 1] != trades.instrument[row]:
            continue
        head = heads.get(row - 1, row - 1)
        if not trades.is_open[row] or trades.side[row] == trades.side[head]:
            heads[row] = head
    return heads


def _add(columns: dict[str, Any], row: int, head: int, *, is_flip: bool) -> None:
    """Add a later part to the first one; a fill that ends one part and opens the next counts once."""
    if columns["exit_quantity"][row]:
        columns["closed_at"][head] = columns["closed_at"][row]
    for name in _SUMS:
        columns[name][head] += columns[name][row]
    columns["executions"][head] -= int(is_flip)
    columns["quantity"][head] = max(columns["quantity"][head], columns["quantity"][row])
    columns["is_open"][head] = columns["is_open"][row]
    columns["fees_known"][head] &= columns["fees_known"][row]
