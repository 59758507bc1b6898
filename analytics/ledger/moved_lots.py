"""Lots that leave an account or come to it in kind, and what that makes of trades: nothing is realised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.ledger.held_lots import Holding, Lot, row_fees, row_value
from analytics.ledger.spin_offs import made_id
from analytics.ledger.tables import Entry
from domain.accounts import LotMethod
from domain.executions import ExecutionKind
from domain.transfers import Move, MovedLot

PROBE, LAST = -1, 2**62

if TYPE_CHECKING:
    from analytics.ledger.fills import Fills
    from domain.columns import Bools, Ints, Matched


def leaving_lots(holding: Holding, quantity: Decimal, method: LotMethod, acquired: Mapping[int, int]) -> list[MovedLot]:
    """Return the lots that a quantity takes out of a holding, in the order in which the method closes them.

    Args:
        holding: What is held at the instant.
        quantity: Units that are to leave; of fewer all leave.
        method: FIFO, LIFO or average cost; the pool leaves pro rata, as acquired when it was opened.
        acquired: Microseconds since 1970 UTC of what came by an earlier transfer, by execution id.

    Returns:
        Parts that carry exactly what matching takes off the lots they are parts of.

    **Source:** IRS Publication 551 (basis and holding period go along with property that only changes its place).
    """
    left = int(Fraction(quantity) * 10**holding.quantity_places // 1)
    moved: list[MovedLot] = []
    for lot in holding.lots[::-1] if method is LotMethod.LIFO else holding.lots:
        units = min(left, lot.quantity)
        if units <= 0:
            break
        left -= units
        moved.append(_part(holding, lot, units, acquired, is_pool=method is LotMethod.AVERAGE))
    return moved


def _part(holding: Holding, lot: Lot, units: int, acquired: Mapping[int, int], *, is_pool: bool) -> MovedLot:
    fills = holding.fills
    if units == lot.quantity:
        value, fees = lot.value, lot.fees
    elif is_pool:
        value, fees = (total * units // lot.quantity for total in (lot.value, lot.fees))
    else:
        used = lot.closing + lot.closed
        value = row_value(fills, lot.row, used + units) - row_value(fills, lot.row, used)
        fees = row_fees(fills, lot.row, used + units) - row_fees(fills, lot.row, used)
    return MovedLot(
        source=lot.id,
        side=lot.side,
        quantity=holding.units(units),
        value=holding.amount(value),
        fees=holding.money(fees),
        is_known=lot.is_known,
        acquired_at=acquired.get(lot.id, int(fills.executed_at[lot.row])),
    )


def moved_entries(move: Move, lots: Sequence[MovedLot], *, at: int, order: Callable[[], int]) -> list[Entry]:
    """Return the executions that a transfer makes, one a lot: closing at the lot's cost, or opening with it."""
    part, sign = ("out", -1) if move.is_out else ("in", 1)
    return [
        Entry(
            id=made_id(move, lot.source, f"{part} {number}"),
            side=sign * lot.side,
            quantity=lot.quantity,
            value=lot.value,
            cost=sign * lot.fees,
            is_known=lot.is_known,
            executed_at=at,
            kind=ExecutionKind.TRANSFER,
            order=order(),
        )
        for number, lot in enumerate(lots)
    ]


def probe_entry(quantity: Fraction, at: int) -> Entry:
    """Return an execution after all others of an instant that makes a book count as finely as a quantity needs."""
    return Entry(
        id=PROBE, side=-1, quantity=quantity, value=quantity, executed_at=at, kind=ExecutionKind.TRANSFER, order=LAST
    )


def without_last(fills: Fills) -> Fills:
    """Return the fills of one instrument without the last one, at the same scales."""
    names = [item.name for item in fields(fills) if item.name not in ("first", "factor")]
    columns: dict[str, Any] = {name: getattr(fills, name) for name in names}
    kept: dict[str, Any] = {name: None if value is None else value[:-1] for name, value in columns.items()}
    return replace(fills, **kept)


def is_moved_away(matched: Matched, moved: Ints) -> Bools:
    """Return which trades ended by transfers alone: they realised nothing and go on elsewhere.

    Args:
        matched: Trades and closes of a book.
        moved: Ids of the executions that transfers made.
    """
    trades, closes = matched.trades, matched.closes
    gone = np.isin(closes.close_id, moved)
    if not gone.any():
        return np.zeros(len(trades), dtype=np.bool_)
    own = np.bincount(closes.trade[~gone], minlength=len(trades))
    away = np.bincount(closes.trade[gone], minlength=len(trades))
    found: Bools = (own == 0) & (away > 0) & ~trades.is_open
    return found
