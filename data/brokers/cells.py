"""Reading one cell: cleaning, numbers and times, each with an error that names the column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal

from domain.import_codes import RowCode
from domain.money import parse_plain_decimal

EMPTY_MARKS = frozenset({"--", "-", "~", "n/a", "N/A", "Not available", "—", "–"})
_WIDE = Context(prec=200)
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\ufeff": None, "\u200e": None, "\u200f": None})
_GUARD = re.compile(r'^="?(.*?)"?$', re.DOTALL)
_WHOLE = re.compile(r"[-+]?[0-9]+")
_PLAIN = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_MARK = r"(?:US\$|[$€£¥₹])?"
# Blanks are taken once and for all (*+): a long run of them would otherwise be shared out in every way.
_SHAPE = re.compile(
    rf"(?P<before>[-+]?)\s*+@?{_MARK}\s*+(?P<open>\(?)\s*+(?P<after>[-+]?)\s*+{_MARK}\s*+"
    rf"(?P<digits>[0-9.,](?:[0-9.,' ]*[0-9.,])?(?:[eE][-+]?[0-9]{{1,6}})?)"
    rf"\s*+{_MARK}\s*+(?P<close>\)?)\s*+{_MARK}\s*+(?P<behind>-?)"
)
# Thousands, or lakhs and crores as India groups them; the last group has three digits.
_GROUPS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,2}(,[0-9]{2})*,[0-9]{3}")

LARGEST_EXPONENT = 30
"""Powers of ten beyond which a cell is damaged; a coin's 18 decimals and its largest supply lie within."""
MOST_DIGITS = 60
"""Digits of one number; no broker writes more, and none is cut off to fit."""


class CellError(ValueError):
    """A cell cannot be read; becomes a `RowProblem` of its row."""

    def __init__(
        self, column: str, value: str, reason: str, hint: str = "", *, code: RowCode = RowCode.BAD_CELL
    ) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.value = value[:200]
        self.reason = reason
        self.hint = hint
        self.code = code


def clean(text: str) -> str:
    """Return a cell without odd spaces, spreadsheet guards (="0012"), a leading apostrophe or tabs."""
    text = text.translate(_SPACES).strip()
    if text.startswith("="):
        match = _GUARD.match(text)
        text = match.group(1).strip() if match else text
    return text[1:].strip() if text.startswith("'") else text


def read_decimal(text: str, *, column: str, decimal_comma: bool = False) -> Decimal:
    """Read a number as people and brokers write it, exactly.

    Accepts a currency mark before or behind, thousands in groups, parentheses around and a trailing or
    typographic minus; every mark in its place, so that no two cells run together into one number.

    Raises:
        CellError: If it is not one number (NaN, infinities, other digits, underscores, hex, odd groups).
    """
    body = text.replace("\u2212", "-").strip()
    try:
        is_plain = (_WHOLE if decimal_comma else _PLAIN).fullmatch(body)
        value = parse_plain_decimal(body if is_plain else _tidy(body, decimal_comma=decimal_comma))
    except ValueError:
        hint = "Expected a number such as 1.234,56." if decimal_comma else "Expected a number such as 1,234.56."
        raise CellError(column, text, f"{text[:40]!r} is not a number.", hint, code=RowCode.NOT_A_NUMBER) from None
    too_long = len(value.as_tuple().digits) > MOST_DIGITS
    if value and (too_long or not -LARGEST_EXPONENT <= value.adjusted() <= LARGEST_EXPONENT):
        reason = f"{text[:40]!r} is beyond every price and amount."
        raise CellError(column, text, reason, "Check the cell.", code=RowCode.NUMBER_RANGE)
    return value


def _tidy(body: str, *, decimal_comma: bool) -> str:
    """Return the plain decimal a cell spells; ValueError when its marks do not stand where they belong."""
    match = _SHAPE.fullmatch(body)
    if match is None or bool(match["open"]) != bool(match["close"]):
        raise ValueError(body)
    signs = match["before"] + match["after"] + match["behind"]
    if len(signs) > 1:
        raise ValueError(body)
    minus = "-" if match["open"] or signs == "-" else ""
    digits, mark, power = match["digits"].replace("E", "e").partition("e")
    return minus + _ungroup(digits, decimal_comma=decimal_comma) + mark + power


def round_to(value: Decimal, step: Decimal) -> Decimal:
    """Return the value rounded to a step such as 0.01; any cell's number fits, unlike in the default context."""
    return value.quantize(step, context=_WIDE)


def _ungroup(digits: str, *, decimal_comma: bool) -> str:
    """Return digits with a decimal point; ValueError when the groups are none."""
    point, group = (",", ".") if decimal_comma else (".", ",")
    whole, dot, rest = digits.partition(point)
    found = [mark for mark in (group, " ", "'") if mark in whole]
    if found:
        if len(found) > 1 or not _GROUPS.fullmatch(whole.replace(found[0], ",")):
            raise ValueError(digits)
        whole = whole.replace(found[0], "")
    return whole + (dot and ".") + rest


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
            reason = f"The year {moment.year} cannot be right."
            raise CellError(column, text, reason, "Expected 1970 to 2100.", code=RowCode.DATE_RANGE)
        return moment
    reason = f"{text[:40]!r} is not a date this format writes."
    raise CellError(column, text, reason, f"Expected {formats[0]}.", code=RowCode.NOT_A_DATE)


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
