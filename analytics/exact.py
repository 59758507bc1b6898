"""Exact arithmetic on whole columns of decimals: integers of 64 bits, Python's own where those do not fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import Decimals
from domain.money import decimal_places, to_units

if TYPE_CHECKING:
    from domain.columns import Ints

INT64_MAX = 2**63 - 1


def shrink(column: Decimals) -> Decimals:
    """Return the column at the fewest places that hold it, so that products stay small.

    Args:
        column: Any length; an empty one or one of zeros gets 0 places.
    """
    units, places = column.units, column.places
    divisor = _divisor(units)
    if not divisor:
        return Decimals(np.zeros(len(units), dtype=np.int64), 0)
    drop = 0
    while drop < places and divisor % 10 ** (drop + 1) == 0:
        drop += 1
    if not drop:
        return column
    return Decimals(_narrow(units // 10**drop), places - drop)


def _divisor(units: Ints) -> int:
    """Return the greatest common divisor; a sample that is full of digits settles it early."""
    if not len(units):
        return 0
    if units.dtype == object:
        return math.gcd(*(int(unit) for unit in units))
    sample = int(np.gcd.reduce(units[:64]))
    return sample if sample and sample % 10 else int(np.gcd.reduce(units))


def from_decimals(values: Sequence[Decimal]) -> Decimals:
    """Return decimals as a column at the finest scale any of them needs."""
    places = max(map(decimal_places, values), default=0)
    return Decimals(_narrow(np.array([to_units(value, places) for value in values], dtype=object)), places)


def largest(units: Ints) -> int:
    """Return the largest absolute value, 0 for an empty column."""
    return max(abs(int(units.max())), abs(int(units.min()))) if len(units) else 0


def multiply(one: Decimals, two: Decimals) -> Decimals:
    """Return the products row by row, exactly."""
    left, right = shrink(one), shrink(two)
    sizes = largest(left.units), largest(right.units)
    # A wide column beside one of zeros: the product fits, the factor does not.
    fits = max(*sizes, sizes[0] * sizes[1]) <= INT64_MAX
    kind = np.int64 if fits else object
    return Decimals(left.units.astype(kind) * right.units.astype(kind), left.places + right.places)


def at_places(column: Decimals, places: int) -> Ints:
    """Return the units of a column at as many or more places; object integers where 64 bits do not do.

    Raises:
        ValueError: If digits would be lost.
    """
    if places < column.places:
        column = shrink(column)
    if places < column.places:
        message = f"{column.places} decimal places do not fit {places}"
        raise ValueError(message)
    factor: int = 10 ** (places - column.places)
    if factor == 1:
        return column.units
    fits = column.units.dtype != object and largest(column.units) <= INT64_MAX // factor
    wide: Ints = column.units if fits else column.units.astype(object)
    return wide * factor


def add(one: Decimals, two: Decimals) -> Decimals:
    """Return the sums row by row, exactly."""
    places = max(one.places, two.places)
    left, right = at_places(one, places), at_places(two, places)
    if largest(left) + largest(right) > INT64_MAX:
        left, right = left.astype(object), right.astype(object)
    return Decimals(left + right, places)


def negate(column: Decimals) -> Decimals:
    """Return the column with all signs turned."""
    return Decimals(-column.units, column.places)


def concatenate(columns: Sequence[Decimals]) -> Decimals:
    """Return columns one after another at a common scale."""
    slim = [shrink(column) for column in columns]
    places = max((column.places for column in slim), default=0)
    parts = [at_places(column, places) for column in slim]
    return Decimals(np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64), places)


def cumulate(column: Decimals, start: Decimal = Decimal(0)) -> Decimals:
    """Return the running totals, `start` included in each, exactly and whatever the number of rows."""
    places = max(column.places, decimal_places(start))
    units, first = at_places(column, places), to_units(start, places)
    bound = float(np.abs(units.astype(np.float64)).sum()) + abs(first)
    if bound >= 2.0**62:
        units = units.astype(object)
    return Decimals(np.cumsum(units) + first if len(units) else units, places)


def total(column: Decimals) -> Decimal:
    """Return the sum of a column, exactly."""
    if not len(column):
        return Decimal(0)
    running = cumulate(column)
    return running.at(len(running) - 1)


def round_half_even(column: Decimals, places: int) -> Decimals:
    """Return the column rounded to fewer places, halves to the even neighbour; finer ones stay as they are."""
    if places >= column.places:
        return column
    step: int = 10 ** (column.places - places)
    quotient, rest = column.units // step, column.units % step
    up = (2 * rest > step) | ((2 * rest == step) & (quotient % 2 == 1))
    return Decimals(quotient + up.astype(np.int64), places)


def _narrow(units: Ints) -> Ints:
    """Return Python integers as 64 bits where all fit."""
    if units.dtype != object or largest(units) > INT64_MAX:
        return units
    return units.astype(np.int64)
