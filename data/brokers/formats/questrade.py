"""Questrade: the order list, the trade confirmations and the account activities (XLSX or CSV)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.listed import OpenPositions, check_amount, listed_instrument
from data.brokers.moments import decide_day_first
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, find_header, header_score, read_records, read_table
from data.brokers.source import FileKind, SourceFile
from data.brokers.words import find_side, read_side
from data.brokers.workbook import preview_texts, read_workbook
from domain.charge_kinds import ChargeKind
from domain.errors import ImportFileError
from domain.executions import ExecutionKind
from domain.import_codes import FileCode
from domain.instruments import Instrument
from domain.statements import OtherKind, Statement

SLUG = "questrade"
TIMEZONE = "America/Toronto"
ZERO = Decimal(0)
ORDERS = ("Symbol", "Action", "Fill Qty", "Fill Price", "Exec Time", "Commission")
CONFIRMATIONS = ("CurrencyCode_Group_Account", "Trade Date", "Trade #", "Action", "Quantity", "Symbol", "Price",
                 "Gross amount", "Comm", "Net amount")  # fmt: skip
ACTIVITIES = ("Transaction Date", "Action", "Symbol", "Description", "Quantity", "Price", "Gross Amount", "Commission",
              "Net Amount", "Currency", "Account #", "Activity Type")  # fmt: skip
CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p")
ACTIVITY_TIMES = ("%Y-%m-%d %I:%M:%S %p", "ISO", "%d/%m/%Y")
ACTIVITY_TEXTS = frozenset(ACTIVITIES)
ENDS = {"EXP": ExecutionKind.EXPIRY, "ASN": ExecutionKind.ASSIGNMENT, "EXR": ExecutionKind.EXERCISE}
KINDS = (
    ("dividend", OtherKind.DIVIDEND),
    ("interest", OtherKind.INTEREST),
    ("deposit", OtherKind.DEPOSIT),
    ("withdrawal", OtherKind.WITHDRAWAL),
    ("transfer", OtherKind.TRANSFER),
    ("fee", OtherKind.FEE),
    ("rebate", OtherKind.FEE),
    ("tax", OtherKind.TAX),
    ("fx conversion", OtherKind.CONVERSION),
    ("corporate action", OtherKind.CORPORATE_ACTION),
)
_CURRENCIES = (
    (re.compile(r"canadian|\bcad\b", re.IGNORECASE), "CAD"),
    (re.compile(r"u\.?s\.?\b|american|\busd\b", re.IGNORECASE), "USD"),
)
_ACCOUNT = re.compile(r"Account (?P<number>\w+)")


@dataclass(frozen=True, slots=True)
class Reader:
    """What the rows of one file are read with: the builder, the chosen currency and the order of day and month."""

    builder: StatementBuilder
    currency: str
    day_first: bool
    positions: OpenPositions

    def read_order(self, row: Row) -> None:
        """Turn a filled order into an execution, an unfilled one into an other row."""
        quantity = row.decimal("Fill Qty", default=ZERO, signed=False)
        moment = self.builder.instant(self.order_moment(row), raw=row.text("Exec Time"), column="Exec Time")
        symbol = row.required("Symbol")
        if not quantity:
            return self.builder.other(row.line, OtherKind.ORDER, "not filled", occurred_at=moment, symbol=symbol)
        return self.builder.execution(
            line=row.line,
            instrument=listed_instrument(symbol, row.text("Currency") or self.currency or FORMAT.currency),
            side=read_side(row.required("Action"), column="Action"),
            quantity=quantity,
            price=row.decimal("Fill Price", signed=False),
            fees=abs(row.decimal("Commission", default=ZERO)),
            executed_at=moment,
            fingerprint=row.raw(*ORDERS),
        )

    def order_moment(self, row: Row) -> datetime:
        """Return the naive time of an order."""
        day = "%d/%m/%Y" if self.day_first else "%m/%d/%Y"
        return row.moment("Exec Time", formats=(*(f"{day} {clock}" for clock in CLOCKS), "ISO"))

    def read_confirmation(self, row: Row) -> None:
        """Turn a confirmed trade into an execution."""
        instrument = listed_instrument(
            row.required("Symbol"), self._account_currency(row), name=row.text("Description")
        )
        quantity, price = abs(row.decimal("Quantity")), row.decimal("Price", signed=False)
        check_amount(row, "Gross amount", quantity * price * (instrument.multiplier or 1))
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=read_side(row.required("Action"), column="Action"),
            quantity=quantity,
            price=price,
            charges=[
                (ChargeKind.COMMISSION, abs(row.decimal("Comm", default=ZERO))),
                (ChargeKind.REGULATORY, abs(row.decimal("SEC fees", default=ZERO))),
            ],
            executed_at=self.builder.instant(confirmation_moment(row), raw=row.text("Trade Date"), column="Trade Date"),
            identity=f"{row.text('Trade Date')}/{row.required('Trade #')}",
        )

    def _account_currency(self, row: Row) -> str:
        label = row.required("CurrencyCode_Group_Account")
        found = next((code for pattern, code in _CURRENCIES if pattern.search(label)), self.currency)
        if not found:
            hint = "Choose the currency of the file."
            raise CellError("CurrencyCode_Group_Account", label, "The account's name tells no currency.", hint)
        return found

    def read_activity(self, row: Row) -> None:
        """Turn an activity into an execution, an option's end or an other row."""
        end = ENDS.get(row.text("Action").upper())
        side = find_side(row.text("Action"))
        if row.text("Activity Type").casefold() == "trades" and side is None and end is None:
            raise CellError("Action", row.text("Action"), "The trade is neither a purchase nor a sale.")
        if side is not None and row.text("Activity Type").casefold() == "trades":
            quantity, price = abs(row.decimal("Quantity")), row.decimal("Price", signed=False)
            instrument = _activity_instrument(row)
            check_amount(row, "Gross Amount", quantity * price * (instrument.multiplier or 1))
            # The commission is negative cash.
            fees = -row.decimal("Commission", default=ZERO)
            return self._execute(row, side=side, quantity=quantity, price=price, fees=fees)
        self._keep(row, end)
        if end is not None and row.decimal("Quantity", default=ZERO):
            change = row.decimal("Quantity")
            side = self.positions.closing_side(row.text("Symbol"), change)
            return self._execute(row, side=side, quantity=abs(change), price=ZERO, kind=end)
        return None

    def _execute(self, row: Row, **values: object) -> None:
        self.builder.execution(
            line=row.line,
            instrument=_activity_instrument(row),
            executed_at=self._activity_instant(row),
            fingerprint=row.raw("Account #", "Transaction Date", "Action", "Symbol", "Quantity", "Price", "Net Amount"),
            **values,
        )

    def _keep(self, row: Row, end: ExecutionKind | None) -> None:
        label = row.required("Activity Type")
        known = next((kind for word, kind in KINDS if word in label.casefold()), OtherKind.ADJUSTMENT)
        self.builder.other(
            row.line,
            OtherKind.OPTION_EVENT if end else known,
            label,
            occurred_at=self._activity_instant(row),
            symbol=row.text("Symbol"),
            amount=row.decimal("Net Amount") if row.text("Net Amount") else None,
            currency=row.text("Currency"),
            quantity=row.decimal("Quantity", default=ZERO) or None,
            description=" ".join(filter(None, (row.text("Action"), row.text("Description")))),
        )

    def _activity_instant(self, row: Row) -> datetime:
        return self.builder.instant(activity_moment(row), raw=row.text("Transaction Date"), column="Transaction Date")


