"""Fidelity account history CSV in its 12, 14 and 18 column layouts; dates without a time of day.

What a row is stands in the free text of "Action"; its first two words are the label of rows that are not
trades. Bonds are priced in per cent; the accrued interest of a purchase is named in the notes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.option_symbols import parse_option
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, find_delimiter, open_table
from data.brokers.records import Spare
from data.brokers.source import FileKind, SourceFile
from domain.charge_kinds import ChargeKind
from domain.executions import ExecutionKind, Side
from domain.instruments import ONE, OPTION_MULTIPLIER, AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "fidelity-history"
TIMEZONE = "America/New_York"
REQUIRED = ("Run Date", "Action", "Symbol", "Quantity", Spare("Settlement Date"))
DATES = ("%m/%d/%Y", "%m-%d-%Y", "%b-%d-%Y")
PRICE = ("Price", "Price ($)")
AMOUNT = ("Amount", "Amount ($)")
COMMISSION = ("Commission", "Commission ($)")
FEES = ("Fees", "Fees ($)")
ACCRUED = ("Accrued Interest", "Accrued Interest ($)")
DESCRIPTION = ("Description", "Security Description")
BOND_MULTIPLIER = Decimal("0.01")
IDENTIFYING = (
    "Run Date",
    "Account Number",
    "Action",
    "Symbol",
    "Quantity",
    "Price",
    "Price ($)",
    "Amount",
    "Amount ($)",
)

SIDES = (("YOU BOUGHT", Side.BUY), ("YOU SOLD", Side.SELL), ("REINVESTMENT", Side.BUY))
CANCELS = (("BUY CANCEL", Side.SELL), ("SELL CANCEL", Side.BUY))
"""Trades taken back: the fill that would undo them."""
ENDS = {
    "EXPIRED": ExecutionKind.EXPIRY,
    "ASSIGNED": ExecutionKind.ASSIGNMENT,
    "EXERCISED": ExecutionKind.EXERCISE,
}
KINDS = (
    (("SPLIT",), OtherKind.SPLIT),
    (("MERGER", "REDEMPTION PAYOUT", "SPIN", "EXCHANGED", "TENDER", "NAME CHANGE", "DISTRIBUTION", "STOCK DIV"),
     OtherKind.CORPORATE_ACTION),
    (("CORE ACCOUNT",), OtherKind.SKIPPED),
    (("TAX",), OtherKind.TAX),
    (("INTEREST", "MUNI EXEMPT", "COUPON"), OtherKind.INTEREST),
    (("DIVIDEND", "CAP GAIN", "ROYALTY", "RETURN OF CAPITAL"), OtherKind.DIVIDEND),
    (("FEE",), OtherKind.FEE),
    (("TRANSFERRED", "TRANSFER OF ASSETS", "JOURNAL"), OtherKind.TRANSFER),
)  # fmt: skip
PAYMENTS = ("DIRECT DEPOSIT", "DIRECT DEBIT", "CHECK ", "ELECTRONIC FUNDS", "WIRE", "BILL PAY", "CONTRIB", "DEBIT CARD",
            "CASH ADVANCE", "DEPOSIT", "WITHDRAW", "ROLLOVER", "DISBURSEMENT")  # fmt: skip
_BOND = re.compile(r"\d\.\d+% \d{2}/\d{2}/\d{4}")
_BROKEN_QUOTE = re.compile(r'^"(Date downloaded)"[ \t]*', re.MULTILINE)
_NOT_LETTERS = re.compile(r"[^A-Z ]")


def sniff(source: SourceFile) -> float:
    """Return 1 when a line holds Fidelity's headers."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 1.0 if find_delimiter(source.head, REQUIRED) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the history, oldest first; the disclaimer below the table is not part of it."""
    # The oldest layout ends in a line whose quotes do not match.
    text = _BROKEN_QUOTE.sub(r"\1 ", source.text)
    rows = _data_rows(
        open_table(text, REQUIRED, delimiter=find_delimiter(source.head, REQUIRED) or ",", name=source.name).rows
    )
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    reader = _Reader(builder=builder, currency=options.currency or FORMAT.currency)
    builder.each(oldest_first(rows, _moment), reader.read)
    _describe_accounts(builder, rows)
    if reader.accrued:
        total = sum(reader.accrued, Decimal(0))
        builder.notes.append(f"Accrued interest of {len(reader.accrued)} bond trades ({total}) is not in their price.")
    return builder.build(rows=len(rows))


