"""Reports as workbooks and CSV: numbers stay numbers, dates stay dates, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from domain.money import decimal_text
from domain.report_document import (
    Cell,
    CellKind,
    ReportDocument,
    ReportFigure,
    ReportSection,
    ReportTable,
)
from services.exports import number, safe_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Row = tuple[tuple[Cell, ...], tuple[CellKind, ...]]
"""Cells, and what each of them is."""
FIGURE_HEADS = ("Figure", "Value", "n", "Note")
_NUMBER_FORMATS = {
    CellKind.COUNT: "#,##0",
    CellKind.FRACTION: "0.0%",
    CellKind.SHARE: "0.0%",
    CellKind.RETURN: "0.00%",
    CellKind.RISK: "0.00%",
    CellKind.RATIO: "#,##0.00",
    CellKind.AMOUNT: "#,##0.00",
    CellKind.R: '0.00"R"',
    CellKind.SECONDS: "#,##0",
    CellKind.DAYS: "#,##0",
    CellKind.PRICE: "#,##0.00####",
    CellKind.QUANTITY: "#,##0.########",
    CellKind.DAY: "yyyy-mm-dd",
    CellKind.INSTANT: "yyyy-mm-dd hh:mm:ss",
}
_MONEY_FORMATS = {"%": "0.00%", "R": '0.00"R"'}
_BAD_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
PRIVATE_PLACES = 4  # a hundredth of a percent
_LONGEST_TEXT = 32_767  # what a cell of a workbook takes


def section_blocks(section: ReportSection) -> Iterator[tuple[tuple[str, ...], list[Row]]]:
    """Yield what a section has below one another, headings and rows: figures, table, points of its chart, notes."""
    if section.figures:
        yield (
            FIGURE_HEADS,
            [((item.label, item.value, item.n or None, item.reason), _figure_kinds(item)) for item in section.figures],
        )
    for table in (section.table, section.points):
        if table is not None:
            kinds = tuple(column.kind for column in table.columns)
            totals: list[Row] = [(table.total, _total_kinds(table))] if table.total else []
            yield tuple(column.label for column in table.columns), [*((row, kinds) for row in table.rows), *totals]
    if section.notes:
        texts = (CellKind.TEXT, CellKind.TEXT)
        yield ("Day or trade", "Note"), [((note.heading, note.text), texts) for note in section.notes]


def _figure_kinds(figure: ReportFigure) -> tuple[CellKind, ...]:
    return (CellKind.TEXT, figure.kind, CellKind.COUNT, CellKind.TEXT)


def _total_kinds(table: ReportTable) -> tuple[CellKind, ...]:
    pairs = zip(table.columns, table.total, strict=True)
    return tuple(CellKind.TEXT if isinstance(cell, str) else column.kind for column, cell in pairs)


def write_csv(document: ReportDocument) -> bytes:
    """Return the report as UTF-8 CSV: one block a section, its title in a line of its own, plain numbers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    zone = ZoneInfo(document.zone)
    prepared = document.prepared_at.astimezone(zone).isoformat(timespec="seconds")
    for line in (document.title, document.subtitle, f"Prepared {prepared}"):
        writer.writerow([safe_text(line)])
    for section in document.sections:
        writer.writerows([[], [safe_text(line) for line in (section.title, section.subtitle) if line]])
        if section.empty:
            writer.writerow([safe_text(section.empty)])
        for at, (heads, rows) in enumerate(section_blocks(section)):
            writer.writerows([[]] if at else [])
            writer.writerow([safe_text(head) for head in heads])
            for cells, _ in rows:
                writer.writerow([plain_text(_kept(document, cell), zone) for cell in cells])
    return buffer.getvalue().encode()


def _kept(document: ReportDocument, cell: Cell) -> Cell:
    """Return a cell as it may leave: the digits of a private report must not give the amount behind it away."""
    return round(cell, PRIVATE_PLACES) if document.is_private and isinstance(cell, float) else cell


