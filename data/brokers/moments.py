"""Times in a layout nobody told us: ISO, day or month first, named months, epochs.

Whether 03/04 is 3 April or 4 March is never decided from one cell: `decide_day_first` looks at the
whole column and, where even that does not tell, asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from data.brokers.cells import CellError
from domain.errors import ImportFileError
from domain.import_codes import FileCode, RowCode

_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), start=1)}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_NAMED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*\.?[- ,]+(\d{4}|\d{2})")
_MONTH_NAMED = re.compile(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?:[ ,]*(?P<zone>Z|E[SD]T|P[SD]T|M[SD]T|CES?T|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?))?"
)
_COMPACT_CLOCK = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? ", re.IGNORECASE)
# What stands between date and clock: T, blanks, a comma or a semicolon.
_SPLIT = re.compile(r"(?<=\d)(?:T(?=\d)|[,;] ?| +)(?=\d{1,2}:\d{2}|\d{6}$)")
_EPOCH = re.compile(r"\d{10}(\d{3}(\d{3})?)?(\.\d{1,6})?")
# Letters that stand for one offset wherever they are written; CST, IST and BST do not.
_LETTERS = {"EST": -5, "EDT": -4, "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CET": 1, "CEST": 2}
_EXPECTED = "Expected a date such as 2026-07-31 16:58:11."


def split_moment(text: str) -> tuple[str, str]:
    """Return (date text, clock text) of one cell; the clock is "" when there is none."""
    match = _SPLIT.search(text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")


def read_moment(text: str, *, column: str, day_first: bool = False) -> datetime:
    """Return the naive or aware time in a cell: date, date and clock, or seconds since 1970.

    Raises:
        CellError: If it is none of these, does not exist, or lies outside 1970 … 2100.
    """
    if _EPOCH.fullmatch(text):
        return _read_epoch(text, column)
    day_text, clock_text = split_moment(text)
    return join_moment(read_day(day_text, column=column, day_first=day_first), clock_text, column=column)


def join_moment(day: date, clock_text: str, *, column: str) -> datetime:
    """Return the time of a day and a clock text ("" is midnight)."""
    offset, zone = read_clock(clock_text, column=column) if clock_text else (timedelta(0), None)
    return datetime(day.year, day.month, day.day, tzinfo=zone) + offset


def is_epoch(text: str) -> bool:
    """Whether a text is a count of seconds, milliseconds or microseconds since 1970."""
    return _EPOCH.fullmatch(text) is not None


def _read_epoch(text: str, column: str) -> datetime:
    digits, _, fraction = text.partition(".")
    micros = int(digits) * 10 ** (16 - len(digits)) + (int(fraction.ljust(6, "0")) if len(digits) == 10 else 0)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    return _plausible(moment, text, column)


def read_day(text: str, *, column: str, day_first: bool = False) -> date:
    """Return the date in a cell.

    Raises:
        CellError: If it is none, does not exist, or lies outside 1970 … 2100.
    """
    parts = _split_day(text, day_first=day_first)
    try:
        day = datetime(*parts) if parts else None  # noqa: DTZ001 - a day has no zone
    except ValueError:
        day = None
    if day is None:
        raise CellError(column, text, f"{text[:40]!r} is not a date.", _EXPECTED, code=RowCode.NOT_A_DATE)
    return _plausible(day, text, column).date()


def _split_day(text: str, *, day_first: bool) -> tuple[int, int, int] | None:
    """Return (year, month, day), not yet checked; None when the text has no date's shape."""
    text = _WEEKDAY.sub("", text, count=1)
    if match := _YEAR_FIRST.fullmatch(text):
        return int(match[1]), int(match[3]), int(match[4])
    if match := _COMPACT.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _YEAR_LAST.fullmatch(text):
        month, day = (match[3], match[1]) if day_first else (match[1], match[3])
        return _year(match[4]), int(month), int(day)
    if match := _DAY_NAMED.fullmatch(text):
        return _year(match[3]), _MONTHS.get(match[2].lower(), 0), int(match[1])
    if match := _MONTH_NAMED.fullmatch(text):
        return int(match[3]), _MONTHS.get(match[1].lower(), 0), int(match[2])
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _plausible(moment: datetime, text: str, column: str) -> datetime:
    if not 1970 <= moment.year <= 2100:
        reason = f"The year {moment.year} cannot be right."
        raise CellError(column, text, reason, "Expected 1970 to 2100.", code=RowCode.DATE_RANGE)
    return moment


def read_clock(text: str, *, column: str) -> tuple[timedelta, timezone | None]:
    """Return the time since midnight in a cell, and its zone when it names one.

    Digits beyond the microsecond are dropped.

    Raises:
        CellError: If it is no time of day.
    """
    match = _CLOCK.fullmatch(text) or _COMPACT_CLOCK.fullmatch(text)
    parts = match.groupdict() if match else {}
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower()
    is_valid = hour <= 23 and minute <= 59 and second <= 59 and (not half or 1 <= hour <= 12)
    if match is None or not is_valid:
        reason = f"{text[:40]!r} is not a time of day."
        raise CellError(column, text, reason, "Expected a time such as 16:58:11.", code=RowCode.NOT_A_DATE)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    micros = int((parts.get("fraction") or "0")[:6].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micros), _read_zone(parts.get("zone"))


@lru_cache(maxsize=256)
def _read_zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in _LETTERS:
        return timezone(timedelta(hours=_LETTERS[text]))
    offset = text.removeprefix("UTC").removeprefix("GMT").replace(":", "")
    if offset in ("", "Z"):
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[3:] or 0)
    return timezone(timedelta(minutes=min(minutes, 1439) * (-1 if offset[0] == "-" else 1)))


def decide_day_first(texts: Iterable[str], *, name: str = "the file") -> bool:
    """Return whether a column of dates writes the day before the month.

    Args:
        texts: The cells (distinct ones suffice), dates or dates with a clock.
        name: File name, for the message.

    Raises:
        ImportFileError: If some date could be both and none tells, or if the dates contradict each
            other; the hint asks to choose.
    """
    day_first, month_first, doubtful = "", "", ""
    for text in texts:
        match = _YEAR_LAST.fullmatch(split_moment(text)[0])
        if match is None:
            continue
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second or match[2] == ".":
            day_first = day_first or text
        elif second > 12 >= first:
            month_first = month_first or text
        elif first != second:
            doubtful = doubtful or text
    if day_first and month_first:
        message = f"{name}: the dates contradict each other: {day_first[:20]!r} and {month_first[:20]!r}."
        hint = "Choose day first or month first; rows that do not fit will be shown."
        raise ImportFileError(message, hint=hint, code=FileCode.MIXED_DATES)
    if doubtful and not (day_first or month_first):
        message = f"{name}: {doubtful[:20]!r} could be day/month or month/day, and no date in the column tells."
        raise ImportFileError(message, hint="Choose day first or month first.", code=FileCode.DATE_ORDER)
    return bool(day_first)
