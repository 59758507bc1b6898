"""Cells of a report as a person reads them; HTML and PDF print the same texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from components import format as fmt
from components.moments import duration
from domain.report_document import Cell, CellKind, ReportDocument, ReportTable

NO_VALUE = "–"
_HEADING = re.compile(r"^#{1,6}\s+")
_BULLET = re.compile(r"^(\s*)[-*+]\s+")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|`|_{1,2})(?=[^\s*])(.+?)(?<=[^\s*])\1(?![\w*])")
_WRITERS: Mapping[CellKind, Callable[[Any], str]] = MappingProxyType(
    {
        CellKind.COUNT: fmt.count,
        CellKind.FRACTION: fmt.fraction,
        CellKind.SHARE: fmt.percent,
        CellKind.RISK: lambda value: fmt.percent(value, places=2),
        CellKind.RETURN: lambda value: fmt.percent(value, places=2, signed=True),
        CellKind.RATIO: fmt.ratio,
        CellKind.AMOUNT: fmt.ratio,
        CellKind.R: fmt.r_multiple,
        CellKind.SECONDS: duration,
        CellKind.DAYS: lambda value: f"{fmt.count(value)} {'day' if value == 1 else 'days'}",
        CellKind.PRICE: fmt.price,
        CellKind.QUANTITY: fmt.quantity,
    }
)


def cell_text(document: ReportDocument, cell: Cell, kind: CellKind) -> str:
    """Return one cell as text; None is a dash."""
    if cell is None:
        return NO_VALUE
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        local = cell.astimezone(ZoneInfo(document.zone))
        return f"{local.day} {local:%b %Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell.day} {cell:%b %Y}"
    if kind in (CellKind.MONEY, CellKind.PROFIT):
        return amount_text(document, cell, signed=kind is CellKind.PROFIT)
    write = fmt.accounting if kind is CellKind.AMOUNT and document.is_accounting else _WRITERS[kind]
    return write(cell)


def amount_text(document: ReportDocument, value: Any, *, signed: bool) -> str:
    """Return an amount in the document's unit and manner."""
    if document.is_accounting and document.unit not in ("%", "R"):
        return fmt.accounting(value)
    return fmt.money(value, document.unit, signed=signed)


def table_texts(document: ReportDocument, table: ReportTable) -> list[list[str]]:
    """Return the rows of a table as texts, a cell without value empty."""
    kinds = [column.kind for column in table.columns]
    return [_row(document, row, kinds) for row in table.rows]


def total_texts(document: ReportDocument, table: ReportTable) -> list[str]:
    """Return the total of a table as texts, [] for none."""
    return _row(document, table.total, [column.kind for column in table.columns]) if table.total else []


def _row(document: ReportDocument, cells: tuple[Cell, ...], kinds: list[CellKind]) -> list[str]:
    return ["" if cell is None else cell_text(document, cell, kind) for cell, kind in zip(cells, kinds, strict=True)]


def note_text(text: str) -> str:
    """Return a note without the signs of Markdown: paper has no use for asterisks."""
    lines = (_BULLET.sub(r"\1• ", _HEADING.sub("", line)) for line in text.splitlines())
    return "\n".join(_EMPHASIS.sub(r"\2", line) for line in lines)


def prepared_text(document: ReportDocument) -> str:
    """Return when the report was made and the zone of its times."""
    return f"Prepared {fmt.instant_full(document.prepared_at, document.zone)}"
