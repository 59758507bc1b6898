"""Values of the interface: how decimals, instants and lists of words are read and written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from domain.conditions import read_words as read_listed
from domain.money import decimal_text

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# A plus sign that was not escaped in a URL arrives as a blank.
_BLANK_OFFSET = re.compile(r" (\d{2}:?\d{2})$")
_YEARS = range(1900, 9999)
_DECIMAL = {"type": "string", "format": "decimal", "pattern": r"^-?\d+(\.\d+)?$", "examples": ["1234.5"]}


class Schema(BaseModel):
    """A JSON object of the interface; unknown names are refused when it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, populate_by_name=True)


def float_text(value: float) -> str:
    """Write a float as a decimal of at most 12 significant digits."""
    return decimal_text(Decimal(f"{value:.12g}"))


def read_moment(value: Any) -> date | datetime:
    """Read "2026-09-01", or an instant with its zone such as "2026-09-01T13:30:00Z".

    Raises:
        ValueError: If the text is neither.
    """
    text = str(value).strip()
    try:
        read = date.fromisoformat(text) if _DATE.fullmatch(text) else _read_instant(text)
    except ValueError as error:
        message = f"{text[:40]!r} is not a date such as 2026-09-01 or an instant such as 2026-09-01T13:30:00Z"
        raise ValueError(message) from error
    if read.year not in _YEARS:
        message = f"the year {read.year} is out of range"
        raise ValueError(message)
    return read


def _read_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(_BLANK_OFFSET.sub(r"+\1", text))
    if instant.tzinfo is None or "T" not in text.upper():
        raise ValueError
    return instant.astimezone(UTC) if instant.year in _YEARS else instant


def read_words(value: Any) -> tuple[str, ...]:
    """Split a comma-separated text; a backslash keeps a comma inside a word."""
    parts = value if isinstance(value, (tuple, list)) else read_listed(str(value))
    return tuple(dict.fromkeys(part for part in parts if part.strip()))


def check_printable(text: str) -> str:
    """Return the text unchanged.

    Raises:
        ValueError: If it holds control characters.
    """
    if not text.isprintable():
        message = "it holds characters that cannot be shown"
        raise ValueError(message)
    return text


DecimalText = Annotated[Decimal, PlainSerializer(decimal_text, return_type=str), WithJsonSchema(_DECIMAL)]
"""An exact decimal, written as text."""
FloatText = Annotated[float, PlainSerializer(float_text, return_type=str), WithJsonSchema(_DECIMAL)]
"""A price or an amount that is a float inside, written as text like every other."""
Printable = Annotated[str, AfterValidator(check_printable)]
Words = Annotated[tuple[Printable, ...], BeforeValidator(read_words), WithJsonSchema({"type": "string"})]
"""Comma-separated texts of a query."""
Moment = Annotated[
    date | datetime,
    BeforeValidator(read_moment),
    WithJsonSchema({"type": "string", "examples": ["2026-09-01", "2026-09-01T13:30:00Z"]}),
]
