"""Exact decimals: reading, writing and the one crossing to binary floating point."""

from __future__ import annotations

import re
from decimal import Decimal

ZERO = Decimal(0)
# A plain decimal number: no exponent, no underscore, ASCII digits only (Decimal accepts far more).
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")


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
