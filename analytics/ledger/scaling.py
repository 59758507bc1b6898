"""Choosing, per instrument, the integers that hold a book exactly.

Quantities, notionals, money and fees are integers at decimal places of the instrument. The places
are as fine as the data needs, plus a little where shares have to be split (average cost, splits,
fees). When the sums of an instrument cannot provably stay inside 64 bits, its scale is made
coarser and its amounts are rounded so that running totals, not rows, are rounded: nothing is lost
or made, the last digits only move to a neighbour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import Decimals

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints

LIMIT = 2.0**61  # half of the range and half again: sums of money less fees stay inside int64
FINE_PLACES = 6
MOST_PLACES = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Sums and steps of each instrument, one row a group, as the choice of scales needs them.

    Attributes:
        quantity, notional, fees: Sums of absolute values, real units, float64.
        quantity_places, value_places, cost_places: What the data needs, int64.
        multiplier, multiplier_places: Contract multiplier as an exact integer and its places.
        spare_places: Extra places wanted for the notional, int64.
    """

    quantity: Floats
    notional: Floats
    fees: Floats
    quantity_places: Ints
    value_places: Ints
    cost_places: Ints
    multiplier: Ints
    multiplier_places: Ints
    spare_places: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """Decimal places of each instrument's integers, one row a group.

    Attributes:
        quantity, value, money: Places of quantities, notionals and money.
        factor: Money units per notional unit (the multiplier at its scale), object or int64.
        wide_quantity: Quantities exceed 64 bits: matched as Python ints, shown rounded.
        is_rounded: Notionals or fees had to be rounded.
    """

    quantity: Ints
    value: Ints
    money: Ints
    factor: Ints
    wide_quantity: Bools
    is_rounded: Bools


def choose_scales(amounts: Amounts) -> Scales:
    """Return the finest wanted scales whose sums provably fit 64 bits.

    Args:
        amounts: Sums and needed steps per instrument.
    """
    multiplier = amounts.multiplier.astype(np.float64) / 10.0**amounts.multiplier_places
    money_room = _room(np.maximum(amounts.notional * multiplier, amounts.fees))
    value_room = np.minimum(_room(amounts.notional), money_room - amounts.multiplier_places)
    value = np.minimum(amounts.value_places + amounts.spare_places, value_room)
    money = np.maximum(value + amounts.multiplier_places, np.minimum(amounts.cost_places, money_room))
    money = np.maximum(money, np.minimum(FINE_PLACES, money_room))
    quantity = np.minimum(amounts.quantity_places, _room(amounts.quantity))
    exponents = np.where(amounts.notional > 0, money - value - amounts.multiplier_places, 0)
    return Scales(
        quantity=quantity,
        value=value,
        money=money,
        factor=amounts.multiplier * 10**exponents,
        wide_quantity=quantity < amounts.quantity_places,
        is_rounded=(value < amounts.value_places) | (money < amounts.cost_places),
    )


def _room(total: Floats) -> Ints:
    """Decimal places at which a sum of this size still fits."""
    digits = np.floor(np.log10(LIMIT / np.maximum(total, 1e-40)))
    return np.minimum(digits, MOST_PLACES * 2).astype(np.int64)


def exact_multipliers(multipliers: Decimals, codes: Ints) -> tuple[Ints, Ints]:
    """Return the multipliers of some instruments as integers without trailing zeros, and their places."""
    units, places = [], []
    for code in codes.tolist():
        unit, place = int(multipliers.units[code]), multipliers.places
        while place and unit % 10 == 0:
            unit, place = unit // 10, place - 1
        units.append(unit)
        places.append(place)
    return np.array(units, dtype=np.int64), np.array(places, dtype=np.int64)


def rescale(units: Sequence[int], places: int, wanted: int) -> list[int]:
    """Move integers to another number of places; where digits drop, running totals are rounded.

    The total moves by less than half a unit, whatever the number of rows.
    """
    if wanted >= places:
        factor = 10 ** (wanted - places)
        return [unit * factor for unit in units]
    step = 10 ** (places - wanted)
    total, before, result = 0, 0, []
    for unit in units:
        total += unit
        rounded = (total + step // 2) // step
        result.append(rounded - before)
        before = rounded
    return result
