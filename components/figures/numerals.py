"""Numbers as figures print them: sign, unit, grouping, the true minus (U+2212)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import MappingProxyType

MINUS = "−"
MISSING = "–"
SYMBOLS = MappingProxyType({"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"})
_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def value_text(value: float | None, unit: str = "", *, places: int | None = None, signed: bool = False) -> str:
    """Return one value as text.

    Args:
        value: The number; None, NaN and infinities print as an en dash.
        unit: A currency code, "%" (the value is a fraction), "R" or "" (plain).
        places: Decimals; by default 2, for "%" 1.
        signed: Whether a positive value gets a plus (R always does); zero never does.
    """
    if value is None or not math.isfinite(value):
        return MISSING
    number = value * 100 if unit == "%" else value
    decimals = (1 if unit == "%" else 2) if places is None else places
    digits = f"{abs(number):,.{decimals}f}"
    is_zero = not any(digit in "123456789" for digit in digits)
    sign = "" if is_zero else MINUS if number < 0 else "+" if signed or unit == "R" else ""
    return sign + _with_unit(digits, unit)


def axis_text(value: float, unit: str = "") -> str:
    """Return a tick's text: as short as it can be, thousands as k, millions as M ("$5k", "−2%", "+1R")."""
    if unit in ("%", "R"):
        return value_text(round(value, 10), unit, places=_places_needed(value * (100 if unit == "%" else 1)))
    for step, letter in _STEPS:
        if abs(value) >= step:
            digits = f"{abs(value) / step:.4g}{letter}"
            break
    else:
        digits = f"{abs(value):,.{_places_needed(value)}f}"
    return (MINUS if value < 0 else "") + _with_unit(digits, unit)


def value_texts(values: Iterable[float], unit: str, *, places: int | None = None, signed: bool = True) -> list[str]:
    """Return many values as text, signed by default, for hover labels."""
    return [value_text(float(value), unit, places=places, signed=signed) for value in values]


def price_places(price: float) -> int:
    """Return how many decimals a price is printed with: 0 from 10,000, 2 from 2, 4 below."""
    size = abs(price)
    return 0 if size >= 10_000 else 2 if size >= 2 else 4


def plural(count: int, noun: str) -> str:
    """Return "1 trade", "2 trades"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _with_unit(digits: str, unit: str) -> str:
    if unit in ("%", "R", ""):
        return digits + unit
    if unit in SYMBOLS:
        return SYMBOLS[unit] + digits
    return f"{digits} {unit}"


def _places_needed(value: float) -> int:
    for places in range(4):
        if math.isclose(value, round(value, places), abs_tol=1e-9):
            return places
    return 4