def sniff(source: SourceFile) -> float:
    """Return how surely this is a Questrade file: all columns of one of its layouts."""
    if source.kind is FileKind.XLSX:
        return 0.95 if preview_texts(source) >= ACTIVITY_TEXTS else 0.0
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 0.95 if any(header_score(source.head, columns) == 1.0 for columns in LAYOUTS) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the file in whichever layout it has.

    Raises:
        ImportFileError: If a workbook has no sheet of activities.
    """
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    records = _records(source)
    columns = next((item for item in LAYOUTS if find_header(records, item) is not None), ORDERS)
    table = read_table(records, columns, name=source.name)
    day_first = columns is ORDERS and _is_day_first(table.rows, options, source.name)
    reader = Reader(builder, options.currency, day_first, OpenPositions(builder.executions))
    moment, read = _layout(reader, columns)
    rows = oldest_first(table.rows, moment)
    _describe_accounts(builder, rows)
    if columns is ORDERS:
        builder.notes.append(f"Dates are read as {'day/month' if reader.day_first else 'month/day'}/year.")
    builder.each(rows, read)
    return builder.build(rows=len(rows))


def _layout(reader: Reader, columns: tuple[str, ...]) -> tuple[Callable[[Row], datetime], Callable[[Row], None]]:
    if columns is CONFIRMATIONS:
        return confirmation_moment, reader.read_confirmation
    if columns is ACTIVITIES:
        return activity_moment, reader.read_activity
    return reader.order_moment, reader.read_order


def _records(source: SourceFile) -> list[Record]:
    if source.kind is not FileKind.XLSX:
        return read_records(source.text, name=source.name)
    sheets = read_workbook(source)
    found = next((sheet.records for sheet in sheets if find_header(sheet.records, ACTIVITIES) is not None), None)
    if found is None:
        message = f"{source.name!r} holds no sheet of account activities."
        hint = "Export the account activities as a spreadsheet and try again."
        raise ImportFileError(message, hint=hint, code=FileCode.NO_TABLE)
    return found


def _is_day_first(rows: Sequence[Row], options: ParseOptions, name: str) -> bool:
    """Return the chosen order of day and month; a column that does not tell is read month first."""
    if options.day_first is not None:
        return options.day_first
    try:
        return decide_day_first((row.text("Exec Time") for row in rows), name=name)
    except ImportFileError:
        return False


def _describe_accounts(builder: StatementBuilder, rows: Sequence[Row]) -> None:
    accounts = dict.fromkeys(filter(None, map(_account, rows)))
    builder.account_hint = next(iter(accounts), "")
    if len(accounts) > 1:
        builder.notes.append(f"The file holds {len(accounts)} accounts: {', '.join(accounts)}.")


def _account(row: Row) -> str:
    match = _ACCOUNT.search(row.text("CurrencyCode_Group_Account"))
    return match["number"] if match else row.text("Account #")


def _activity_instrument(row: Row) -> Instrument:
    """Return the option a description such as "CALL XYZ 01/16/26 20 …" spells, else the share."""
    symbol, currency = row.required("Symbol"), row.required("Currency").upper()
    option = listed_instrument(row.text("Description"), currency)
    if option.option is None:
        return listed_instrument(symbol, currency, name=row.text("Description"))
    return Instrument(
        symbol=symbol,
        asset_class=option.asset_class,
        currency=currency,
        multiplier=option.multiplier,
        name=row.text("Description"),
        option=option.option,
    )


def confirmation_moment(row: Row) -> datetime:
    """Return the day of a confirmed trade; "20-10-25" is 20 October 2025."""
    return row.moment("Trade Date", formats=("%d-%m-%y", "%d-%m-%Y"))


def activity_moment(row: Row) -> datetime:
    """Return the day of an activity; its clock is always midnight."""
    return row.moment("Transaction Date", formats=ACTIVITY_TIMES)


LAYOUTS = (CONFIRMATIONS, ACTIVITIES, ORDERS)

FORMAT = BrokerFormat(
    slug=SLUG,
    title="Questrade orders, confirmations and activities",
    broker="Questrade",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
