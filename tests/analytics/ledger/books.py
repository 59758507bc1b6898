"""Small books for the ledger's tests: executions from plain values, and a naive oracle in fractions."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np

from domain.columns import Decimals, ExecutionTable, Matched

WIDE = Context(prec=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution of a test book."""

    side: int
    quantity: Decimal
    price: Decimal
    fees: Decimal = Decimal(0)
    instrument: int = 0
    at: int | None = None
    order: int = 0
    id: int = 0


def fill(side: int, quantity: object, price: object, fees: object = 0, **place: int) -> Fill:
    """Make a fill from readable values."""
    return Fill(side=side, quantity=Decimal(str(quantity)), price=Decimal(str(price)), fees=Decimal(str(fees)), **place)


def decimals(values: Sequence[Decimal]) -> Decimals:
    """Put exact decimals into a column, as Python ints when one does not fit 64 bits."""
    places = max([0, *(-int(value.as_tuple().exponent) for value in values)])
    units = [int(value.scaleb(places, WIDE)) for value in values]
    small = all(-(2**63) <= unit < 2**63 for unit in units)
    return Decimals(np.array(units, dtype=np.int64 if small else object), places)


def table(fills: Sequence[Fill]) -> ExecutionTable:
    """Make an execution table; id and time default to the position in the list."""
    n = len(fills)
    times = [row if item.at is None else item.at for row, item in enumerate(fills)]
    return ExecutionTable(
        id=np.array([item.id or row + 1 for row, item in enumerate(fills)], dtype=np.int64),
        instrument=np.array([item.instrument for item in fills], dtype=np.int32),
        side=np.array([item.side for item in fills], dtype=np.int8),
        quantity=decimals([item.quantity for item in fills]),
        price=decimals([item.price for item in fills]),
        cost=decimals([item.fees for item in fills]),
        cost_known=np.ones(n, dtype=np.bool_),
        executed_at=np.array(times, dtype=np.int64),
        kind=np.zeros(n, dtype=np.int8),
        order=np.array([item.order for item in fills], dtype=np.int64),
    )


def same_multiplier(instruments: int = 1, multiplier: object = 1) -> Decimals:
    """Return the same multiplier for each instrument."""
    return decimals([Decimal(str(multiplier))] * instruments)


@dataclass(frozen=True, slots=True)
class OracleClose:
    """A close of the oracle, in exact fractions."""

    instrument: int
    open_id: int
    close_id: int
    quantity: Fraction
    gross: Fraction
    fees: Fraction


def oracle_fifo(fills: Sequence[Fill], multiplier: object = 1) -> list[OracleClose]:
    """Pair lots with a deque per instrument, in fractions; the slow and obvious way."""
    closes: list[OracleClose] = []
    rows = sorted(enumerate(fills), key=lambda pair: (pair[1].instrument, _place(*pair)))
    books: dict[int, deque[_Lot]] = {}
    for position, item in rows:
        lots = books.setdefault(item.instrument, deque())
        left = Fraction(item.quantity)
        number = item.id or position + 1
        while left and lots and lots[0].fill.side != item.side:
            lot = lots[0]
            part = min(left, lot.left)
            gain = (Fraction(item.price) - Fraction(lot.fill.price)) * part * lot.fill.side
            fees = Fraction(lot.fill.fees) * part / Fraction(lot.fill.quantity)
            fees += Fraction(item.fees) * part / Fraction(item.quantity)
            closes.append(OracleClose(item.instrument, lot.id, number, part, gain * Fraction(str(multiplier)), fees))
            left -= part
            lot.left -= part
            if not lot.left:
                lots.popleft()
        if left:
            lots.append(_Lot(item, number, left))
    return closes


@dataclass(slots=True)
class _Lot:
    """An open lot of the oracle."""

    fill: Fill
    id: int
    left: Fraction


def _place(position: int, item: Fill) -> tuple[int, int, int]:
    return (position if item.at is None else item.at, item.order, item.id or position + 1)


def money(matched: Matched, column: str) -> list[Fraction]:
    """Return a money column of the closes as fractions."""
    places = matched.money_places[matched.closes.instrument]
    units = getattr(matched.closes, column)
    return [Fraction(int(unit)) / Fraction(10) ** int(place) for unit, place in zip(units, places, strict=True)]


def quantities(matched: Matched) -> list[Fraction]:
    """Return the closed quantities as fractions."""
    places = matched.quantity_places[matched.closes.instrument]
    return [
        Fraction(int(unit)) / Fraction(10) ** int(place)
        for unit, place in zip(matched.closes.quantity, places, strict=True)
    ]


def trade_money(matched: Matched, column: str) -> list[Fraction]:
    """Return a money column of the trades as fractions."""
    places = matched.money_places[matched.trades.instrument]
    units = getattr(matched.trades, column)
    return [Fraction(int(unit)) / Fraction(10) ** int(place) for unit, place in zip(units, places, strict=True)]


def trade_values(matched: Matched, column: str) -> list[Fraction]:
    """Return a notional column of the trades as fractions."""
    places = (matched.quantity_places + matched.price_places)[matched.trades.instrument]
    units = getattr(matched.trades, column)
    return [Fraction(int(unit)) / Fraction(10) ** int(place) for unit, place in zip(units, places, strict=True)]
