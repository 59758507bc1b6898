"""Fills for tests of charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from domain.columns import Decimals, ExecutionTable
from domain.instruments import AssetClass, Instrument
from domain.money import decimal_places, to_units
from domain.periods import to_micros

STOCK = Instrument(symbol="INFY", asset_class=AssetClass.STOCK, currency="INR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution: signed quantity, price, time as ISO text in UTC."""

    quantity: str
    price: str
    at: str
    instrument: int = 0
    cost: str = "0"
    known: bool = True
    kind: int = 0


def fill(quantity: Any, price: Any, at: str, **more: Any) -> Fill:
    """Return a fill."""
    return Fill(quantity=str(quantity), price=str(price), at=at, **more)


def column(values: Sequence[Decimal]) -> Decimals:
    """Return decimals as a column."""
    places = max(map(decimal_places, values), default=0)
    units = [to_units(value, places) for value in values]
    fits = all(abs(unit) < 2**63 for unit in units)
    return Decimals(np.array(units, dtype=np.int64 if fits else object), places)


def table(fills: Sequence[Fill]) -> ExecutionTable:
    """Return fills as a table; ids count from 1."""
    moments = [to_micros(datetime.fromisoformat(item.at).replace(tzinfo=UTC)) for item in fills]
    signed = [Decimal(item.quantity) for item in fills]
    return ExecutionTable(
        id=np.arange(1, len(fills) + 1, dtype=np.int64),
        instrument=np.array([item.instrument for item in fills], dtype=np.int32),
        side=np.array([1 if value > 0 else -1 for value in signed], dtype=np.int8),
        quantity=column([abs(value) for value in signed]),
        price=column([Decimal(item.price) for item in fills]),
        cost=column([Decimal(item.cost) for item in fills]),
        cost_known=np.array([item.known for item in fills], dtype=np.bool_),
        executed_at=np.array(moments, dtype=np.int64),
        kind=np.array([item.kind for item in fills], dtype=np.int8),
        order=np.arange(len(fills), dtype=np.int64),
    )
