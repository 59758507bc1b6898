"""E*TRADE: the transactions and activity downloads, four generations of column names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import EMPTY_MARKS, CellError
from data.brokers.claims import claim_header
from data.brokers.listed import OpenPositions, check_amount, listed_instrument
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, find_header, read_records, read_table
from data.brokers.source import SourceFile
from data.brokers.words import find_side
from domain.charge_kinds import ChargeKind
from domain.executions import ExecutionKind, Side
from domain.instruments import Instrument
from domain.security_numbers import read_cusip
from domain.statements import OtherKind, Statement

SLUG = "etrade"
TIMEZONE = "America/New_York"
ZERO = Decimal(0)
LAYOUTS = (
    ("Activity/Trade Date", "Activity Type", "Description", "Symbol", "Quantity #", "Price $", "Amount $"),
    ("Transaction Date", "Transaction Type", "Symbol", "Quantity #", "Price $", "Amount $", "Commission"),
    ("Transaction Date", "Transaction Type", "Symbol", "Quantity", "Price", "Commission", "Fees", "Amount"),
    ("TransactionDate", "TransactionType", "SecurityType", "Symbol", "Quantity", "Amount", "Price", "Commission"),
)
DATE = ("Activity/Trade Date", "Transaction Date", "TransactionDate")
TYPE = ("Activity Type", "Transaction Type", "TransactionType")
QUANTITY = ("Quantity #", "Quantity")
PRICE = ("Price $", "Price")
AMOUNT = ("Amount $", "Amount")
DATES = ("%m/%d/%y", "%m/%d/%Y", "ISO")
ENDS = (
    ("expir", ExecutionKind.EXPIRY),
    ("assign", ExecutionKind.ASSIGNMENT),
    ("exercis", ExecutionKind.EXERCISE),
)
SIDES = {
    "bought": "buy", "bought to open": "buy", "bought to close": "buy", "bought to cover": "buy",
    "sold": "sell", "sold to open": "sell", "sold to close": "sell", "sold short": "sell",
}  # fmt: skip
KINDS = (
    ("split", OtherKind.SPLIT),
    ("dividend", OtherKind.DIVIDEND),
    ("capital gain", OtherKind.DIVIDEND),
    ("interest", OtherKind.INTEREST),
    ("tax", OtherKind.TAX),
    ("withh", OtherKind.TAX),
    ("fee", OtherKind.FEE),
    ("reorgani", OtherKind.CORPORATE_ACTION),
    ("merger", OtherKind.CORPORATE_ACTION),
    ("journal", OtherKind.TRANSFER),
    ("transfer", OtherKind.TRANSFER),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one table."""

    builder: StatementBuilder
    currency: str
    positions: OpenPositions

    def read(self, row: Row) -> None:
        """Turn one row into an execution, an option's end or an other row."""
        word = row.required(*TYPE)
        side = find_side(SIDES.get(word.casefold(), word))
        end = next((kind for start, kind in ENDS if start in word.casefold()), None)
        if side is not None:
            self._add_execution(row, side)
        elif end is not None and row.decimal(*QUANTITY, default=ZERO):
            self._end_option(row, end)
        else:
            self._keep(row, _kind(row, word.casefold()))

    def _add_execution(self, row: Row, side: Side) -> None:
        instrument = self._instrument(row)
        quantity, price = abs(row.decimal(*QUANTITY)), row.decimal(*PRICE, signed=False)
        column = next((name for name in AMOUNT if row.has(name)), AMOUNT[0])
        charges = [
            (ChargeKind.COMMISSION, abs(row.decimal("Commission", default=ZERO))),
            (ChargeKind.REGULATORY, abs(row.decimal("Fees", default=ZERO))),
        ]
        fees = sum((amount for _, amount in charges), ZERO)
        check_amount(row, column, quantity * price * (instrument.multiplier or 1), costs=fees)
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=quantity,
            price=price,
            charges=charges,
            executed_at=self._instant(row),
            fingerprint=_identifying(row),
        )

    def _end_option(self, row: Row, kind: ExecutionKind) -> None:
        instrument, change = self._instrument(row), row.decimal(*QUANTITY)
        self._keep(row, OtherKind.OPTION_EVENT)
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=self.positions.closing_side(instrument.symbol, change),
            quantity=abs(change),
            price=ZERO,
            executed_at=self._instant(row),
            kind=kind,
            fingerprint=_identifying(row),
        )

    def _keep(self, row: Row, kind: OtherKind) -> None:
        self.builder.other(
            row.line,
            kind,
            row.required(*TYPE),
            occurred_at=self._instant(row),
            symbol=_filled(row, "Symbol"),
            amount=row.decimal(*AMOUNT) if _filled(row, *AMOUNT) else None,
            currency=self.currency,
            quantity=row.decimal(*QUANTITY, default=ZERO) or None,
            description=" ".join(_filled(row, "Description").split()),
        )

    def _instrument(self, row: Row) -> Instrument:
        """Return the option a description spells, else the share."""
        text = " ".join(_filled(row, "Description").split())
        option = listed_instrument(text, self.currency)
        if option.option is not None:
            return option
        symbol = _filled(row, "Symbol")
        if not symbol:
            raise CellError("Symbol", row.text("Symbol"), "The row names no instrument.")
        return replace(listed_instrument(symbol, self.currency, name=text), cusip=read_cusip(row.text("Cusip")))

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(_moment(row), raw=row.text(*DATE), column=_date_column(row))


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the download, oldest row first."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    records = read_records(source.text, name=source.name)
    layout = next((item for item in LAYOUTS if find_header(records, item) is not None), LAYOUTS[0])
    table = read_table(records, layout, name=source.name)
    builder.account_hint = _account(records)
    rows = oldest_first(table.rows, _moment)
    reader = Reader(builder, options.currency or FORMAT.currency, OpenPositions(builder.executions))
    builder.each(rows, reader.read)
    builder.notes.append("The file has dates without a time of day; rows of one day keep their order.")
    return builder.build(rows=len(rows))


def _account(records: list[Record]) -> str:
    start = "for account"
    found = (item.cells[1] for item in records[:5] if item.cells[0].casefold().startswith(start) and item.cells[1:])
    return next(found, "")


def _filled(row: Row, *columns: str) -> str:
    text = row.text(*columns)
    return "" if text in EMPTY_MARKS else text


def _date_column(row: Row) -> str:
    return next((name for name in DATE if row.has(name)), DATE[0])


def _moment(row: Row) -> datetime:
    return row.moment(_date_column(row), formats=DATES)


def _identifying(row: Row) -> tuple[str, ...]:
    groups = (DATE, TYPE, ("Description",), ("Symbol",), QUANTITY, PRICE, AMOUNT)
    return tuple(row.as_written.text(*group) for group in groups)


def _kind(row: Row, word: str) -> OtherKind:
    known = next((kind for part, kind in KINDS if part in word), None)
    if known is not None:
        return known
    amount = row.decimal(*AMOUNT, default=ZERO)
    if not amount:
        return OtherKind.ADJUSTMENT
    return OtherKind.DEPOSIT if amount > 0 else OtherKind.WITHDRAWAL


FORMAT = BrokerFormat(
    slug=SLUG,
    title="E*TRADE transactions and activity",
    broker="E*TRADE",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, *LAYOUTS),
    parse=parse,
)
