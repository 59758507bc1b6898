"""eToro, account activity: the sheet of the account statement's workbook, or that sheet saved as CSV.

Prices are not in the file: amount by units is the price in the account's currency. Of CFDs the file tells neither
direction nor leverage; such a price then makes the right profit, but is not the market's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import read_mixed, unit_price
from data.brokers.builder import StatementBuilder
from data.brokers.cells import EMPTY_MARKS, CellError, read_decimal
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, find_header, header_score, read_records, read_table
from data.brokers.source import FileKind, SourceFile
from data.brokers.words import read_asset_class
from data.brokers.workbook import preview_texts, read_workbook
from domain.errors import ImportFileError
from domain.executions import Side
from domain.import_codes import FileCode
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "etoro-activity"
COLUMNS = ("Date", "Type", "Details", "Amount", "Realized Equity Change", "Realized Equity", "Balance", "Position ID")
UNITS = ("Units", "Units / Contracts")
TIMES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "ISO")
_MONEY = ("Amount", "Realized Equity Change", "Realized Equity", "Balance")
_SIDES = {"open position": Side.BUY, "position closed": Side.SELL}
_SYMBOL = re.compile(r"(?P<symbol>[^\s/]+/[A-Z]{3,5})(?: (?P<new>\d+(?:\.\d+)?):(?P<old>\d+(?:\.\d+)?))?")
_ASSETS = {"commodities": AssetClass.CFD, "indices": AssetClass.CFD, "currencies": AssetClass.FOREX}
# The first phrase that occurs in the type decides.
_KINDS = (
    ("split", OtherKind.SPLIT),
    ("dividend", OtherKind.DIVIDEND),
    ("overnight", OtherKind.FUNDING),
    ("rollover", OtherKind.FUNDING),
    ("sdrt", OtherKind.TAX),
    ("tax", OtherKind.TAX),
    ("interest", OtherKind.INTEREST),
    ("fee", OtherKind.FEE),
    ("commission", OtherKind.FEE),
    ("withdraw", OtherKind.WITHDRAWAL),
    ("deposit", OtherKind.DEPOSIT),
    ("mirror", OtherKind.TRANSFER),
    ("copy", OtherKind.TRANSFER),
    ("transfer", OtherKind.TRANSFER),
    ("reward", OtherKind.REWARD),
    ("staking", OtherKind.REWARD),
    ("airdrop", OtherKind.REWARD),
    ("corp action", OtherKind.CORPORATE_ACTION),
)
CFD_NOTE = "Positions in CFDs name neither direction nor leverage: their profit is right, their price is the margin's."


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one file, whose amounts are in one currency."""

    builder: StatementBuilder
    currency: str

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        side = _SIDES.get(row.required("Type").casefold())
        if row.text("Balance") not in ("", *EMPTY_MARKS):
            self.builder.balance(row.line, self._instant(row), self.currency, lambda: read_money(row, "Balance"))
        if side is None:
            self._keep_other(row)
        else:
            self._read_trade(row, side)

    def _read_trade(self, row: Row, side: Side) -> None:
        units, amount = read_units(row), read_money(row, "Amount")
        if units <= 0:
            raise CellError("Units", row.text(*UNITS), "The number of units is not more than zero.")
        position = row.text("Position ID").strip("-")
        self.builder.execution(
            line=row.line,
            instrument=Instrument(
                symbol=row.required("Details"), asset_class=_asset_class(row), currency=self.currency
            ),
            side=side,
            quantity=units,
            price=unit_price(amount, units),
            executed_at=self._instant(row),
            identity=f"{position}/{side.word}" if position else "",
            fingerprint=row.raw("Date", "Type", "Details", "Amount"),
        )

    def _keep_other(self, row: Row) -> None:
        label, details = row.required("Type"), row.text("Details").strip("-")
        match = _SYMBOL.fullmatch(details)
        is_split = "split" in label.casefold() and match and match["new"]
        self.builder.other(
            row.line,
            other_kind(label),
            label,
            occurred_at=self._instant(row),
            symbol=match["symbol"] if match else "",
            amount=None if row.text("Amount") in ("", *EMPTY_MARKS) else read_money(row, "Amount"),
            currency=self.currency,
            ratio=(Decimal(match["new"]), Decimal(match["old"])) if match and is_split else None,
            description="" if match else details,
        )

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(_moment(row), raw=row.text("Date"))


def sniff(source: SourceFile) -> float:
    """Claim the sheet by its header, in a text or a workbook."""
    if source.kind is FileKind.XLSX:
        return 0.95 if set(COLUMNS) <= preview_texts(source) else 0.0
    return 0.98 if source.kind is FileKind.TEXT and header_score(source.head, COLUMNS) == 1.0 else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the activity; eToro writes UTC."""
    table = read_table(_records(source), COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    reader = Reader(builder, options.currency or FORMAT.currency)
    builder.each(oldest_first(table.rows, _moment), reader.read)
    if any(item.instrument.asset_class is AssetClass.CFD for item in builder.executions):
        builder.notes.append(CFD_NOTE)
    return builder.build(rows=len(table.rows))


def _records(source: SourceFile) -> list[Record]:
    if source.kind is not FileKind.XLSX:
        return read_records(source.text, name=source.name)
    sheets = read_workbook(source)
    found = next((sheet.records for sheet in sheets if find_header(sheet.records, COLUMNS) is not None), None)
    if found is None:
        hint = "Download the account statement."
        raise ImportFileError(f"{source.name!r} has no sheet of activity.", hint=hint, code=FileCode.NO_TABLE)
    return found


def read_money(row: Row, column: str) -> Decimal:
    """Return an amount; whether it has a decimal comma is told by all amounts of its row."""
    comma = decide_decimal_comma([row.text(name) for name in _MONEY], ",")
    return read_decimal(row.required(column), column=column, decimal_comma=bool(comma))


def read_units(row: Row) -> Decimal:
    """Return the units, whose decimal mark need not be that of the amounts beside them."""
    text = row.text(*UNITS)
    if not text or text in EMPTY_MARKS:
        raise CellError("Units", text, "The cell is empty.", "A number is needed here.")
    is_comma = "." not in text and bool(decide_decimal_comma([row.text(name) for name in _MONEY], ","))
    return read_decimal(text, column="Units", decimal_comma=True) if is_comma else read_mixed(text, column="Units")


def other_kind(label: str) -> OtherKind:
    """Return what a type means to us; an unheard-of one is an adjustment of the balance."""
    folded = label.casefold()
    return next((kind for phrase, kind in _KINDS if phrase in folded), OtherKind.ADJUSTMENT)


def _asset_class(row: Row) -> AssetClass:
    text = row.text("Asset type").strip("-")
    return _ASSETS.get(text.casefold()) or read_asset_class(text, column="Asset type")


def _moment(row: Row) -> datetime:
    return row.moment("Date", formats=TIMES)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="eToro account activity",
    broker="eToro",
    timezone="UTC",
    sniff=sniff,
    parse=parse,
)
