"""Whole columns of exact decimals to and from what the drivers take; the bulk twin of `ExactDecimal`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from data.db.types import PLACES, from_storage, to_storage
from domain.columns import Decimals
from domain.money import decimal_places, decimal_text, to_units

if TYPE_CHECKING:
    from domain.columns import Ints

INT64_MAX = 2**63 - 1


def sqlite_column(column: Decimals) -> list[Any]:
    """Return a column as SQLite stores it: integers of 10**-8, text where one does not fit."""
    shift = PLACES - column.places
    if shift >= 0 and column.units.dtype != object and len(column):
        factor = 10**shift
        if max(abs(int(column.units.max())), abs(int(column.units.min()))) <= INT64_MAX // factor:
            values: list[Any] = (column.units * factor).tolist()
            return values
    return [to_storage(column.at(row)) for row in range(len(column))]


def text_column(column: Decimals) -> list[Any]:
    """Return a column as canonical texts, which PostgreSQL's COPY reads into NUMERIC."""
    return [decimal_text(column.at(row)) for row in range(len(column))]


def from_column(values: Sequence[Any]) -> Decimals:
    """Return a stored column as exact decimals.

    Args:
        values: Integers of 10**-8 and texts (SQLite), or Decimals (PostgreSQL).
    """
    if all(type(value) is int for value in values):
        return Decimals(np.array(values, dtype=np.int64), PLACES)
    exact = [value if isinstance(value, Decimal) else from_storage(value) for value in values]
    places = max(map(decimal_places, exact), default=0)
    units = [to_units(value, places) for value in exact]
    fits = all(abs(unit) <= INT64_MAX for unit in units)
    return Decimals(np.array(units, dtype=np.int64 if fits else object), places)


def rescale(column: Decimals, places: int) -> Ints:
    """Return a column's units at other places, not fewer than it has; beyond 64 bits as Python integers."""
    factor = 10 ** (places - column.places)
    if factor == 1 or not len(column):
        return column.units
    largest = max(abs(int(column.units.max())), abs(int(column.units.min())))
    if column.units.dtype == object or largest > INT64_MAX // factor:
        wide: Ints = column.units.astype(object) * factor
        return wide
    scaled: Ints = column.units * factor
    return scaled
