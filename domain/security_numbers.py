"""Numbers of securities — ISIN, CUSIP, SEDOL — by their shape and their check digit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
_CUSIP = re.compile(r"[A-Z0-9*@#]{8}\d")
_SEDOL = re.compile(r"[0-9B-DF-HJ-NP-TV-Z]{6}\d")
_CUSIP_SIGNS = {"*": 36, "@": 37, "#": 38}
_SEDOL_WEIGHTS = (1, 3, 1, 7, 3, 9, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberKind:
    """One kind of number.

    Attributes:
        title: As the pages write it.
        example: A number that exists.
        shape: What it is made of, a sentence.
    """

    title: str
    example: str
    shape: str
    fits: Callable[[str], bool]


def read_cusip(text: str) -> str:
    """Return the CUSIP a file prints, "" when it is none; its check digit is not looked at."""
    return _shaped(text, _CUSIP)


def read_sedol(text: str) -> str:
    """Return the SEDOL a file prints, "" when it is none; its check digit is not looked at."""
    return _shaped(text, _SEDOL)


def _shaped(text: str, shape: re.Pattern[str]) -> str:
    code = text.strip().upper()
    return code if shape.fullmatch(code) else ""


def is_isin(code: str) -> bool:
    """Whether an ISIN is whole: its last digit fits the rest (Luhn over letters as numbers)."""
    return bool(_ISIN.fullmatch(code)) and _luhn("".join(str(int(letter, 36)) for letter in code)) == 0


def _luhn(digits: str) -> int:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10


def is_cusip(code: str) -> bool:
    """Whether a CUSIP is whole: every second value counts double, and the last digit makes the sum a ten."""
    if not _CUSIP.fullmatch(code):
        return False
    values = [_CUSIP_SIGNS[sign] if sign in _CUSIP_SIGNS else int(sign, 36) for sign in code[:8]]
    doubled = (value * (1 + place % 2) for place, value in enumerate(values))
    return (sum(value // 10 + value % 10 for value in doubled) + int(code[8])) % 10 == 0


def is_sedol(code: str) -> bool:
    """Whether a SEDOL is whole: no vowels, and the weighted sum of its values is a ten."""
    if not _SEDOL.fullmatch(code):
        return False
    return sum(int(sign, 36) * weight for sign, weight in zip(code, _SEDOL_WEIGHTS, strict=True)) % 10 == 0


NUMBERS: Mapping[str, NumberKind] = MappingProxyType({
    "isin": NumberKind(
        title="ISIN", example="US0378331005", fits=is_isin,
        shape="It has two letters, nine letters or digits, and a check digit.",
    ),
    "cusip": NumberKind(
        title="CUSIP", example="037833100", fits=is_cusip, shape="It has eight letters or digits, and a check digit."
    ),
    "sedol": NumberKind(
        title="SEDOL", example="B1YW440", fits=is_sedol,
        shape="It has six digits or letters other than vowels, and a check digit.",
    ),
})  # fmt: skip
"""The kinds by the name of their field on an `Instrument`."""
