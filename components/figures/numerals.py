"""Numbers as figures print them: `components.format` spoken to with one word for the unit.

A unit is a currency code, "%" (the value is a fraction), "R" or "" (a plain number).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from components.format import money, percent, plain, plural, price, quantity, r_multiple, signed_number

__all__ = ["axis_text", "plural", "price_text", "quantity", "value_text", "value_texts"]

_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def value_text(value: float | None, unit: str = "", *, places: int | None = None, signed: bool = False) -> str:
    """Return one value as text; a missing one (None, NaN) prints as an en dash.

    Args:
        value: The number.
        unit: A currency code, "%", "R" or "".
        places: Decimals; by default those of the unit.
        signed: Whether a positive value gets a plus (R always does); zero never does.
    """
    number = None if value is None or not math.isfinite(value) else float(value)
    if unit == "%":
        return percent(number, places=1 if places is None else places, signed=signed)
    if unit == "R":
        return r_multiple(number, places=2 if places is None else places)
    if unit:
        return money(number, unit, signed=signed, places=places)
    write = signed_number if signed else plain
    return write(number, places=2 if places is None else places)


def value_texts(values: Iterable[float], unit: str, *, places: int | None = None, signed: bool = True) -> list[str]:
    """Return many values as text, signed by default, for hover labels."""
    return [value_text(float(value), unit, places=places, signed=signed) for value in values]


def price_text(value: float, places: int | None = None) -> str:
    """Return a price with the decimals given, or those its size asks for."""
    return price(float(value), places=places)


def axis_text(value: float, unit: str = "") -> str:
    """Return a tick's text: as short as it can be, thousands as k, millions as M ("$5k", "−2%", "+1R")."""
    if unit in ("%", "R"):
        return value_text(value, unit, places=_places_needed(value * (100 if unit == "%" else 1)))
    scale, letter = next(((step, letter) for step, letter in _STEPS if abs(value) >= step), (1.0, ""))
    digits = plain(abs(value) / scale, places=_places_needed(value / scale)) + letter
    around = money(0, unit, places=0) if unit else "0"
    return ("−" if value < 0 else "") + around.replace("0", digits, 1)


def _places_needed(value: float) -> int:
    for places in range(4):
        if math.isclose(value, round(value, places), abs_tol=1e-9):
            return places
    return 4
