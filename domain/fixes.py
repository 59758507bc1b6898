"""What a person mends in a file that is being imported: cells typed anew, and rows left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domain.errors import RowProblem

LEFT_OUT = "left out by hand"
"""What a row is counted as that its owner skips."""
MOST = 50_000
"""Values that may be typed for one file; beyond them the file itself is to be mended."""
MOST_SKIPPED = 1_000_000
"""Rows of one file that may be left out."""
RUN = 3
"""Lines that follow each other from which on they are kept as the first and the last of them."""


class Scope(StrEnum):
    """Which problems a decision about one of them holds for."""

    ROW = "row"
    VALUE = "value"
    REASON = "reason"


def find_alike(problems: Sequence[RowProblem], chosen: RowProblem, scope: Scope) -> list[RowProblem]:
    """Return the problems a decision holds for: this one, those with the same value, or with the same reason.

    All of them are of the column of the chosen one.
    """
    if scope is Scope.ROW:
        return [chosen]
    same = [item for item in problems if item.column == chosen.column and kind_of(item) == kind_of(chosen)]
    return [item for item in same if item.value == chosen.value] if scope is Scope.VALUE else same


def count_alike(problems: Sequence[RowProblem]) -> list[tuple[int, int]]:
    """Return for each problem how many of all hold a decision about it: by value, and by reason."""
    kinds = [(item.column, kind_of(item)) for item in problems]
    by_kind = Counter(kinds)
    by_value = Counter((*kind, item.value) for kind, item in zip(kinds, problems, strict=True))
    return [(by_value[*kind, item.value], by_kind[kind]) for kind, item in zip(kinds, problems, strict=True)]


def kind_of(problem: RowProblem) -> str:
    """Return the reason of a problem without the value it quotes, to tell which problems are alike."""
    return problem.reason.replace(problem.value[:40], "…") if problem.value else problem.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFix:
    """One cell typed anew.

    Attributes:
        line: Line of the file where the row starts, as in its `RowProblem`.
        column: Column as its `RowProblem` names it.
        was: The text in the file.
        value: The text to read in its place.
    """

    line: int
    column: str
    was: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """Everything mended in one file; false when there is nothing.

    Attributes:
        cells: Cells typed anew, at most one of a line and column.
        skipped: Lines of the rows that are left out.
    """

    cells: tuple[RowFix, ...] = ()
    skipped: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cells or self.skipped)

    def with_cells(self, fixes: Iterable[RowFix]) -> Fixes:
        """Return these and others; a later one of the same cell takes its place but keeps what the file says."""
        found = {(item.line, item.column): item for item in self.cells}
        for item in fixes:
            place = (item.line, item.column)
            found[place] = replace(item, was=found[place].was) if place in found else item
        lines = {line for line, _ in found}
        kept = tuple(line for line in self.skipped if line not in lines)
        return Fixes(cells=tuple(found[place] for place in sorted(found)), skipped=kept)

    def with_skipped(self, lines: Iterable[int]) -> Fixes:
        """Return these, with more rows left out; what was typed in them is forgotten."""
        skipped = {*self.skipped, *lines}
        return Fixes(
            cells=tuple(item for item in self.cells if item.line not in skipped), skipped=tuple(sorted(skipped))
        )

    def without(self, lines: Iterable[int]) -> Fixes:
        """Return these without what concerns some lines."""
        gone = set(lines)
        return Fixes(
            cells=tuple(item for item in self.cells if item.line not in gone),
            skipped=tuple(line for line in self.skipped if line not in gone),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the fixes as JSON-ready names and values; {} for none."""
        found: dict[str, Any] = {}
        if self.cells:
            found["cells"] = [asdict(item) for item in self.cells]
        if self.skipped:
            found["skipped"] = _runs(self.skipped)
        return found

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Fixes:
        """Return the fixes that `to_dict` made names and values of.

        Raises:
            ValueError: If they are not of that shape.
        """
        try:
            cells = [
                RowFix(
                    line=int(item["line"]),
                    column=str(item["column"]),
                    was=str(item.get("was", "")),
                    value=str(item["value"]),
                )
                for item in found.get("cells", ())
            ]
            return cls(skipped=tuple(sorted(set(_lines(found.get("skipped", ())))))).with_cells(cells)
        except (AttributeError, KeyError, TypeError, OverflowError) as error:
            message = 'fixes are {"cells": [{"line", "column", "was", "value"}], "skipped": [line or [first, last]]}'
            raise ValueError(message) from error


def _runs(lines: Sequence[int]) -> list[int | list[int]]:
    """Return ascending lines, long runs of them as [first, last]."""
    found: list[int | list[int]] = []
    start = 0
    for place in range(1, len(lines) + 1):
        if place < len(lines) and lines[place] == lines[place - 1] + 1:
            continue
        run = lines[start:place]
        found += [[run[0], run[-1]]] if len(run) >= RUN else list(run)
        start = place
    return found


def _lines(written: Iterable[Any]) -> Iterator[int]:
    """Yield the lines that `_runs` wrote; ValueError when there are more than may be left out."""
    count = 0
    for item in written:
        first, last = (int(line) for line in item) if isinstance(item, (list, tuple)) else (int(item), int(item))
        count += max(1, last - first + 1)
        if last < first or count > MOST_SKIPPED:
            message = f"{first} to {last} are no lines" if last < first else f"more than {MOST_SKIPPED:,} lines"
            raise ValueError(message)
        yield from range(first, last + 1)
