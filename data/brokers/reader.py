"""The strict CSV reader: records with their line numbers, tables found by their header.

No silent recovery: an unclosed quote names the line that opened it, a repeated header is
numbered, a row longer than its header is a problem of that row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Self

from data.brokers import cells
from data.brokers.mending import mend
from data.brokers.near_misses import hear_missing
from data.brokers.records import LastCells, Record, fold_known, name_needed, normalise_header, number_columns
from data.brokers.strict_csv import split_text
from domain.errors import ImportFileError
from domain.import_codes import FileCode, RowCode

__all__ = [
    "DELIMITERS",
    "Record",
    "Row",
    "Table",
    "find_delimiter",
    "find_header",
    "header_score",
    "normalise_header",
    "number_columns",
    "open_table",
    "read_records",
    "read_table",
    "sniff_delimiter",
]  # fmt: skip

DELIMITERS = ",;\t|"


def sniff_delimiter(text: str) -> str:
    """Return the delimiter most frequent in the widest of the first 60 lines."""
    lines = text[:65_536].splitlines()[:60]
    counts = {mark: max((line.count(mark) for line in lines), default=0) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark]) if any(counts.values()) else ","


def read_records(text: str, *, delimiter: str = "", name: str = "the file") -> list[Record]:
    """Split a text into records; blank records are kept out.

    Raises:
        ImportFileError: On quotes that do not match, or a limit of `limits`; names line and column.
    """
    mark = delimiter or sniff_delimiter(text)
    rows = split_text(text, delimiter=mark, name=name)
    records = [Record(line, [cells.clean(cell) for cell in row]) for line, row in rows]
    if records and not text.endswith(("\n", "\r")):
        records[-1] = Record(records[-1].line, LastCells(records[-1].cells))
    return mend([record for record in records if not record.is_blank])


@dataclass(frozen=True, slots=True)
class Row:
    """One data row, read by column name.

    Every reader below raises `cells.CellError` naming the column, so that a format states only
    what it wants. Names are compared without case; of several given, the first present column wins.
    """

    line: int
    cells: list[str]
    columns: Mapping[str, int]

    def has(self, *names: str) -> bool:
        """Whether any of the columns exists in this table."""
        return any(fold_known(name) in self.columns for name in names)

    def text(self, *names: str, default: str = "") -> str:
        """Return the trimmed text of the first of these columns that exists."""
        for name in names:
            index = self.columns.get(fold_known(name))
            if index is not None:
                return self.cells[index] if index < len(self.cells) else default
        return default

    def _name(self, names: Sequence[str]) -> str:
        """Return that of the names which the table has, for messages."""
        return next((name for name in names if fold_known(name) in self.columns), names[0])

    def required(self, *names: str) -> str:
        """Return the text; an empty cell or a missing column is an error."""
        value = self.text(*names)
        if not value:
            hint = "Fill it in or skip the row."
            raise cells.CellError(self._name(names), "", "The cell is empty.", hint, code=RowCode.EMPTY_CELL)
        return value

    def decimal(
        self, *names: str, default: Decimal | None = None, decimal_comma: bool = False, signed: bool = True
    ) -> Decimal:
        """Return the number in the cell; an empty cell gives `default` or, without one, an error."""
        value = self.text(*names)
        if not value or value in cells.EMPTY_MARKS:
            if default is not None:
                return default
            hint = "A number is needed here."
            raise cells.CellError(self._name(names), value, "The cell is empty.", hint, code=RowCode.EMPTY_CELL)
        number = cells.read_decimal(value, column=self._name(names), decimal_comma=decimal_comma)
        if not signed and number < 0:
            hint = "Expected zero or more."
            raise cells.CellError(self._name(names), value, "The number is negative.", hint, code=RowCode.NEGATIVE)
        return number

    def moment(self, *names: str, formats: Sequence[str]) -> datetime:
        """Return the (naive or aware) time in the cell, read with the first format that fits."""
        return cells.read_datetime(self.required(*names), formats, column=self._name(names))

    def day(self, *names: str, formats: Sequence[str]) -> date:
        """Return the date in the cell."""
        return self.moment(*names, formats=formats).date()

    @property
    def as_written(self) -> Self:
        """The row as the file has it: without what a person typed in place of its cells."""
        original = getattr(self.cells, "original", None)
        return self if original is None else replace(self, cells=original)

    def raw(self, *names: str) -> tuple[str, ...]:
        """Return the texts of these columns as the file has them, for a fingerprint."""
        row = self.as_written
        return tuple(row.text(name) for name in names)

    def joined(self) -> str:
        """Return the whole row as one line, for messages."""
        return ",".join(self.cells)[:200]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it."""

    header_line: int
    header: list[str]
    columns: Mapping[str, int]
    rows: list[Row]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def missing(self, names: Sequence[str]) -> list[str]:
        """Return those of the names the header lacks."""
        return [name for name in names if normalise_header(name) not in self.columns]


