"""Methods that need the book's state row by row: last in first out, average cost, and small books.

Plain loops over Python integers: no bound on their size, and for a few hundred rows faster than
setting up the arrays of the vectorised way.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analytics.ledger.fills import Fills
from analytics.ledger.pieces import Closes, Pieces

if TYPE_CHECKING:
    from domain.columns import Ints


def pair_lots(fills: Fills, *, last_in: bool) -> Pieces:
    """Pair rows lot by lot, the last or the first opened lot of a group first."""
    sides, quantities = fills.side.tolist(), fills.quantity.tolist()
    bounds = [*fills.first.tolist(), len(fills)]
    found: list[tuple[int, int, int, int, int]] = []
    for start, end in pairwise(bounds):
        _pair_group(sides, quantities, range(start, end), last_in=last_in, found=found)
    columns = zip(*found, strict=True) if found else [[], [], [], [], []]
    open_row, close_row, quantity, open_upto, close_upto = (integers(column) for column in columns)
    return Pieces(open_row=open_row, close_row=close_row, quantity=quantity, open_upto=open_upto, close_upto=close_upto)


def _pair_group(
    sides: list[int],
    quantities: list[int],
    rows: range,
    *,
    last_in: bool,
    found: list[tuple[int, int, int, int, int]],
) -> None:
    lots: deque[list[int]] = deque()  # [row, units left, units used]
    pick, drop = (-1, lots.pop) if last_in else (0, lots.popleft)
    held = 0
    for row in rows:
        left, used = quantities[row], 0
        if sides[row] != held:
            while left and lots:
                lot = lots[pick]
                part = min(lot[1], left)
                left -= part
                used += part
                lot[2] += part
                found.append((lot[0], row, part, lot[2], used))
                if part == lot[1]:
                    drop()
                else:
                    lot[1] -= part
        if left:
            if not lots:
                held = sides[row]
            lots.append([row, left, used])


def integers(values: object) -> Ints:
    """Return Python integers as int64, or as objects when one does not fit."""
    column = list(values)  # type: ignore[call-overload]
    try:
        return np.array(column, dtype=np.int64)
    except OverflowError:
        return np.array(column, dtype=object)


@dataclass(slots=True)
class Pool:
    """The pooled position of one group under average cost."""

    side: int = 0
    opener: int = -1
    quantity: int = 0
    value: int = 0
    cost: int = 0
    found: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    def add(self, row: int, side: int, quantity: int, value: int, cost: int) -> None:
        """Add an entry, or start a position with it."""
        if not self.quantity:
            self.side, self.opener = side, row
        self.quantity += quantity
        self.value += value
        self.cost += cost

    def close(self, row: int, part: int, value: int, cost: int) -> None:
        """Close part of the pool; it gives up its share of value and cost, rest stays."""
        entry, fee = self.value * part // self.quantity, self.cost * part // self.quantity
        self.found.append((self.opener, row, part, (value - entry) * self.side, cost + fee))
        self.quantity -= part
        self.value -= entry
        self.cost -= fee


def close_at_average(fills: Fills) -> Closes:
    """Close every group at the average cost of its open position.

    A close is listed under the execution that opened the trade. `gross` is in money units.
    """
    values = (fills.price * fills.quantity + (0 if fills.price_rest is None else fills.price_rest)).tolist()
    sides, quantities, costs = fills.side.tolist(), fills.quantity.tolist(), fills.cost.tolist()
    bounds = [*fills.first.tolist(), len(fills)]
    found: list[tuple[int, int, int, int, int]] = []
    changes = None if fills.pool is None else fills.pool.tolist()
    for start, end, factor in zip(bounds, bounds[1:], fills.factor.tolist(), strict=False):
        pool = Pool()
        for row in range(start, end):
            if changes is not None:
                pool.value += changes[row]
            _apply(pool, row, sides[row], quantities[row], values[row], costs[row])
        found.extend((opener, row, part, gain * factor, fee) for opener, row, part, gain, fee in pool.found)
    columns = zip(*found, strict=True) if found else [[], [], [], [], []]
    open_row, close_row, quantity, gross, fees = (integers(column) for column in columns)
    return Closes(open_row=open_row, close_row=close_row, quantity=quantity, gross=gross, fees=fees)


def _apply(pool: Pool, row: int, side: int, quantity: int, value: int, cost: int) -> None:
    """Close what is open the other way, then open with the rest."""
    if pool.quantity and side != pool.side:
        part = min(quantity, pool.quantity)
        used_value, used_cost = value * part // quantity, cost * part // quantity
        pool.close(row, part, used_value, used_cost)
        quantity, value, cost = quantity - part, value - used_value, cost - used_cost
    if quantity:
        pool.add(row, side, quantity, value, cost)


def pool_at_end(fills: Fills) -> Pool:
    """Return what is left in the pool of one group after all its rows."""
    values = (fills.price * fills.quantity + (0 if fills.price_rest is None else fills.price_rest)).tolist()
    sides, quantities, costs = fills.side.tolist(), fills.quantity.tolist(), fills.cost.tolist()
    pool = Pool()
    for row in range(len(fills)):
        if fills.pool is not None:
            pool.value += fills.pool[row]
        _apply(pool, row, sides[row], quantities[row], values[row], costs[row])
    return pool
