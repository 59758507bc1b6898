"""Which way round a table writes its dates: told by all its columns of dates, never by one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from data.brokers import moments
from data.brokers.cells import CellError

_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
ENOUGH_STEPS = 5
"""Different dates from which their being in order under one reading only is no coincidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """What the dates of a table say about day and month.

    Attributes:
        day_first: None when nothing settles it.
        example: A date, as written.
        evidence: Why, or what speaks for one of the two; one sentence or "".
        leans_month: Whether, undecided, month first is the likelier.
    """

    day_first: bool | None
    example: str
    evidence: str = ""
    leans_month: bool = False


def settle_date_order(texts: Sequence[str], others: Iterable[Sequence[str]] = ()) -> DateOrder | None:
    """Decide between day first and month first.

    Args:
        texts: The dates that are read, in file order, with or without a clock.
        others: Further columns of dates of the same table: one program wrote them all.

    Returns:
        None when no date can be read in two ways.
    """
    days = _days(texts)
    if not days:
        return None
    doubtful = [text for text in days if _reading(text) is None and _parts(text)[0] != _parts(text)[1]]
    for column, where in ((days, ""), *((_days(other), " in another column") for other in others)):
        told = [text for text in column if _reading(text) is not None]
        readings = {_reading(text) for text in told}
        if len(readings) == 1:
            is_day = readings == {True}
            word = "day" if is_day else "month"
            return DateOrder(day_first=is_day, example=told[0], evidence=f"Dates are {word} first: {told[0]}{where}.")
        if len(readings) == 2 and not where:
            return DateOrder(day_first=None, example=days[0], evidence="The dates contradict each other.")
    if not doubtful:
        return None
    return _settle_by_order(days, doubtful[0])


def _settle_by_order(days: Sequence[str], example: str) -> DateOrder:
    """Look whether the file is in order, or free of weekends, under one reading only."""
    readings = {is_day: [_read(text, is_day) for text in days] for is_day in (True, False)}
    sorted_by = [is_day for is_day, dates in readings.items() if _is_sorted(dates)]
    if len(sorted_by) == 1 and len(set(days)) >= ENOUGH_STEPS:
        word = "day" if sorted_by[0] else "month"
        said = f"Dates are {word} first: only so are the {len(set(days))} different dates in order."
        return DateOrder(day_first=sorted_by[0], example=example, evidence=said)
    weekends = {is_day: sum(day.weekday() >= 5 for day in dates) for is_day, dates in readings.items()}
    if (weekends[True] == 0) == (weekends[False] == 0):
        return DateOrder(day_first=None, example=example)
    leans_month = weekends[False] == 0
    said = f"Read with the {'month' if leans_month else 'day'} first, no trade falls on a weekend."
    return DateOrder(day_first=None, example=example, evidence=said, leans_month=leans_month)


def _days(texts: Iterable[str]) -> list[str]:
    """Return the date parts that are written with the year last."""
    parts = (moments.split_moment(text)[0] for text in texts if text)
    return [part for part in parts if _YEAR_LAST.fullmatch(part)]


def _parts(day: str) -> tuple[int, int]:
    match = _YEAR_LAST.fullmatch(day)
    return (int(match[1]), int(match[3])) if match else (0, 0)


def _reading(day: str) -> bool | None:
    """Return whether one date tells that the day is first, None when it does not tell."""
    first, second = _parts(day)
    if first > 12 >= second or "." in day:
        return True
    return False if second > 12 >= first else None


def _read(day: str, day_first: bool) -> date:
    try:
        return moments.read_day(day, column="", day_first=day_first)
    except CellError:
        return date.min


def _is_sorted(dates: Sequence[date]) -> bool:
    steps = [(one > two) - (one < two) for one, two in pairwise(dates)]
    return min(steps, default=0) >= 0 or max(steps, default=0) <= 0