def _data_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows above the disclaimer: a line of prose in the first column and no action."""
    for place, row in enumerate(rows):
        if not row.text("Run Date")[:1].isdigit() and sum(map(bool, row.cells)) <= 2:
            return list(rows[:place])
    return list(rows)


def _describe_accounts(builder: StatementBuilder, rows: Sequence[Row]) -> None:
    accounts = dict.fromkeys(filter(None, (row.text("Account Number") for row in rows)))
    builder.account_hint = next(iter(accounts), "")
    if len(accounts) > 1:
        builder.notes.append(f"The file holds {len(accounts)} accounts: {', '.join(accounts)}.")


@dataclass(slots=True)
class _Reader:
    """Reads one row of the history.

    Attributes:
        currency: Currency of rows that name none.
        accrued: Accrued interest met so far.
    """

    builder: StatementBuilder
    currency: str
    accrued: list[Decimal] = field(default_factory=list)

    def read(self, row: Row) -> None:
        action = row.required("Action").upper()
        side = next((side for start, side in (*SIDES, *CANCELS) if action.startswith(start)), None)
        end = ENDS.get(action.split(" ", 1)[0])
        if side is not None:
            self._add_execution(row, side)
        elif end is not None and row.decimal("Quantity", default=Decimal(0)):
            self._end_option(row, end)
        else:
            self._keep(row, _kind(row, action))

    def _add_execution(self, row: Row, side: Side) -> None:
        quantity = row.decimal("Quantity")
        if quantity * side <= 0:
            reason = f"{' '.join(row.text('Action').split()[:2])} does not go with a quantity of {quantity}."
            raise CellError("Quantity", row.text("Quantity"), reason)
        accrued = row.decimal(*ACCRUED, default=Decimal(0))
        self.builder.execution(
            line=row.line,
            instrument=self._instrument(row),
            side=side,
            quantity=abs(quantity),
            price=row.decimal(*PRICE, signed=False),
            charges=[
                (ChargeKind.COMMISSION, row.decimal(*COMMISSION, default=Decimal(0))),
                (ChargeKind.REGULATORY, row.decimal(*FEES, default=Decimal(0))),
            ],
            executed_at=self._instant(row),
            fingerprint=row.raw(*IDENTIFYING),
        )
        if row.text("Action").upper().startswith(tuple(start for start, _ in CANCELS)):
            self.builder.reverse()
        if accrued:
            self.accrued.append(accrued)

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
            fingerprint=row.raw(*IDENTIFYING),
        )

    def _keep(self, row: Row, kind: OtherKind) -> None:
        quantity = row.decimal("Quantity", default=Decimal(0))
        self.builder.other(
            row.line,
            kind,
            _label(row.text("Action")),
            occurred_at=self._instant(row),
            symbol=row.text("Symbol"),
            amount=row.decimal(*AMOUNT) if row.text(*AMOUNT) else None,
            currency=self._currency(row),
            quantity=quantity or None,
            description=row.text("Action"),
            reason="Cash moved into or out of the core money-market fund." if kind is OtherKind.SKIPPED else "",
        )

    def _instrument(self, row: Row) -> Instrument:
        symbol = row.required("Symbol")
        terms = parse_option(symbol)
        asset, multiplier = AssetClass.STOCK, ONE
        if terms is not None:
            asset, multiplier = AssetClass.OPTION, OPTION_MULTIPLIER
        elif _BOND.search(row.text(*DESCRIPTION)):
            asset, multiplier = AssetClass.BOND, BOND_MULTIPLIER
        return Instrument(
            symbol=symbol,
            asset_class=asset,
            currency=self._currency(row),
            multiplier=multiplier,
            name=row.text(*DESCRIPTION),
            option=terms,
        )

    def _currency(self, row: Row) -> str:
        return (row.text("Currency") or self.currency).upper()

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(_moment(row), raw=row.text("Run Date"), column="Run Date")


def _moment(row: Row) -> datetime:
    return row.moment("Run Date", formats=DATES)


def _label(action: str) -> str:
    """Return the first two words of an action, letters only: "SHORT-TERM CAP GAIN …" is "SHORTTERM CAP"."""
    return " ".join(_NOT_LETTERS.sub("", action.upper()).split()[:2])


def _kind(row: Row, action: str) -> OtherKind:
    head = " ".join(action.split()[:5])
    for words, kind in KINDS:
        if any(word in head for word in words):
            return kind
    if any(head.startswith(word) for word in PAYMENTS):
        return OtherKind.WITHDRAWAL if row.decimal(*AMOUNT, default=Decimal(0)) < 0 else OtherKind.DEPOSIT
    return OtherKind.ADJUSTMENT


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Fidelity account history",
    broker="Fidelity",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
