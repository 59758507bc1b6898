"""Files that write several rows into one line, as machines write XML: rows are numbered instead.

A line number names a row: it is shown, mended and left out by it. Where one line holds several rows it would
name all of them, so that the rows get numbers in their order, as if each had a line of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from data.brokers.reader import Row

AnyRow = TypeVar("AnyRow", bound="Row")
NOTE = "Several rows of the file stand in one line: they are numbered in their order, and no lines are counted."


def number_rows(rows: Sequence[AnyRow]) -> tuple[list[AnyRow], list[str]]:
    """Return the rows of a file with a number each that no other has, and what is to be told of that."""
    if len({row.line for row in rows}) == len(rows):
        return list(rows), []
    return [replace(row, line=number) for number, row in enumerate(rows, start=1)], [NOTE]
