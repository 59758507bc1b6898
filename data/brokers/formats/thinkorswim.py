"""thinkorswim statements: account statement, paperMoney, today's trade activity and cash balance CSV.

Fills come from "Account Trade History" or "Filled Orders", their fees from the cash rows of the same
second. A file without fills is read from its cash rows, or from its filled orders when there are none;
a spread in a cash row has one net price for several legs and is kept as an other row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import EMPTY_MARKS, CellError, read_datetime
from data.brokers.ordering import oldest_first
from data.brokers.reader import normalise_header, read_records
from data.brokers.source import FileKind, SourceFile
from data.brokers.tos import (
    CashTrade,
    Part,
    TosRow,
    cash_instrument,
    contract_key,
    is_leg,
    parse_cash_trade,
    parse_removal,
    read_rows,
    row_instrument,
    trade_key,
)
from domain.executions import Side
from domain.instruments import Instrument
from domain.statements import OtherKind, Statement

SLUG = "thinkorswim-statement"
TIMEZONE = "America/New_York"
TIMES = ("%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%y %H:%M", "%m/%d/%y", "%m/%d/%Y")
FEES = ("Misc Fees", "Commissions & Fees")
SPREAD = "spread parent (needs 2 legs)"
CONTINUATION = "continuation"
SINGLES = frozenset({"", "SINGLE", "STOCK", "FUTURE", "ETF", "FOREX"})
CASH_KINDS = {
    "DOI": OtherKind.DIVIDEND,
    "EFN": OtherKind.DEPOSIT,
    "WIN": OtherKind.DEPOSIT,
    "FND": OtherKind.DEPOSIT,
    "WOU": OtherKind.WITHDRAWAL,
    "JRN": OtherKind.TRANSFER,
    "RAD": OtherKind.OPTION_EVENT,
    "BAL": OtherKind.SUMMARY,
    "": OtherKind.SUMMARY,
}
_HEADERS = (
    {"exec time", "spread", "side", "qty", "pos effect", "symbol", "price"},
    {"time placed", "spread", "side", "qty", "pos effect", "symbol", "status"},
    {"type", "ref #", "description", "misc fees", "commissions & fees", "amount", "balance"},
)
_ACCOUNT = re.compile(r"(?:Account Statement|Today's Trade Activity) for (\S+)")


def sniff(source: SourceFile) -> float:
    """Return 1 for a file with one of thinkorswim's section headers."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 1.0 if _find_delimiter(source.head) else 0.0


