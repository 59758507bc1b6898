"""One file in many shapes: what brokers and spreadsheets change between two downloads of the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from data.brokers import ParseOptions, detect, read_statement
from data.brokers.builder import StatementBuilder
from data.brokers.cells import clean
from data.brokers.reader import sniff_delimiter
from data.brokers.source import SourceFile
from domain.statements import Statement

ADDED = "Zusatz X1"
"""A column no broker writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A text file taken apart: lines before the header as they are, then the records from the header on."""

    before: str
    records: list[list[str]]
    delimiter: str

    @property
    def header(self) -> list[str]:
        """The cells of the header."""
        return self.records[0]

    def write(self, records: Sequence[Sequence[str]] | None = None, *, delimiter: str = "") -> bytes:
        """Return the file with these records."""
        out = io.StringIO()
        mark = delimiter or self.delimiter
        out.write(self.before.replace(self.delimiter, mark) if delimiter else self.before)
        csv.writer(out, delimiter=mark, lineterminator="\n").writerows(records or self.records)
        return out.getvalue().encode()

    def is_whole(self, record: Sequence[str]) -> bool:
        """Whether a record is one of the table and no footer."""
        return len(record) >= len(self.header) - 1

    def change_columns(self, change: Callable[[list[str], bool], list[str]]) -> bytes:
        """Return the file with each record of the table changed; the flag says that it is the header."""
        return self.write(
            [
                change(list(record), index == 0) if self.is_whole(record) else list(record)
                for index, record in enumerate(self.records)
            ]
        )


def read(name: str, content: bytes, **options: Any) -> Statement:
    """Detect and read a file as the app does."""
    source = SourceFile(name, content)
    return read_statement(detect(source).format, source, ParseOptions(**options))


def find_tables(name: str, content: bytes, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the headers a format reads rows under, by watching it."""
    headers: list[list[str]] = []
    build = StatementBuilder.build

    def watch(self: StatementBuilder, *, rows: int) -> Statement:
        headers.extend(list(columns.header) for columns in self._tables.values())
        return build(self, rows=rows)

    with monkeypatch.context() as patch:
        patch.setattr(StatementBuilder, "build", watch)
        read(name, content)
    return headers


def take_apart(content: bytes, header: Sequence[str]) -> TableFile | None:
    """Return a file split at its header; None when no line of it is that header."""
    text = content.decode("utf-8-sig")
    delimiter = sniff_delimiter(text)
    lines = text.splitlines(keepends=True)
    for index in range(len(lines)):
        rest = "".join(lines[index:])
        first = next(csv.reader(io.StringIO(rest), delimiter=delimiter), [])
        if [clean(cell) for cell in first] == list(header):
            records = list(csv.reader(io.StringIO(rest), delimiter=delimiter))
            return TableFile(before="".join(lines[:index]), records=records, delimiter=delimiter)
    return None


def reversed_columns(table: TableFile) -> bytes:
    """Every column in another place."""
    width = len(table.header)
    return table.change_columns(lambda record, _: [*record, *[""] * (width - len(record))][::-1])


def added_column(table: TableFile) -> bytes:
    """A column in the middle that nobody knows."""
    at = len(table.header) // 2
    return table.change_columns(lambda record, is_header: [*record[:at], ADDED if is_header else "q", *record[at:]])


def shouted_header(table: TableFile) -> bytes:
    """The header in capitals."""
    return table.change_columns(lambda record, is_header: [cell.upper() for cell in record] if is_header else record)


def spaced_header(table: TableFile) -> bytes:
    """Blanks around and within the names of the header."""

    def change(record: list[str], is_header: bool) -> list[str]:
        return [f" {cell.replace(' ', '  ')} " if cell else cell for cell in record] if is_header else record

    return table.change_columns(change)


def trailing_delimiter(table: TableFile) -> bytes:
    """A delimiter behind the last cell of each row."""
    return table.change_columns(lambda record, _: [*record, ""])


def with_bom(table: TableFile) -> bytes:
    """A byte-order mark, as spreadsheets write it."""
    return b"\xef\xbb\xbf" + table.write()


def with_crlf(table: TableFile) -> bytes:
    """Line ends of Windows."""
    return table.write().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def as_utf16(table: TableFile) -> bytes:
    """UTF-16 with its mark, as some Windows programs save."""
    return table.write().decode().encode("utf-16")


def with_semicolons(table: TableFile) -> bytes:
    """Semicolons between the cells."""
    return table.write(delimiter=";")


CHANGES: dict[str, Callable[[TableFile], bytes]] = {
    change.__name__: change
    for change in (
        reversed_columns, added_column, shouted_header, spaced_header, trailing_delimiter, with_bom, with_crlf,
        as_utf16, with_semicolons,
    )
}  # fmt: skip


def without_column(table: TableFile, position: int) -> bytes:
    """Return the file without one of its columns."""
    return table.change_columns(lambda record, _: record[:position] + record[position + 1 :])


def executions(statement: Statement) -> list[tuple[Any, ...]]:
    """Return (symbol, side, quantity, price, time, fees, identity) of every execution, in order."""
    batch = statement.executions
    return [
        (
            batch.instruments[int(batch.instrument[row])].symbol,
            int(batch.side[row]),
            batch.quantity.at(row).normalize(),
            batch.price.at(row).normalize(),
            int(batch.executed_at[row]),
            batch.fees.at(row).normalize(),
            batch.identity[row],
        )
        for row in range(len(batch))
    ]


def core(statement: Statement) -> list[tuple[int, Decimal, Decimal, int]]:
    """Return (side, quantity, price, time) of every execution in a fixed order: what must never be guessed."""
    return sorted((row[1], row[2], row[3], row[4]) for row in executions(statement))
