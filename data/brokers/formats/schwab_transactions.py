"""Charles Schwab transactions CSV, with or without its title line and footer; dates without a time of day.

"07/07/2025 as of 07/03/2025" happened on the second date. The quantity of an expiry or an assignment
is signed: it is the change of the position.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.option_symbols import parse_option
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, find_delimiter, open_table
from data.brokers.reversals import is_taken_back
from data.brokers.source import FileKind, SourceFile
from domain.executions import ExecutionKind, Side
from domain.instruments import ONE, OPTION_MULTIPLIER, AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "schwab-transactions"
TIMEZONE = "America/New_York"
COLUMNS = ("Date", "Action", "Symbol", "Description", "Quantity", "Price", "Amount")
FEES = ("Fees & Comm", "Fees & Commissions", "Fees")
OWN_FEES = "Fees & Comm"
DATES = ("%m/%d/%Y", "%m/%d/%y")
TOTAL = "transactions total"
CANCEL = "cancel "

SIDES = {
    "buy": Side.BUY, "buy to open": Side.BUY, "buy to close": Side.BUY, "buy to cover": Side.BUY,
    "cover short": Side.BUY, "reinvest shares": Side.BUY,
    "sell": Side.SELL, "sell short": Side.SELL, "sell to open": Side.SELL, "sell to close": Side.SELL,
}  # fmt: skip
ENDS = {
    "expired": ExecutionKind.EXPIRY,
    "assigned": ExecutionKind.ASSIGNMENT,
    "exchange or exercise": ExecutionKind.EXERCISE,
    "exercised": ExecutionKind.EXERCISE,
}
KINDS = (
    (("split",), OtherKind.SPLIT),
    (("merger", "spin-off", "name change", "conversion", "stock div dist", "redemption", "rights", "exchange"),
     OtherKind.CORPORATE_ACTION),
    (("tax",), OtherKind.TAX),
    (("fee",), OtherKind.FEE),
    (("interest", "bond int"), OtherKind.INTEREST),
    (("div", "cap gain", "distribution"), OtherKind.DIVIDEND),
    (("journal", "internal transfer", "security transfer"), OtherKind.TRANSFER),
)  # fmt: skip
PAYMENTS = ("moneylink", "wire", "funds", "deposit", "withdraw", "check", "visa", "atm", "bill pay")
_AS_OF = re.compile(r"\s+as of\s+", re.IGNORECASE)


def sniff(source: SourceFile) -> float:
    """Return 1 when a line holds all of Schwab's headers, "Fees & Comm" among them."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 1.0 if find_delimiter(source.head, (*COLUMNS, OWN_FEES)) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the transactions, oldest first."""
    needed = ("Date", "Action", "Symbol", "Quantity", "Price", "Amount")
    table = open_table(source.text, needed, delimiter=find_delimiter(source.head, needed), name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    reader = _Reader(builder=builder, currency=options.currency or FORMAT.currency)
    builder.each(_newest_last(table.rows), reader.read)
    return builder.build(rows=len(table.rows))


@dataclass(slots=True)
class _Reader:
    """Reads one transaction."""

    builder: StatementBuilder
    currency: str

    def read(self, row: Row) -> None:
        action = row.text("Action").lower()
        if action.removeprefix(CANCEL) in SIDES:
            self._add_execution(row, SIDES[action.removeprefix(CANCEL)], is_cancelled=action.startswith(CANCEL))
        elif action in ENDS and row.text("Quantity"):
            self._end_option(row, ENDS[action])
        elif row.text("Date").lower().startswith(TOTAL):
            amount = row.decimal("Amount", default=Decimal(0))
            self.builder.other(row.line, OtherKind.SUMMARY, "", amount=amount, description=row.text("Date"))
        else:
            self._keep(row, _kind(row, action))

    def _add_execution(self, row: Row, side: Side, *, is_cancelled: bool) -> None:
        instrument, quantity = self._instrument(row), abs(row.decimal("Quantity"))
        price, fees = row.decimal("Price", signed=False), row.decimal(*FEES, default=Decimal(0))
        amount, worth = row.decimal("Amount", default=Decimal(0)), quantity * price * (instrument.multiplier or ONE)
        is_cancelled = is_cancelled or is_taken_back(side, amount, worth=worth, fees=fees)
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=Side(-side) if is_cancelled else side,
            quantity=quantity,
            price=price,
            fees=fees,
            executed_at=self._instant(row),
            fingerprint=row.raw(*COLUMNS, *FEES),
        )
        if is_cancelled:
            self.builder.reverse()

    def _end_option(self, row: Row, kind: ExecutionKind) -> None:
        change = row.decimal("Quantity")
        self._keep(row, OtherKind.OPTION_EVENT)
        self.builder.execution(
            line=row.line,
            instrument=self._instrument(row),
            side=Side.BUY if change > 0 else Side.SELL,
            quantity=abs(change),
            price=Decimal(0),
            executed_at=self._instant(row),
            kind=kind,
            fingerprint=row.raw(*COLUMNS, *FEES),
        )

    def _keep(self, row: Row, kind: OtherKind) -> None:
        self.builder.other(
            row.line,
            kind,
            row.required("Action"),
            occurred_at=self._instant(row),
            symbol=row.text("Symbol"),
            amount=row.decimal("Amount") if row.text("Amount") else None,
            currency=self.currency,
            quantity=row.decimal("Quantity") if row.text("Quantity") else None,
            description=row.text("Description"),
        )

    def _instrument(self, row: Row) -> Instrument:
        symbol = row.required("Symbol")
        terms = parse_option(symbol)
        if terms is None and row.text("Action").lower().endswith((" to open", " to close")):
            raise CellError("Symbol", symbol, f"{symbol!r} is not an option.", "Expected e.g. APP 08/22/2025 475.00 C.")
        return Instrument(
            symbol=symbol,
            asset_class=AssetClass.OPTION if terms else AssetClass.STOCK,
            currency=self.currency,
            multiplier=OPTION_MULTIPLIER if terms else ONE,
            name=row.text("Description"),
            option=terms,
        )

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(_moment(row), raw=row.text("Date"))


def _newest_last(rows: list[Row]) -> Iterable[Row]:
    # Schwab prints the newest first; a file of a single day has nothing else to tell its direction by.
    days = {row.text("Date") for row in rows if row.text("Action")}
    return reversed(rows) if len(days) == 1 else oldest_first(rows, _moment)


def _moment(row: Row) -> datetime:
    text = row.required("Date")
    parts = _AS_OF.split(text)
    try:
        return Row(row.line, [parts[-1]], {"date": 0}).moment("Date", formats=DATES)
    except CellError as error:
        raise CellError("Date", text, error.reason, error.hint) from None


def _kind(row: Row, action: str) -> OtherKind:
    for words, kind in KINDS:
        if any(word in action for word in words):
            return kind
    if any(word in action for word in PAYMENTS):
        return OtherKind.WITHDRAWAL if row.decimal("Amount", default=Decimal(0)) < 0 else OtherKind.DEPOSIT
    if row.text("Quantity") and row.text("Price") and row.text("Amount"):
        hint = "Report the action so that the format can learn it; nothing was assumed about the position."
        raise CellError("Action", row.text("Action"), "This kind of trade is not known.", hint)
    return OtherKind.ADJUSTMENT


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Charles Schwab transactions",
    broker="Charles Schwab",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
