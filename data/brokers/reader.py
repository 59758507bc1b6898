"""The strict CSV reader: records with their line numbers, tables found by their header.

No silent recovery: an unclosed quote names the line that opened it, a repeated header is
numbered, a row longer than its header is a problem of that row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from data.brokers import cells
from domain.errors import ImportFileError

DELIMITERS = ",;\t|"
MAX_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the 1-based line where it starts and its trimmed cells."""

    line: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether every cell is empty."""
        return not any(self.cells)


def sniff_delimiter(text: str) -> str:
    """Return the delimiter most frequent in the widest of the first 60 lines."""
    lines = text[:65_536].splitlines()[:60]
    counts = {mark: max((line.count(mark) for line in lines), default=0) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark]) if any(counts.values()) else ","


def read_records(text: str, *, delimiter: str = "", name: str = "the file") -> list[Record]:
    """Split a text into records; blank records are kept out.

    Raises:
        ImportFileError: On an unclosed quote or text after a closing one; names the line.
    """
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter or sniff_delimiter(text), strict=True
    )
    records: list[Record] = []
    start = 1
    try:
        for row in reader:
            record = Record(start, [cells.clean(cell) for cell in row])
            start = reader.line_num + 1
            if not record.is_blank:
                records.append(record)
    except csv.Error as error:
        message = f"{name}: the quotes do not match in the record that starts in line {start} ({error})."
        raise ImportFileError(message, hint="Look for a missing double quote in that line.") from error
    return records


def normalise_header(text: str) -> str:
    """Return a header as it is compared: no BOM, single spaces, lower case."""
    return " ".join(text.replace("\ufeff", "").replace("\u00a0", " ").split()).casefold()


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
        return any(normalise_header(name) in self.columns for name in names)

    def text(self, *names: str, default: str = "") -> str:
        """Return the trimmed text of the first of these columns that exists."""
        for name in names:
            index = self.columns.get(normalise_header(name))
            if index is not None:
                return self.cells[index] if index < len(self.cells) else default
        return default

    def required(self, *names: str) -> str:
        """Return the text; an empty cell or a missing column is an error."""
        value = self.text(*names)
        if not value:
            raise cells.CellError(names[0], "", "The cell is empty.", "Fill it in or skip the row.")
        return value

    def decimal(
        self, *names: str, default: Decimal | None = None, decimal_comma: bool = False, signed: bool = True
    ) -> Decimal:
        """Return the number in the cell; an empty cell gives `default` or, without one, an error."""
        value = self.text(*names)
        if not value or value in cells.EMPTY_MARKS:
            if default is not None:
                return default
            raise cells.CellError(names[0], value, "The cell is empty.", "A number is needed here.")
        number = cells.read_decimal(value, column=names[0], decimal_comma=decimal_comma)
        if not signed and number < 0:
            raise cells.CellError(names[0], value, "The number is negative.", "Expected zero or more.")
        return number

    def moment(self, *names: str, formats: Sequence[str]) -> datetime:
        """Return the (naive or aware) time in the cell, read with the first format that fits."""
        return cells.read_datetime(self.required(*names), formats, column=names[0])

    def day(self, *names: str, formats: Sequence[str]) -> date:
        """Return the date in the cell."""
        return self.moment(*names, formats=formats).date()

    def raw(self, *names: str) -> tuple[str, ...]:
        """Return the texts of these columns, for a fingerprint."""
        return tuple(self.text(name) for name in names)

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


def number_columns(header: Sequence[str]) -> dict[str, int]:
    """Map normalised header to position; a repeated name becomes "name 2", "name 3"."""
    columns: dict[str, int] = {}
    for index, text in enumerate(header):
        name = normalise_header(text)
        if not name:
            continue
        candidate, count = name, 1
        while candidate in columns:
            count += 1
            candidate = f"{name} {count}"
        columns[candidate] = index
    return columns


def find_header(records: Sequence[Record], required: Sequence[str]) -> int | None:
    """Return the position of the first record that holds all required names, None when there is none."""
    wanted = {normalise_header(name) for name in required}
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
        ImportFileError: If no record holds all the names; says which are missing from the best one.
    """
    position = find_header(records, required)
    if position is None:
        raise _header_error(records, required, name)
    header = records[position]
    columns = number_columns(header.cells)
    rows = [Row(record.line, record.cells, columns) for record in records[position + 1 : end]]
    return Table(header.line, header.cells, columns, rows)


def _header_error(records: Sequence[Record], required: Sequence[str], name: str) -> ImportFileError:
    wanted = {normalise_header(item): item for item in required}

    def absent(record: Record) -> list[str]:
        present = {normalise_header(cell) for cell in record.cells}
        return [title for key, title in wanted.items() if key not in present]

    best = min((absent(record) for record in records[:200]), key=len, default=list(wanted.values()))
    message = f"{name}: no header line with the column(s) {', '.join(best)}."
    return ImportFileError(message, hint="Export the file again with these columns, or choose another format.")


def open_table(text: str, required: Sequence[str], *, delimiter: str = "", name: str = "the file") -> Table:
    """Read a text and return its table: `read_records` and `read_table` in one."""
    return read_table(read_records(text, delimiter=delimiter, name=name), required, name=name)


def header_score(head: str, names: Sequence[str], *, delimiter: str = "") -> float:
    """Return the share of names found in the best single line of a head; for sniffing, never raises."""
    wanted = {normalise_header(name) for name in names}
    return max((len(wanted & present) / len(wanted) for present in _head_names(head, delimiter)), default=0.0)


@lru_cache(maxsize=2)
def _head_names(head: str, delimiter: str) -> tuple[frozenset[str], ...]:
    """Return what each of the first lines would name as a header; every format asks this of the same head."""
    mark = delimiter or sniff_delimiter(head)
    return tuple(
        frozenset(normalise_header(cells.clean(cell.strip().strip('"'))) for cell in line.split(mark))
        for line in head.splitlines()[:200]
    )
