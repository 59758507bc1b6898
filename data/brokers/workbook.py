"""Spreadsheets (XLSX), read behind a guard: the archive is measured before a parser sees it.

A workbook is a ZIP of XML. Counted are its entries, unpacked bytes, ratio, names and the cells it
refers to; what passes is packed anew from the checked bytes, so that the parser cannot read anything else.
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
from data.brokers.reader import Record
from data.brokers.source import FileKind, SourceFile
from domain.errors import ImportFileError

MAX_ENTRIES = 200
MAX_UNPACKED = 100_000_000
MAX_RATIO = 100
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 4_000_000
PREVIEW_BYTES = 262_144
SMALL = 65_536
"""Unpacked bytes below which an entry's ratio does not matter: empty themes compress well."""

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|xl/[^/]+\.xml|xl/_rels/[^/]+\.rels|xl/worksheets/[^/]+\.xml")
_ATTRIBUTES = rb"((?:\s+[^\s=>/]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)"
_TAG = re.compile(rb"<(?:[\w.-]+:)?(?P<kind>c|row)" + _ATTRIBUTES + rb"\s*/?>")
_REFERENCE = re.compile(rb"\sr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CELL = re.compile(rb"([A-Za-z]{0,3})(\d{1,7})")
_START = re.compile(rb"<(?:[\w.-]+:)?(?:c|row)[\s/>]")
_TEXT = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?>([^<]*)</")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its name and its non-blank rows, with the row numbers a user sees."""

    name: str
    records: list[Record]


def read_workbook(source: SourceFile) -> list[Sheet]:
    """Return the visible content of every worksheet as trimmed texts.

    Numbers become plain decimals, dates ISO texts, empty cells "".

    Raises:
        ImportFileError: If the file is no workbook, is damaged, or exceeds a limit of this module.
    """
    payload = _repack(_read_entries(source), source.name)
    return [Sheet(name, list(_records(rows))) for name, rows in _parse(payload, source.name)]


def preview_texts(source: SourceFile) -> frozenset[str]:
    """Return texts from the beginning of a workbook, for sniffing; empty when it is none. Never raises."""
    if source.kind is not FileKind.XLSX:
        return frozenset()
    found: set[str] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(source.payload)) as archive:
            for info in archive.infolist()[:MAX_ENTRIES]:
                if info.filename == "xl/sharedStrings.xml" or _SHEET.fullmatch(info.filename):
                    with archive.open(info) as stream:
                        head = stream.read(PREVIEW_BYTES)
                    found.update(_unescape(match[1]) for match in _TEXT.finditer(head))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return frozenset()
    return frozenset(found)


def _unescape(text: bytes) -> str:
    plain = text.decode("utf-8", "replace").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return clean(plain)


def _read_entries(source: SourceFile) -> dict[str, bytes]:
    """Return the needed entries of the archive, after counting all of them."""
    if source.kind is not FileKind.XLSX:
        raise _refuse(source.name, "is not an XLSX workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(source.payload)) as archive:
            infos = archive.infolist()
            _check_archive(infos, source)
            entries = {info.filename: archive.read(info) for info in infos if _NEEDED.fullmatch(info.filename)}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refuse(source.name, "is damaged or encrypted") from error
    if "xl/workbook.xml" not in entries:
        raise _refuse(source.name, "is a ZIP archive but not an XLSX workbook")
    for name, content in entries.items():
        _check_entry(name, content, source.name)
    return entries


def _check_archive(infos: Sequence[zipfile.ZipInfo], source: SourceFile) -> None:
    """Refuse an archive by what its directory declares; `zipfile` never unpacks more than that."""
    if len(infos) > MAX_ENTRIES:
        raise _refuse(source.name, f"holds {len(infos)} entries, more than {MAX_ENTRIES}")
    if len({info.filename for info in infos}) < len(infos):
        raise _refuse(source.name, "holds two entries of one name")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED:
        raise _refuse(source.name, f"unpacks to {unpacked:,} bytes, more than {MAX_UNPACKED:,}")
    if unpacked > SMALL and unpacked > MAX_RATIO * len(source.payload):
        raise _refuse(source.name, f"is compressed more than {MAX_RATIO} times")
    for info in infos:
        _check_name(info, source.name)


def _check_name(info: zipfile.ZipInfo, name: str) -> None:
    path = info.filename.replace("\\", "/")
    if path.startswith("/") or ":" in path or ".." in path.split("/"):
        raise _refuse(name, f"holds an entry with the path {info.filename[:60]!r}")
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise _refuse(name, f"compresses {info.filename[:60]!r} more than {MAX_RATIO} times")


def _check_entry(name: str, content: bytes, file_name: str) -> None:
    if b"\x00" in content[:4096] or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _refuse(file_name, f"holds XML that no spreadsheet writes in {name!r}")
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
        if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
            limits = f"{MAX_ROWS:,} rows, {MAX_COLUMNS} columns or {MAX_CELLS:,} cells"
            raise _refuse(file_name, f"uses {rows:,} rows and {columns:,} columns; the limit is {limits}")
    if tags != sum(1 for _ in _START.finditer(content)):
        raise _refuse(file_name, "holds cells that cannot be read")


def _reference(tag: re.Match[bytes], file_name: str) -> tuple[int, int]:
    """Return row and column a tag refers to; 0 for what it leaves out."""
    found = _REFERENCE.search(tag[2])
    if not found:
        return 0, 0
    text = found[1] if found[1] is not None else found[2]
    cell = _CELL.fullmatch(text)
    if not cell:
        raise _refuse(file_name, f"refers to a cell {text[:20].decode('ascii', 'replace')!r}")
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
        raise _refuse(name, "cannot be read") from error
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
        raise _refuse(name, "cannot be read as a workbook") from error


def _records(rows: Sequence[Sequence[Any]]) -> Iterator[Record]:
    for line, row in enumerate(rows, start=1):
        record = Record(line, [cell_text(value) for value in row])
        if not record.is_blank:
            yield record


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


def _refuse(name: str, reason: str) -> ImportFileError:
    hint = "Open it in a spreadsheet program and save the sheet as CSV, or download it again."
    return ImportFileError(f"{name!r} {reason}.", hint=hint)
