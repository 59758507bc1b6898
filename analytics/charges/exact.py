"""Exact integer columns: int64 while every value provably fits, Python integers beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from domain.columns import Decimals

if TYPE_CHECKING:
    from domain.columns import Ints

LIMIT = 2**62


def largest(units: Ints) -> int:
    """Return the largest absolute value, 0 of none."""
    return max(abs(int(units.max())), abs(int(units.min()))) if len(units) else 0


def multiply(units: Ints, factor: Any) -> Ints:
    """Return units x factor, an integer or a column of them."""
    bound = largest(factor) if isinstance(factor, np.ndarray) else abs(int(factor))
    if units.dtype != object and (largest(units) * bound >= LIMIT or bound >= LIMIT):
        units = units.astype(object)
    product: Ints = units * factor
    return product


def divide(units: Ints, divisor: int, *, up: bool = False) -> Ints:
    """Return units / divisor for units >= 0, halves rounded up; with `up` every rest is."""
    if divisor == 1:
        return units
    extra = divisor - 1 if up else divisor // 2
    if units.dtype != object and max(largest(units) + extra, divisor) >= LIMIT:
        units = units.astype(object)
    quotient: Ints = (units + extra) // divisor
    return quotient


def running_total(units: Ints) -> Ints:
    """Return the cumulative sum."""
    if units.dtype != object and float(np.abs(units.astype(np.float64)).sum()) >= LIMIT / 2:
        units = units.astype(object)
    total: Ints = np.cumsum(units)
    return total


def narrow(units: Ints) -> Ints:
    """Return Python integers as int64 where all fit with room to add them up."""
    return units.astype(np.int64) if units.dtype == object and largest(units) < LIMIT >> 7 else units


def add_at(total: Ints, rows: Ints, units: Ints) -> Ints:
    """Return the total with units added at distinct rows."""
    total = total.astype(object) if units.dtype == object and total.dtype != object else total
    total[rows] += units
    return total


def trim(column: Decimals) -> tuple[Ints, int]:
    """Return a column's units at the fewest places that hold every value, and the places."""
    units, places = column.units, column.places
    while places and not (units % 10).any():
        units, places = units // 10, places - 1
    return units, places
