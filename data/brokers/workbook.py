"""Spreadsheets (XLSX), read behind a guard: the archive is measured before a parser sees it.

A workbook is a ZIP of XML. Counted are its entries, unpacked bytes, ratio, names and the cells it
refers to; what passes is packed anew from the checked bytes, so that the parser cannot read anything else.
All of it happens in the child process.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from data.brokers.cells import clean
from data.brokers.limits import (
    ARCHIVE_ENTRIES,
    ARCHIVE_RATIO,
    ARCHIVE_SMALL,
    ARCHIVE_UNPACKED,
    SHEET_CELLS,
    SHEET_COLUMNS,
    SHEET_ROWS,
)
from data.brokers.mending import mend
from data.brokers.records import Record
from data.brokers.source import FileKind, SourceFile, binary_error
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.watching import current_watcher, report_rows

_TEXTS = "workbook texts"
_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|xl/[^/]+\.xml|xl/_rels/[^/]+\.rels|xl/worksheets/[^/]+\.xml")
_ATTRIBUTES = rb"((?:\s+[^\s=>/]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)"
_TAG = re.compile(rb"<(?:[\w.-]+:)?(?P<kind>c|row)" + _ATTRIBUTES + rb"\s*/?>")
_REFERENCE = re.compile(rb"\sr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CELL = re.compile(rb"([A-Za-z]{0,3})(\d{1,7})")
_START = re.compile(rb"<(?:[\w.-]+:)?(?:c|row)[\s/>]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its name and its non-blank rows, with the row numbers a user sees."""

    name: str
    records: list[Record]


def read_workbook(source: SourceFile) -> list[Sheet]:
    """Return the visible content of every worksheet as trimmed texts; the work is done in a child process.

    Numbers become plain decimals, dates ISO texts, empty cells "".

    Raises:
        ImportFileError: If the file is no workbook, is damaged, or exceeds a limit.
    """
    from data.brokers.isolation import extract  # noqa: PLC0415 - the child imports this module, not what starts it

    if source.kind is FileKind.BINARY:
        raise binary_error(source)
    if source.kind is not FileKind.XLSX:
        raise _refuse(source.name, "is not an XLSX workbook", FileCode.NOT_A_WORKBOOK)
    sheets = extract(source, "workbook")
    # Lines are counted in every sheet anew: among several, only the text at fault tells which one is meant.
    is_alone = len(sheets) == 1
    return [
        Sheet(title, mend([Record(line, cells) for line, cells in rows], is_alone=is_alone)) for title, rows in sheets
    ]


def preview_texts(source: SourceFile) -> frozenset[str]:
    """Return the texts of all cells of a workbook, for sniffing; empty when it is none. Never raises."""
    if source.kind is not FileKind.XLSX:
        return frozenset()
    if _TEXTS not in source.extracts:
        try:
            sheets = read_workbook(source)
        except ImportFileError:
            sheets = []
        texts = frozenset(cell for sheet in sheets for record in sheet.records for cell in record.cells)
        source.extracts[_TEXTS] = texts - {""}
    found: frozenset[str] = source.extracts[_TEXTS]
    return found


def read_sheets(payload: bytes, name: str) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """Return what `read_workbook` needs, as JSON values; runs in the child process."""
    content = _repack(_read_entries(SourceFile(name, payload)), name)
    current_watcher().begin("open")
    return [(title, list(_lines(rows))) for title, rows in _parse(content, name)]


def _read_entries(source: SourceFile) -> dict[str, bytes]:
    """Return the needed entries of the archive, after counting all of them."""
    if source.kind is not FileKind.XLSX:
        raise _refuse(source.name, "is not an XLSX workbook", FileCode.NOT_A_WORKBOOK)
    try:
        with zipfile.ZipFile(io.BytesIO(source.payload)) as archive:
            infos = archive.infolist()
            _check_archive(infos, source)
            entries = {info.filename: archive.read(info) for info in infos if _NEEDED.fullmatch(info.filename)}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refuse(source.name, "is damaged or encrypted", FileCode.ARCHIVE_DAMAGED) from error
    if "xl/workbook.xml" not in entries:
        raise _refuse(source.name, "is a ZIP archive but not an XLSX workbook", FileCode.NOT_A_WORKBOOK)
    for name, content in entries.items():
        _check_entry(name, content, source.name)
    return entries


