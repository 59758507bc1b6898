"""Exact decimals: reading, writing and the one crossing to binary floating point."""

from __future__ import annotations

import re
from decimal import Decimal

ZERO = Decimal(0)
_SHARE, _LARGE = Decimal("1E-8"), Decimal("1E+20")
# A plain decimal number: no exponent, no underscore, ASCII digits only (Decimal accepts far more).
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def decimal_text(value: Decimal) -> str:
    """Return the canonical text of a decimal: no exponent, no trailing zeros, no "-0"."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_plain_decimal(text: str) -> Decimal:
    """Read a machine-written decimal such as "-1234.5" or "1e-7".

    Raises:
        ValueError: If the text is anything else (NaN, infinities, "1_000", other digits).
    """
    if not _PLAIN.fullmatch(text):
        message = f"not a plain decimal: {text[:40]!r}"
        raise ValueError(message)
    return Decimal(text)


def to_float(value: Decimal) -> float:
    """Cross from exact money to float64 statistics; the only place where this happens."""
    return float(value)


def decimal_places(value: Decimal) -> int:
    """Return how many decimal places a value needs, trailing zeros not counted."""
    _, digits, exponent = value.as_tuple()
    places = -int(exponent)
    for digit in reversed(digits):
        if places <= 0 or digit:
            break
        places -= 1
    return max(0, places) if value else 0


def to_units(value: Decimal, places: int) -> int:
    """Return value x 10**places as an integer, exactly.

    Decimal's own scaling rounds to the context's precision; this does not.

    Raises:
        ValueError: If the value needs more places.
    """
    sign, digits, exponent = value.as_tuple()
    whole = int("".join(map(str, digits)) or "0")
    shift = int(exponent) + places
    if shift < 0:
        whole, rest = divmod(whole, 10**-shift)
        if rest:
            message = f"{value} does not fit {places} decimal places"
            raise ValueError(message)
        shift = 0
    scale: int = 10**shift
    return (-whole if sign else whole) * scale


def share_of(total: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return a part's share of a total, to eight places: who keeps the rest keeps the sum exact."""
    share = total * part / whole
    # An amount beyond a hundred million million million keeps the digits that the context gives it.
    return share.quantize(_SHARE) if abs(share) < _LARGE else share


def from_units(units: int, places: int) -> Decimal:
    """Return units / 10**places exactly, whatever the context's precision."""
    sign = 1 if units < 0 else 0
    return Decimal((sign, tuple(map(int, str(abs(units)))), -places))
