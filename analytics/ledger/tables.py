"""Execution tables made, joined and ordered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from analytics.ledger.corporate_actions import finite_places
from domain.columns import Decimals, ExecutionTable

SHOWN_PLACES = 10
"""Places of a price that is only shown: the notional beside it is what counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One execution in exact numbers; `value` is its notional without multiplier."""

    id: int
    side: int
    quantity: Fraction
    value: Fraction
    executed_at: int
    kind: int
    order: int
    cost: Fraction = Fraction(0)
    is_known: bool = True

    @property
    def price(self) -> Fraction:
        """The price, exact where it has a finite decimal of a reasonable length, else rounded to be shown."""
        price = self.value / self.quantity
        is_exact = (10**SHOWN_PLACES * price).denominator == 1
        return price if is_exact else Fraction(round(price * 10**SHOWN_PLACES), 10**SHOWN_PLACES)


def make_table(entries: Sequence[Entry], code: int) -> ExecutionTable:
    """Return executions of one instrument as columns."""
    return ExecutionTable(
        id=np.array([item.id for item in entries], dtype=np.int64),
        instrument=np.full(len(entries), code, dtype=np.int32),
        side=np.array([item.side for item in entries], dtype=np.int8),
        quantity=_column([item.quantity for item in entries]),
        price=_column([item.price for item in entries]),
        cost=_column([item.cost for item in entries]),
        cost_known=np.array([item.is_known for item in entries], dtype=np.bool_),
        executed_at=np.array([item.executed_at for item in entries], dtype=np.int64),
        kind=np.array([item.kind for item in entries], dtype=np.int8),
        order=np.array([item.order for item in entries], dtype=np.int64),
    )


def carried_values(entries: Sequence[Entry]) -> dict[int, Fraction]:
    """Return the notionals that price x quantity does not say, by execution id."""
    return {item.id: item.value for item in entries if item.price * item.quantity != item.value}


def _column(values: Sequence[Fraction]) -> Decimals:
    places = max(map(finite_places, values), default=0)
    units = [int(value * 10**places) for value in values]
    fits = all(-(2**63) <= unit < 2**63 for unit in units)
    return Decimals(np.array(units, dtype=np.int64 if fits else object), places)


def join_tables(parts: Sequence[ExecutionTable], code: int) -> ExecutionTable:
    """Return the rows of several tables, one after another, as those of one instrument."""
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("id", "side", "cost_known", "executed_at", "kind", "order")
    }
    columns["instrument"] = np.full(len(columns["id"]), code, dtype=np.int32)
    for name in ("quantity", "price", "cost"):
        columns[name] = _join([getattr(part, name) for part in parts])
    return ExecutionTable(**columns)


def _join(columns: Sequence[Decimals]) -> Decimals:
    places = max(column.places for column in columns)
    units = np.concatenate([column.units.astype(object) * 10 ** (places - column.places) for column in columns])
    try:
        return Decimals(units.astype(np.int64), places)
    except OverflowError:
        return Decimals(units, places)
