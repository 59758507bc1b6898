"""Trailing zeros: the finest decimal step each instrument really uses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import Decimals

if TYPE_CHECKING:
    from domain.columns import Bools, Ints


def trim_places(column: Decimals, first: Ints) -> tuple[Ints, Ints]:
    """Drop the decimal places that no value of a group needs.

    Args:
        column: Exact values, rows of one group side by side.
        first: Row where each group starts, int64, ascending.

    Returns:
        Integer units (int64, or object where one value does not fit) and the places per group.
    """
    if column.units.dtype == object:
        return _trim_objects(column, first)
    places = np.full(len(first), column.places, dtype=np.int64)
    units = column.units
    if column.places == 0 or not len(first):
        return units, places
    if len(first) == 1 and len(units):  # one instrument matched anew
        zeros = min(_trailing_zeros(int(np.gcd.reduce(units))), column.places)
        return units // 10**zeros if zeros else units, places - zeros
    ends = np.append(first[1:], len(units))
    groups = np.arange(len(first))
    for _ in range(column.places):
        groups = groups[_all_end_in_zero(units, first[groups], ends[groups])]
        if not len(groups):
            break
        units = _divide_groups(units, first[groups], ends[groups])
        places[groups] -= 1
    return units, places


def _all_end_in_zero(units: Ints, first: Ints, ends: Ints) -> Bools:
    """Whether all units of each group are multiples of ten; a look at the ends settles most."""
    maybe: Bools = (units[first] % 10 == 0) & (units[ends - 1] % 10 == 0) & (units[(first + ends) // 2] % 10 == 0)
    chosen = np.flatnonzero(maybe)
    if len(chosen):
        rows = group_rows(first[chosen], ends[chosen])
        values = units[rows]
        odd = values // 10 * 10 != values
        sizes = ends[chosen] - first[chosen]
        maybe[chosen] = ~np.logical_or.reduceat(odd, np.cumsum(sizes) - sizes)
    return maybe


def _divide_groups(units: Ints, first: Ints, ends: Ints) -> Ints:
    rows = group_rows(first, ends)
    if len(rows) == len(units):
        return units // 10
    units = units.copy()
    units[rows] //= 10
    return units


def group_rows(first: Ints, ends: Ints) -> Ints:
    """Return the rows of half-open ranges, one after the other."""
    sizes = ends - first
    starts = np.cumsum(sizes) - sizes
    rows: Ints = np.arange(int(sizes.sum())) + np.repeat(first - starts, sizes)
    return rows


def _trim_objects(column: Decimals, first: Ints) -> tuple[Ints, Ints]:
    ends = np.append(first[1:], len(column))
    units, places = column.units.copy(), np.full(len(first), column.places, dtype=np.int64)
    for group, (start, end) in enumerate(zip(first.tolist(), ends.tolist(), strict=True)):
        rows = [int(value) for value in column.units[start:end]]
        zeros = min(_trailing_zeros(math.gcd(*rows)), column.places)
        units[start:end] = [value // 10**zeros for value in rows]
        places[group] -= zeros
    return _narrow(units), places


def _trailing_zeros(number: int) -> int:
    if number == 0:
        return 10**9
    text = str(number)
    return len(text) - len(text.rstrip("0"))


def _narrow(units: Ints) -> Ints:
    """Return int64 when every value fits, else the Python ints."""
    try:
        return units.astype(np.int64)
    except OverflowError:
        return units