def find_header(records: Sequence[Record], required: Sequence[str]) -> int | None:
    """Return the position of the first record that holds all required names, None when there is none."""
    wanted = name_needed(required).keys()
    for position, record in enumerate(records):
        if wanted <= {normalise_header(cell) for cell in record.cells}:
            return position
    return None


def read_table(
    records: Sequence[Record], required: Sequence[str], *, name: str = "the file", end: int | None = None
) -> Table:
    """Find the header that holds the required names and return the table below it.

    Args:
        records: All records of the file.
        required: Header names that must be present, in any order and case.
        name: File name for the message.
        end: Position of the first record that no longer belongs to the table.

    Raises:
        ImportFileError: If no record holds all the names; says which are missing from the best one. Also if
            two columns are named alike and differ.
    """
    position = find_header(records, required)
    if position is None:
        raise _header_error(records, required, name)
    header = records[position]
    columns = number_columns(header.cells)
    rows = [Row(record.line, record.cells, columns) for record in records[position + 1 : end]]
    refuse_doubles(header.cells, rows, name=name, line=header.line)
    return Table(header.line, header.cells, columns, rows)


def refuse_doubles(header: Sequence[str], rows: Sequence[Row], *, name: str, line: int) -> None:
    """Refuse a header that names two columns alike which differ: nobody can tell which one is meant.

    Raises:
        ImportFileError: Names the column and both positions.
    """
    first: dict[str, int] = {}
    for position, text in enumerate(header):
        title = normalise_header(text)
        before = first.setdefault(title, position)
        if title and before != position and any(_cell(row, before) != _cell(row, position) for row in rows):
            message = f"{name}: line {line} names two columns {text!r} ({before + 1} and {position + 1})."
            hint = "Rename or remove one of them."
            raise ImportFileError(message, hint=hint, code=FileCode.DUPLICATE_HEADER, line=line, column=text)


def _cell(row: Row, position: int) -> str:
    return row.cells[position] if position < len(row.cells) else ""


def _header_error(records: Sequence[Record], required: Sequence[str], name: str) -> ImportFileError:
    wanted = name_needed(required)

    def absent(record: Record) -> list[str]:
        present = {normalise_header(cell) for cell in record.cells}
        return [title for key, title in wanted.items() if key not in present]

    best = min((absent(record) for record in records[:200]), key=len, default=list(wanted.values()))
    message = f"{name}: no header line with the column(s) {', '.join(best)}."
    hint = "Export the file again with these columns, or choose another format."
    return ImportFileError(message, hint=hint, code=FileCode.MISSING_COLUMNS)


def open_table(text: str, required: Sequence[str], *, delimiter: str = "", name: str = "the file") -> Table:
    """Read a text and return its table: `read_records` and `read_table` in one."""
    return read_table(read_records(text, delimiter=delimiter, name=name), required, name=name)


def header_score(head: str, names: Sequence[str], *, delimiter: str = "") -> float:
    """Return the share of names found in the best single line of a head; for sniffing, never raises."""
    wanted = name_needed(names)
    lines = _head_names(head, delimiter)
    best = max(lines, key=lambda present: len(wanted.keys() & present), default=frozenset[str]())
    missing = [title for name, title in wanted.items() if name not in best]
    hear_missing(missing, [title for name, title in wanted.items() if name in best])
    return len(wanted.keys() & best) / len(wanted)


def find_delimiter(head: str, names: Sequence[str]) -> str:
    """Return what parts the cells of the line that names all columns, "" when there is no such line.

    For files whose other lines hold so much text that counting marks in them misleads.
    """
    return next((mark for mark in DELIMITERS if header_score(head, names, delimiter=mark) == 1.0), "")


@lru_cache(maxsize=8)
def _head_names(head: str, delimiter: str) -> tuple[frozenset[str], ...]:
    """Return what each of the first lines would name as a header; every format asks this of the same head."""
    mark = delimiter or sniff_delimiter(head)
    return tuple(
        frozenset(normalise_header(cells.clean(cell.strip().strip('"'))) for cell in line.split(mark))
        for line in head.splitlines()[:200]
    )
