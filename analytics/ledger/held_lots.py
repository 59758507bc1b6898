"""What is held at one instant, lot by lot: what a corporate action finds and changes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from analytics.ledger.fills import Book
from analytics.ledger.loops import pair_lots, pool_at_end
from analytics.ledger.trades import walk_positions
from domain.accounts import LotMethod

if TYPE_CHECKING:
    from analytics.ledger.fills import Fills


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """The open part of one execution; under average cost the whole position under its opening one.

    Attributes:
        row: Row of the `Fills`.
        id: Id of the execution.
        side: +1 long, -1 short.
        closing: Units with which the execution closed the other direction before it opened this one.
        closed: Units it opened that are closed by now.
        quantity: Units still open.
        value: Notional of the open units, in units of the book.
        fees: Fees of the open units, money units of the book.
        is_known: Whether the fees are.
    """

    row: int
    id: int
    side: int
    closing: int
    closed: int
    quantity: int
    value: int
    fees: int
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The lots of one instrument, oldest first, with the executions and the scales they are counted in."""

    lots: tuple[Lot, ...]
    fills: Fills
    quantity_places: int
    value_places: int
    money_places: int

    def units(self, quantity: int) -> Fraction:
        """Return a quantity as an exact number."""
        return Fraction(quantity) / Fraction(10) ** self.quantity_places

    def amount(self, value: int) -> Fraction:
        """Return a notional as an exact number."""
        return Fraction(value) / Fraction(10) ** self.value_places

    def money(self, fees: int) -> Fraction:
        """Return fees as an exact number."""
        return Fraction(fees) / Fraction(10) ** self.money_places

    @property
    def quantity(self) -> Fraction:
        """Units held, unsigned."""
        return self.units(sum(lot.quantity for lot in self.lots))

    @property
    def side(self) -> int:
        """+1 long, -1 short, 0 nothing."""
        return self.lots[0].side if self.lots else 0


def hold(book: Book, method: LotMethod, *, pending: Fraction = Fraction(0)) -> Holding:
    """Return what is held after the last row of a book of one instrument.

    Args:
        book: As `prepare_book` makes it.
        method: How lots are closed.
        pending: Under average cost, notional that has left the pool since the last row.
    """
    lots: list[Lot] = []
    if len(book.fills):
        gone = round(pending * Fraction(10) ** int(book.scales.value[0]))
        lots = _pooled(book.fills, gone) if method is LotMethod.AVERAGE else _paired(book.fills, method)
    return Holding(
        lots=tuple(lots),
        fills=book.fills,
        quantity_places=int(book.quantity_places[0]) if len(book.codes) else 0,
        value_places=int(book.scales.value[0]) if len(book.codes) else 0,
        money_places=int(book.scales.money[0]) if len(book.codes) else 0,
    )


def row_value(fills: Fills, row: int, upto: int | None = None) -> int:
    """Return the notional of the first `upto` units of a row (of all by default)."""
    whole = int(fills.quantity[row])
    rest = 0 if fills.price_rest is None else int(fills.price_rest[row])
    total = int(fills.price[row]) * whole + rest
    return total if upto is None else total * upto // whole


def row_fees(fills: Fills, row: int, upto: int | None = None) -> int:
    """Return the fees of the first `upto` units of a row (of all by default)."""
    total = int(fills.cost[row])
    return total if upto is None else total * upto // int(fills.quantity[row])


def opened_parts(fills: Fills) -> list[tuple[int, int]]:
    """Return (row, units with which it closed the direction before) of each entry of the last trade of a group."""
    walk = walk_positions(fills)
    start, side = int(walk.start[-1]), int(fills.side[walk.start[-1]])
    entries = [row for row in range(start, len(fills)) if int(fills.side[row]) == side]
    flips = set(walk.flips.tolist())
    return [(row, int(fills.quantity[row]) - abs(int(walk.position[row])) if row in flips else 0) for row in entries]


def _paired(fills: Fills, method: LotMethod) -> list[Lot]:
    pieces = pair_lots(fills, last_in=method is LotMethod.LIFO)
    closed, closing = (np.zeros(len(fills), dtype=object) for _ in range(2))
    np.add.at(closed, pieces.open_row, pieces.quantity.astype(object))
    np.add.at(closing, pieces.close_row, pieces.quantity.astype(object))
    left = fills.quantity.astype(object) - closed - closing
    return [
        _lot(fills, row, closing=int(closing[row]), closed=int(closed[row])) for row in np.flatnonzero(left).tolist()
    ]


def _lot(fills: Fills, row: int, *, closing: int, closed: int) -> Lot:
    used = closing + closed
    return Lot(
        row=row,
        id=int(fills.id[row]),
        side=int(fills.side[row]),
        closing=closing,
        closed=closed,
        quantity=int(fills.quantity[row]) - used,
        value=row_value(fills, row) - row_value(fills, row, used),
        fees=row_fees(fills, row) - row_fees(fills, row, used),
        is_known=fills.known is None or bool(fills.known[row]),
    )


def _pooled(fills: Fills, gone: int) -> list[Lot]:
    pool = pool_at_end(fills)
    if not pool.quantity:
        return []
    entries = [row for row, _ in opened_parts(fills)]
    return [
        Lot(
            row=pool.opener,
            id=int(fills.id[pool.opener]),
            side=pool.side,
            closing=0,
            closed=0,
            quantity=pool.quantity,
            value=pool.value - gone,
            fees=pool.cost,
            is_known=fills.known is None or bool(fills.known[entries].all()),
        )
    ]
