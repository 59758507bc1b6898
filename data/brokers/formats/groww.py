"""Groww, stocks order history: the workbook as downloaded or saved as CSV; the price is value by quantity."""

from __future__ import annotations

import re
from datetime import datetime

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import unit_price
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, header_score, read_records, read_table
from data.brokers.records import Spare
from data.brokers.source import FileKind, SourceFile
from data.brokers.words import read_side
from data.brokers.workbook import preview_texts, read_workbook
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "groww-orders"
TIME = "Execution date and time"
COLUMNS = (
    Spare("Stock name"),
    "Symbol",
    "Type",
    "Quantity",
    "Value",
    "Exchange",
    "Exchange Order Id",
    TIME,
    "Order status",
)
TIMES = ("%d-%m-%Y %I:%M %p", "%d-%m-%Y %I:%M:%S %p", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "ISO")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")


def sniff(source: SourceFile) -> float:
    """Claim a text or a workbook with the whole header."""
    if source.kind is FileKind.XLSX:
        return 0.98 if set(COLUMNS) <= preview_texts(source) else 0.0
    return 0.98 if source.kind is FileKind.TEXT and header_score(source.head, COLUMNS) == 1.0 else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the executed orders; the others keep their status."""
    table = read_table(_records(source), COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_row(builder, row))
    return builder.build(rows=len(table.rows))


def _records(source: SourceFile) -> list[Record]:
    if source.kind is not FileKind.XLSX:
        return read_records(source.text, name=source.name)
    for sheet in read_workbook(source):
        if any(set(COLUMNS) <= set(record.cells) for record in sheet.records):
            return sheet.records
    hint = "Download the order history of stocks."
    raise ImportFileError(f"{source.name!r} has no sheet of orders.", hint=hint, code=FileCode.NO_TABLE)


def _read_row(builder: StatementBuilder, row: Row) -> None:
    status = row.required("Order status")
    if status.casefold() != "executed":
        builder.other(
            row.line, OtherKind.ORDER, status, symbol=row.text("Symbol"), reason=f"The order is {status.lower()}."
        )
        return
    quantity, value = row.decimal("Quantity", signed=False), row.decimal("Value", signed=False)
    if not quantity:
        raise CellError("Quantity", row.text("Quantity"), "The quantity is zero.")
    builder.execution(
        line=row.line,
        instrument=_instrument(row),
        side=read_side(row.text("Type"), column="Type"),
        quantity=quantity,
        price=unit_price(value, quantity),
        executed_at=builder.instant(_moment(row), raw=row.text(TIME), column=TIME),
        # An exchange counts its orders anew, so that the time belongs to the id.
        identity="/".join(row.raw("Exchange", "Exchange Order Id", TIME)) if row.text("Exchange Order Id") else "",
        fingerprint=row.raw(TIME, "Symbol", "Type", "Quantity", "Value", "Exchange"),
    )


def _instrument(row: Row) -> Instrument:
    isin = row.text("ISIN")
    return Instrument(
        symbol=row.required("Symbol"),
        asset_class=AssetClass.STOCK,
        currency="INR",
        isin=isin if _ISIN.fullmatch(isin) else "",
        name=row.text("Stock name"),
    )


def _moment(row: Row) -> datetime:
    return row.moment(TIME, formats=TIMES)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Groww stock orders",
    broker="Groww",
    timezone="Asia/Kolkata",
    sniff=sniff,
    parse=parse,
    currency="INR",
)
