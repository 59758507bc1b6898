"""The records of any file that holds tables: delimited text, the sheets of a workbook, the tables of an HTML report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.brokers.html_tables import read_html_rows
from data.brokers.reader import read_records, sniff_delimiter
from data.brokers.records import Record
from data.brokers.source import SNIFF_BYTES, FileKind, SourceFile
from data.brokers.workbook import read_workbook
from domain.errors import ImportFileError
from domain.import_codes import FileCode

KINDS = frozenset({FileKind.TEXT, FileKind.XLSX, FileKind.HTML})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet, or the whole of any other file.

    Attributes:
        name: Of the sheet, "" where there are none.
        delimiter: What parts the cells of a text; "," where nothing does.
    """

    records: Sequence[Record]
    name: str = ""
    delimiter: str = ","


def head_grids(source: SourceFile) -> list[Grid]:
    """Return the tables to look for a header in: of a text its first 64 kB, of other files all of it.

    Raises:
        ImportFileError: If the file holds no tables or cannot be read.
    """
    if source.kind in (FileKind.XLSX, FileKind.HTML):
        return read_grids(source)
    head = source.head
    if len(source.payload) > SNIFF_BYTES:
        head = head[: head.rfind("\n") + 1]
    return [Grid(records=read_records(head, name=source.name), delimiter=sniff_delimiter(source.head))]


def read_grids(source: SourceFile) -> list[Grid]:
    """Return every table of a file, whole.

    Raises:
        ImportFileError: If the file holds no tables or cannot be read.
    """
    if source.kind is FileKind.TEXT:
        delimiter = sniff_delimiter(source.head)
        return [Grid(records=read_records(source.text, delimiter=delimiter, name=source.name), delimiter=delimiter)]
    if source.kind is FileKind.XLSX:
        return [Grid(records=sheet.records, name=sheet.name) for sheet in read_workbook(source)]
    if source.kind is FileKind.HTML:
        return [Grid(records=read_html_rows(source))]
    message = f"{source.name!r} is not a text file."
    raise ImportFileError(message, hint="Export the statement as CSV and try again.", code=FileCode.NOT_TEXT)