def _find_delimiter(head: str) -> str:
    """Return what parts the cells of the first section header, "" when there is none."""
    for line in head.splitlines()[:400]:
        for mark in ",;\t":
            names = {normalise_header(cell.strip().strip('"')) for cell in line.split(mark)}
            if any(header <= names for header in _HEADERS):
                return mark
    return ""


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read every section that has a table, fills oldest first."""
    rows = read_rows(read_records(source.text, delimiter=_find_delimiter(source.head) or ",", name=source.name))
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    account = _ACCOUNT.search(source.head)
    builder.account_hint = account[1].strip("*") if account else ""
    parts = {row.part for row in rows}
    has_trades = any(row.part is Part.CASH and row.text("Type") == "TRD" for row in rows)
    reader = _Reader(
        builder=builder,
        currency=options.currency or FORMAT.currency,
        fills_from=Part.FILLS if Part.FILLS in parts else Part.CASH if has_trades else Part.ORDERS,
    )
    reader.collect_fees(rows)
    for part in Part:
        builder.each(_oldest_first([row for row in rows if row.part is part]), reader.read)
    reader.note_unused_fees()
    return builder.build(rows=len(rows))


def _oldest_first(rows: Sequence[TosRow]) -> list[TosRow]:
    return oldest_first(rows, _moment)


@dataclass(slots=True)
class _Reader:
    """Reads one row of any section.

    Attributes:
        fills_from: The part of the file that tells of fills.
        fees: Fees of cash rows by the fill they belong to, not yet used.
        net: Position of each contract after the fills read so far.
        names: The instrument of each contract as the fills name it.
    """

    builder: StatementBuilder
    currency: str
    fills_from: Part
    fees: dict[tuple[object, ...], list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    net: dict[tuple[object, ...], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    names: dict[tuple[object, ...], Instrument] = field(default_factory=dict)

    def collect_fees(self, rows: Sequence[TosRow]) -> None:
        """Remember the fees of cash rows whose fill stands in another section."""
        if self.fills_from is not Part.FILLS:
            return
        for row in rows:
            trade = parse_cash_trade(row.text("Description")) if row.part is Part.CASH else None
            if trade is None:
                continue
            try:
                self.fees[self._fee_key(row, trade)].append(_fee(row))
            except CellError:
                continue  # the row itself is read, and reported, later

    def _fee_key(self, row: TosRow, trade: CashTrade) -> tuple[object, ...]:
        if trade.is_spread:
            return ("spread", _moment(row))
        return trade_key(_moment(row), trade.side, trade.quantity, cash_instrument(trade, self.currency))

    def note_unused_fees(self) -> None:
        """Say which fees found no fill."""
        unused = [fee for fees in self.fees.values() for fee in fees if fee]
        if unused:
            note = f"Fees of {len(unused)} cash rows ({sum(unused, Decimal(0))}) belong to no fill of this file"
            self.builder.notes.append(f"{note} and were not counted.")

    def _take_fee(self, row: TosRow, key: tuple[object, ...]) -> Decimal:
        # A spread's fee is one sum for all legs: the first leg, the one with the time, bears it.
        is_lead = bool(row.text("Exec Time")) and row.text("Spread").upper() not in SINGLES
        known = self.fees.get(("spread", key[0]) if is_lead else key)
        return known.pop(0) if known else Decimal(0)

    def read(self, row: TosRow) -> None:
        """Read one row."""
        if row.part is Part.FILLS:
            self._add_fill(row)
        elif row.part is Part.ORDERS:
            self._read_order(row)
        elif row.part is Part.CASH:
            self._read_cash(row)
        else:
            kind = OtherKind.ORDER if "order" in row.title.lower() else OtherKind.SUMMARY
            self.builder.other(
                row.line, kind, row.title or "other", symbol=row.text("Symbol"), description=row.joined()
            )

    def _add_fill(self, row: TosRow) -> None:
        instrument, moment = row_instrument(row, self.currency), _moment(row)
        side, quantity = _side(row)
        self._add(
            row,
            instrument=instrument,
            side=side,
            quantity=quantity,
            price=_price(row),
            fees=self._take_fee(row, trade_key(moment, side, quantity, instrument)),
            executed_at=self.builder.instant(moment, raw=row.time_text, column="Exec Time"),
            fingerprint=(
                row.as_written.time_text,
                *row.raw("Side", "Qty", "Pos Effect", "Symbol", "Exp", "Strike", "Type", "Price"),
            ),
        )

    def _add(self, row: TosRow, *, instrument: Instrument, side: Side, quantity: Decimal, **values: Any) -> None:
        self.builder.execution(line=row.line, instrument=instrument, side=side, quantity=quantity, **values)
        key = contract_key(instrument)
        self.net[key] += side * quantity
        self.names.setdefault(key, instrument)

    def _read_order(self, row: TosRow) -> None:
        status = row.text("Status").split(":", 1)[0].upper()
        is_whole = bool(row.text("Side") and row.text("Qty"))
        if not is_whole:
            self.builder.other(row.line, OtherKind.ORDER, CONTINUATION, description=row.joined())
        elif self.fills_from is Part.ORDERS and (status == "FILLED" or (is_leg(row) and not status)):
            self._add_fill(row)
        else:
            self.builder.other(
                row.line, OtherKind.ORDER, status or CONTINUATION, symbol=row.text("Symbol"),
                occurred_at=self.builder.instant(_moment(row), raw=row.time_text), description=row.text("Status"),
                reason="The order is not a fill.",
            )  # fmt: skip

    def _keep_balance(self, row: TosRow) -> None:
        """Keep the cash balance; futures and forex sections print those of pockets of their own."""
        if row.title == "Cash Balance" and row.text("Balance") and row.text("Date", "Time"):
            moment = self.builder.instant(_moment(row), raw=row.text("Date", "Time"))
            self.builder.balance(row.line, moment, self.currency, lambda: row.decimal("Balance"))

    def _read_cash(self, row: TosRow) -> None:
        self._keep_balance(row)
        trade = parse_cash_trade(row.text("Description")) if row.text("Type") == "TRD" else None
        if trade is None or trade.is_spread or self.fills_from is not Part.CASH:
            is_parent = trade is not None and trade.is_spread and self.fills_from is Part.CASH
            self._keep_cash(row, SPREAD if is_parent else "")
            self._end_option(row)
            return
        raw = f"{row.text('Date', 'Exec Date')} {row.text('Time', 'Exec Time')}"
        written = row.as_written
        self._add(
            row,
            instrument=cash_instrument(trade, self.currency),
            side=trade.side,
            quantity=trade.quantity,
            price=trade.price,
            fees=_fee(row),
            executed_at=self.builder.instant(_moment(row), raw=raw),
            identity=row.text("Ref #"),
            fingerprint=(
                f"{written.text('Date', 'Exec Date')} {written.text('Time', 'Exec Time')}",
                *written.raw("Ref #", "Description", "Amount"),
            ),
        )

    def _end_option(self, row: TosRow) -> None:
        """Close what an option's removal ends: the position this file built, else by the quantity's sign."""
        removal = parse_removal(row.text("Description"), self.currency)
        if removal is None or not removal.quantity:
            return
        key = contract_key(removal.instrument)
        net = self.net[key]
        is_long = net > 0 if net else removal.quantity < 0
        self._add(
            row,
            instrument=self.names.get(key, removal.instrument),
            side=Side.SELL if is_long else Side.BUY,
            quantity=abs(removal.quantity),
            price=Decimal(0),
            executed_at=self.builder.instant(_moment(row), raw=row.text("Date", "Exec Date")),
            kind=removal.kind,
            fingerprint=row.raw("Date", "Exec Date", "Time", "Exec Time", "Ref #", "Description"),
        )

    def _keep_cash(self, row: TosRow, label: str) -> None:
        word = row.text("Type").upper()
        amount = row.decimal("Amount", default=Decimal(0)) if row.text("Amount") else None
        kind = CASH_KINDS.get(word, OtherKind.ADJUSTMENT)
        if kind is OtherKind.DEPOSIT and amount is not None and amount < 0:
            kind = OtherKind.WITHDRAWAL
        has_time = bool(row.text("Date", "Exec Date", "Time"))
        self.builder.other(
            row.line,
            OtherKind.SKIPPED if word == "TRD" else kind,
            label or word or row.title,
            occurred_at=self.builder.instant(_moment(row), raw=row.text("Date", "Time")) if has_time else None,
            amount=amount,
            currency=self.currency,
            description=row.text("Description"),
            reason=_reason(word, label),
            identity=row.text("Ref #"),
        )


def _reason(word: str, label: str) -> str:
    if label:
        return "A spread's net price does not say the price of its legs; import the account statement instead."
    return "The fill stands in another section of the file." if word == "TRD" else ""


def _moment(row: TosRow) -> datetime:
    if row.part is Part.CASH:
        day, time = row.text("Date", "Exec Date"), row.text("Time", "Exec Time")
        return read_datetime(f"{day} {time}".strip(), TIMES, column="Date")
    text = row.time_text
    if not text:
        raise CellError("Exec Time", "", "The cell is empty.", "Fill it in or skip the row.")
    return read_datetime(text, TIMES, column="Exec Time" if row.has("Exec Time") else "Time Placed")


def _side(row: TosRow) -> tuple[Side, Decimal]:
    word = row.required("Side").upper()
    if word not in ("BUY", "SELL"):
        raise CellError("Side", row.text("Side"), f"{word!r} is not a side.", "Expected BUY or SELL.")
    quantity = row.decimal("Qty")
    if word == "BUY" and quantity < 0:
        raise CellError("Qty", row.text("Qty"), f"BUY does not go with a quantity of {quantity}.")
    return Side[word], abs(quantity)


def _price(row: TosRow) -> Decimal:
    text = row.text("Price")
    if text in EMPTY_MARKS and row.part is Part.ORDERS:
        hint = "Import the account statement, whose trade history has the price of each fill."
        raise CellError("Price", text, "A market order without its fill price.", hint)
    return row.decimal("Price")


def _fee(row: TosRow) -> Decimal:
    """Return the cost in a cash row, where costs are negative."""
    return -sum((row.decimal(name, default=Decimal(0)) for name in FEES if row.has(name)), Decimal(0))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="thinkorswim statement",
    broker="thinkorswim",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
