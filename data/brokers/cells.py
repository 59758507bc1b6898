"""Reading one cell: cleaning, numbers and times, each with an error that names the column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal

from domain.money import parse_plain_decimal

EMPTY_MARKS = frozenset({"--", "-", "~", "n/a", "N/A", "Not available", "—", "–"})
_WIDE = Context(prec=200)
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\ufeff": None, "\u200e": None, "\u200f": None})
_GUARD = re.compile(r'^="?(.*?)"?$', re.DOTALL)
_CURRENCY_MARKS = re.compile(r"[$€£¥₹@\s']")
_GROUPS = re.compile(r"\d{1,3}(,\d{2,3})*(,\d{3})+$|\d{1,3}(,\d{3})+$|\d+$")


LARGEST_EXPONENT = 30
"""Powers of ten beyond which a cell is damaged; a coin's 18 decimals and its largest supply lie within."""


class CellError(ValueError):
    """A cell cannot be read; becomes a `RowProblem` of its row."""

    def __init__(self, column: str, value: str, reason: str, hint: str = "") -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.value = value[:200]
        self.reason = reason
        self.hint = hint


def clean(text: str) -> str:
    """Return a cell without odd spaces, spreadsheet guards (="0012"), a leading apostrophe or tabs."""
    text = text.translate(_SPACES).strip()
    if text.startswith("="):
        match = _GUARD.match(text)
        text = match.group(1).strip() if match else text
    return text[1:].strip() if text.startswith("'") else text


def read_decimal(text: str, *, column: str, decimal_comma: bool = False) -> Decimal:
    """Read a number as people and brokers write it, exactly.

    Accepts currency marks, thousands groups, parentheses and a trailing or typographic minus.

    Raises:
        CellError: If it is not one number (NaN, infinities, other digits, underscores, hex).
    """
    body = text.replace("\u2212", "-").strip()
    negative = (body.startswith("(") and body.endswith(")")) or body.startswith(("$(", "-$(", "-("))
    body = _CURRENCY_MARKS.sub("", body.replace("(", "").replace(")", ""))
    if body.endswith("-"):
        body = "-" + body[:-1]
    body = _ungroup(body, decimal_comma=decimal_comma)
    try:
        value = parse_plain_decimal(body)
    except ValueError:
        hint = "Expected a number such as 1,234.56."
        raise CellError(column, text, f"{text[:40]!r} is not a number.", hint) from None
    if value and not -LARGEST_EXPONENT <= value.adjusted() <= LARGEST_EXPONENT:
        raise CellError(column, text, f"{text[:40]!r} is beyond every price and amount.", "Check the cell.")
    return -abs(value) if negative else value


def round_to(value: Decimal, step: Decimal) -> Decimal:
    """Return the value rounded to a step such as 0.01; any cell's number fits, unlike in the default context."""
    return value.quantize(step, context=_WIDE)


def _ungroup(body: str, *, decimal_comma: bool) -> str:
    if decimal_comma:
        return body.replace(".", "").replace(",", ".")
    if "," not in body:
        return body
    whole, dot, rest = body.partition(".")
    sign = whole[:1] if whole[:1] in "+-" else ""
    digits = whole.removeprefix(sign)
    return sign + digits.replace(",", "") + dot + rest if _GROUPS.fullmatch(digits) else body


def read_datetime(text: str, formats: Sequence[str], *, column: str) -> datetime:
    """Read a time with the first `strptime` format that fits; "ISO" stands for ISO 8601.

    Raises:
        CellError: If none fits, or the year lies outside 1970 … 2100.
    """
    for pattern in formats:
        moment = _try_datetime(text, pattern)
        if moment is None:
            continue
        if not 1970 <= moment.year <= 2100:
            raise CellError(column, text, f"The year {moment.year} cannot be right.", "Expected 1970 to 2100.")
        return moment
    raise CellError(column, text, f"{text[:40]!r} is not a date this format writes.", f"Expected {formats[0]}.")


def _try_datetime(text: str, pattern: str) -> datetime | None:
    try:
        if pattern == "ISO":
            return datetime.fromisoformat(text)
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - naive on purpose; the builder applies the zone
    except ValueError:
        return None


def excel_serial(value: float) -> datetime:
    """Return the naive time of a spreadsheet's day number (1900 system)."""
    return datetime(1899, 12, 30) + timedelta(days=value)  # noqa: DTZ001 - naive on purpose