def _check_archive(infos: Sequence[zipfile.ZipInfo], source: SourceFile) -> None:
    """Refuse an archive by what its directory declares; `zipfile` never unpacks more than that."""
    if len(infos) > ARCHIVE_ENTRIES:
        reason = f"holds {len(infos)} entries, more than {ARCHIVE_ENTRIES}"
        raise _refuse(source.name, reason, FileCode.ARCHIVE_ENTRIES)
    if len({info.filename for info in infos}) < len(infos):
        raise _refuse(source.name, "holds two entries of one name", FileCode.ARCHIVE_ENTRIES)
    unpacked = sum(info.file_size for info in infos)
    if unpacked > ARCHIVE_UNPACKED:
        reason = f"unpacks to {unpacked:,} bytes, more than {ARCHIVE_UNPACKED:,}"
        raise _refuse(source.name, reason, FileCode.ARCHIVE_SIZE)
    if unpacked > ARCHIVE_SMALL and unpacked > ARCHIVE_RATIO * len(source.payload):
        raise _refuse(source.name, f"is compressed more than {ARCHIVE_RATIO} times", FileCode.ARCHIVE_RATIO)
    for info in infos:
        _check_name(info, source.name)


def _check_name(info: zipfile.ZipInfo, name: str) -> None:
    path = info.filename.replace("\\", "/")
    if path.startswith("/") or ":" in path or ".." in path.split("/"):
        raise _refuse(name, f"holds an entry with the path {info.filename[:60]!r}", FileCode.ARCHIVE_PATH)
    if info.file_size > ARCHIVE_SMALL and info.file_size > ARCHIVE_RATIO * max(info.compress_size, 1):
        reason = f"compresses {info.filename[:60]!r} more than {ARCHIVE_RATIO} times"
        raise _refuse(name, reason, FileCode.ARCHIVE_RATIO)


def _check_entry(name: str, content: bytes, file_name: str) -> None:
    if b"\x00" in content[:4096] or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _refuse(file_name, f"holds XML that no spreadsheet writes in {name!r}", FileCode.DTD)
    # Any part can be declared to be a worksheet, so that every part is measured.
    _check_range(content, file_name)


def _check_range(content: bytes, file_name: str) -> None:
    """Refuse a sheet whose cells span more than the limits, before a dense table of them is made.

    Raises:
        ImportFileError: Also for a tag this count cannot read, so that nothing hides from it.
    """
    rows = columns = place = tags = 0
    for tags, tag in enumerate(_TAG.finditer(content), start=1):  # noqa: B007 - the count is used below
        row, column = _reference(tag, file_name)
        if tag["kind"] == b"row":
            rows, place = max(rows + 1, row), 0
        else:
            # A cell without a reference stands right of the one before.
            place = column or place + 1
            rows, columns = max(rows, row), max(columns, place)
        if rows > SHEET_ROWS or columns > SHEET_COLUMNS or rows * columns > SHEET_CELLS:
            limits = f"{SHEET_ROWS:,} rows, {SHEET_COLUMNS} columns or {SHEET_CELLS:,} cells"
            raise _refuse(
                file_name, f"uses {rows:,} rows and {columns:,} columns; the limit is {limits}", FileCode.SHEET_RANGE
            )
    if tags != sum(1 for _ in _START.finditer(content)):
        raise _refuse(file_name, "holds cells that cannot be read", FileCode.ARCHIVE_DAMAGED)


def _reference(tag: re.Match[bytes], file_name: str) -> tuple[int, int]:
    """Return row and column a tag refers to; 0 for what it leaves out."""
    found = _REFERENCE.search(tag[2])
    if not found:
        return 0, 0
    text = found[1] if found[1] is not None else found[2]
    cell = _CELL.fullmatch(text)
    if not cell:
        reason = f"refers to a cell {text[:20].decode('ascii', 'replace')!r}"
        raise _refuse(file_name, reason, FileCode.SHEET_RANGE)
    return int(cell[2]), _column_number(cell[1])


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _repack(entries: dict[str, bytes], name: str) -> io.BytesIO:
    target = io.BytesIO()
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for path, content in entries.items():
                archive.writestr(path, content)
    except (ValueError, zipfile.LargeZipFile) as error:
        raise _refuse(name, "cannot be read", FileCode.ARCHIVE_DAMAGED) from error
    target.seek(0)
    return target


def _parse(payload: io.BytesIO, name: str) -> list[tuple[str, list[list[Any]]]]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - loaded at first use

    try:
        book = CalamineWorkbook.from_filelike(payload)
        return [(title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)) for title in book.sheet_names]
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:  # the parser's panic is no Exception
        raise _refuse(name, "cannot be read as a workbook", FileCode.ARCHIVE_DAMAGED) from error


def _lines(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(report_rows(rows, stage="open"), start=1):
        cells = [cell_text(value) for value in row]
        if any(cells):
            yield line, cells


def cell_text(value: Any) -> str:
    """Return a cell's value as text: numbers without exponent, dates as ISO, booleans as true and false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # repr is the shortest text that gives this double back, which is what the author typed.
        return format(Decimal(repr(value)).normalize() + 0, "f") if value == value else ""  # noqa: PLR0124 - NaN
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return clean(str(value))


def _refuse(name: str, reason: str, code: FileCode) -> ImportFileError:
    hint = "Open it in a spreadsheet program and save the sheet as CSV, or download it again."
    return ImportFileError(f"{name!r} {reason}.", hint=hint, code=code)
