"""What a person typed in place of cells of a file, put in before its format reads them.

Records come from three readers (delimited text, workbooks, HTML tables) and are read by some sixty
formats; none of them needs to know. `mending` says for the length of a reading which cells are
replaced, the readers pass their records through `mend`. What the file itself says stays beside
the mended cells: a row is known again by the text of the file and not by what was typed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from data.brokers.records import Record, normalise_header, number_columns
from domain.fixes import Fixes, RowFix

if TYPE_CHECKING:
    from data.brokers.reader import Row

AnyRow = TypeVar("AnyRow", bound="Row")
_NONE = Fixes()
_FIXES: ContextVar[Fixes] = ContextVar("fixes", default=_NONE)


class MendedCells(list[str]):
    """The cells of a mended record; `original` are those of the file."""

    def __init__(self, cells: list[str], original: list[str]) -> None:
        super().__init__(cells)
        self.original = original


@contextmanager
def mending(fixes: Fixes) -> Iterator[None]:
    """Replace cells in every record read within."""
    token = _FIXES.set(fixes)
    try:
        yield
    finally:
        _FIXES.reset(token)


def mend(records: list[Record], *, is_alone: bool = True) -> list[Record]:
    """Return the records of a file with the cells a person typed anew; the list itself when there are none.

    The cell is the one in the column of that name below the nearest header, else the only one that
    holds the text that was at fault. A fix that finds no cell changes nothing: its row stays a problem.

    Args:
        records: The records of a file, or of one of its tables.
        is_alone: Whether a line number names one record of the file; else the text at fault must be there.
    """
    fixes = _FIXES.get().cells
    if not fixes:
        return records
    lines = _index_lines(records, {item.line for item in fixes})
    headers = _find_headers(records, {item.column for item in fixes})
    mended = list(records)
    for item in fixes:
        at = lines.get(item.line, [])
        places = [(index, _position(records[index].cells, index, headers[item.column], item)) for index in at]
        if not is_alone or len(places) > 1:
            places = [place for place in places if _text(records[place[0]].cells, place[1]) == item.was]
        for index, position in places if len(places) == 1 else ():
            if position is not None:
                mended[index] = replace(mended[index], cells=_retype(mended[index].cells, position, item.value))
    return mended


def _index_lines(records: Sequence[Record], wanted: set[int]) -> dict[int, list[int]]:
    lines: dict[int, list[int]] = {}
    for index, record in enumerate(records):
        if record.line in wanted:
            lines.setdefault(record.line, []).append(index)
    return lines


def mended_lines() -> frozenset[int]:
    """Return the lines in which cells are replaced now."""
    return frozenset(item.line for item in _FIXES.get().cells)


def mend_rows(rows: list[AnyRow]) -> list[AnyRow]:
    """Return rows that know their columns already, mended like records; lines with several rows are left alone."""
    fixes, count = _FIXES.get().cells, Counter(row.line for row in rows)
    if not fixes:
        return rows
    places = {row.line: index for index, row in enumerate(rows) if count[row.line] == 1}
    mended = list(rows)
    for item in fixes:
        row = mended[places[item.line]] if item.line in places else None
        named = None if row is None else row.columns.get(normalise_header(item.column))
        position = None if row is None else _place(row.as_written.cells, named, item)
        if row is not None and position is not None:
            mended[places[item.line]] = replace(row, cells=_retype(row.cells, position, item.value))
    return mended


def _retype(cells: list[str], position: int, value: str) -> MendedCells:
    longer = [*cells, *[""] * (position + 1 - len(cells))]
    longer[position] = value.strip()
    return MendedCells(longer, getattr(cells, "original", cells))


def _text(cells: Sequence[str], position: int | None) -> str | None:
    if position is None:
        return None
    return cells[position][:200] if position < len(cells) else ""


def _position(cells: Sequence[str], index: int, headers: list[tuple[int, int]], fix: RowFix) -> int | None:
    before = bisect_left(headers, (index, 0))
    return _place(cells, headers[before - 1][1] if before else None, fix)


def _place(cells: Sequence[str], named: int | None, fix: RowFix) -> int | None:
    """Return the cell a fix means: that of its column, unless another is the only one with the text at fault."""
    if named is not None and _text(cells, named) == fix.was:
        return named
    alike = [position for position, cell in enumerate(cells) if fix.was and cell[:200] == fix.was]
    return alike[0] if len(alike) == 1 else named


def _find_headers(records: Sequence[Record], columns: set[str]) -> dict[str, list[tuple[int, int]]]:
    """Return where each column is named: (position of the record, position of the cell), in file order."""
    wanted = {normalise_header(column): column for column in columns if column}
    # A header numbers names that repeat ("price 2"); only a record that holds the plain name is looked at closely.
    plain = {name.rpartition(" ")[0] if name.rpartition(" ")[2].isdigit() else name for name in wanted} | set(wanted)
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, record in enumerate(records):
        if any(cell and normalise_header(cell) in plain for cell in record.cells):
            for name, position in number_columns(record.cells).items():
                if name in wanted:
                    found[wanted[name]].append((index, position))
    return found
