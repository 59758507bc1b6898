"""Which lots a sale could close: what was open in its account just before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from analytics.tax.lots import LotBooks, order_fills
from domain.money import ZERO
from domain.tax import CostMethod, Picks, TaxFill


@dataclass(frozen=True, slots=True, kw_only=True)
class LotState:
    """A lot just before a sale, in restated units, and what the sale takes of it."""

    ref: int
    acquired: date
    quantity: Decimal
    cost: Decimal
    taken: Decimal


def closing_fills(fills: Sequence[TaxFill]) -> Iterator[tuple[TaxFill, Decimal]]:
    """Yield the fills that close something with the quantity they close, in order of time; what is moved away too.

    Args:
        fills: Of one instrument, any order; accounts are apart.
    """
    held: dict[str, Decimal] = {}
    for fill in order_fills(fills):
        before = held.get(fill.account, ZERO)
        held[fill.account] = before + fill.side * fill.quantity
        if before * fill.side < 0:
            yield fill, min(abs(before), fill.quantity)


def lots_before(fills: Sequence[TaxFill], close_ref: int, picks: Picks) -> list[LotState]:
    """Return the lots that were open just before a fill, oldest first; [] when it closes nothing.

    Args:
        fills: Of one instrument, any order.
        close_ref: The fill.
        picks: Chosen lots, of earlier sales too; what is not chosen is closed first in, first out.
    """
    books = LotBooks(method=CostMethod.SPECIFIC, picks=picks)
    for fill in order_fills(fills):
        book = books.of(fill.account)
        if fill.ref != close_ref:
            books.apply(fill)
            continue
        if book.side == fill.side:
            return []
        before = [(lot, lot.quantity, lot.money) for lot in book.lots]
        books.apply(fill)
        return [
            LotState(ref=lot.ref, acquired=lot.acquired, quantity=quantity, cost=money, taken=quantity - lot.quantity)
            for lot, quantity, money in before
        ]
    return []