def plain_text(cell: Cell, zone: ZoneInfo) -> str:
    """Return a cell as CSV text: numbers bare, instants with their offset, texts that are no formulas."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_text(cell)
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return decimal_text(cell) if isinstance(cell, Decimal) else str(cell) if isinstance(cell, int) else number(cell)


def write_xlsx(document: ReportDocument) -> bytes:
    """Return the report as a workbook: a first sheet about it, then one a section."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - with the first workbook

    buffer = io.BytesIO()
    # Whatever a text looks like, it is written as text: never a formula, never a link, never a number.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(buffer, options) as book:
        made = document.prepared_at.replace(tzinfo=None)
        book.set_properties({"title": document.title, "author": document.brand, "created": made})
        _write_cover(book, document)
        names: set[str] = {"about"}
        for section in document.sections:
            sheet = book.add_worksheet(_sheet_name(section.title, names))
            _SheetWriter(book, sheet, document.written_as(section)).write(section)
    return buffer.getvalue()


def _write_cover(book: Workbook, document: ReportDocument) -> None:
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 90)
    zone = ZoneInfo(document.zone)
    prepared = f"Prepared {document.prepared_at.astimezone(zone):%Y-%m-%d %H:%M}, times in {document.zone}"
    lines = (document.brand, document.title, document.subtitle, prepared, *document.footer)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, book.add_format({"bold": row == 1, "text_wrap": True}))


def _sheet_name(title: str, used: set[str]) -> str:
    name = _BAD_SHEET_NAME.sub(" ", title)[:31] or "Sheet"
    while name.casefold() in used:
        name = f"{name[:28]} {len(used)}"
    used.add(name.casefold())
    return name


class _SheetWriter:
    """Writes one section on its sheet."""

    def __init__(self, book: Workbook, sheet: Worksheet, document: ReportDocument) -> None:
        self._book = book
        self._sheet = sheet
        self._document = document
        self._zone = ZoneInfo(document.zone)
        self._formats: dict[str, Any] = {}

    def write(self, section: ReportSection) -> None:
        """Write the blocks of a section, a free row between two."""
        bold = self._book.add_format({"bold": True, "bottom": 1})
        row, wide = 0, 0
        for heads, rows in section_blocks(section):
            row += 1 if row else 0
            wide = max(wide, len(heads))
            for at, head in enumerate(heads):
                self._sheet.write_string(row, at, head, bold)
            for at, (cells, kinds) in enumerate(rows, row + 1):
                self._write_row(at, [_kept(self._document, cell) for cell in cells], kinds)
            row += 1 + len(rows)
        if wide:
            self._sheet.freeze_panes(1, 0)
            self._sheet.set_column(0, 0, 24)
            self._sheet.set_column(1, wide, 16)
        if section.empty:
            self._sheet.write_string(1, 0, section.empty)
        if section.table is not None and section.table.note:
            self._sheet.write_string(row + 1, 0, section.table.note)

    def _write_row(self, row: int, cells: Sequence[Cell], kinds: Sequence[CellKind]) -> None:
        for at, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
            if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
                continue
            if isinstance(cell, str):
                self._sheet.write_string(row, at, cell[:_LONGEST_TEXT])
            elif isinstance(cell, datetime):
                local = cell.astimezone(self._zone).replace(tzinfo=None)
                self._sheet.write_datetime(row, at, local, self._format(kind))
            elif isinstance(cell, date):
                self._sheet.write_datetime(row, at, cell, self._format(kind))
            else:
                self._sheet.write_number(row, at, float(cell), self._format(kind))

    def _format(self, kind: CellKind) -> Any:
        amount = _MONEY_FORMATS.get(self._document.unit, "#,##0.00")
        text = amount if kind in (CellKind.MONEY, CellKind.PROFIT) else _NUMBER_FORMATS.get(kind, "General")
        if text not in self._formats:
            self._formats[text] = self._book.add_format({"num_format": text})
        return self._formats[text]
