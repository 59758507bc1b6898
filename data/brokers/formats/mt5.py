"""MetaTrader 5 trade history report (XLSX): positions, orders, deals and results in one sheet.

The deals are the executions. Positions and orders tell the same story again and are kept as other
rows; only a report without deals is read from its positions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.lots import ClosedLots, LotSize, derive_lot_size
from data.brokers.reader import Record, Row, Table, number_columns
from data.brokers.source import FileKind, SourceFile
from data.brokers.workbook import preview_texts, read_workbook
from domain.charge_kinds import ChargeKind
from domain.errors import ImportFileError
from domain.executions import ExecutionKind, Side
from domain.import_codes import FileCode
from domain.instruments import Instrument
from domain.money import decimal_text
from domain.statements import OtherKind, Statement

SLUG = "mt5-report"
TIMEZONE = "Europe/Athens"
ZERO = Decimal(0)
CHARGES = {"Commission": ChargeKind.COMMISSION, "Fee": ChargeKind.OTHER, "Swap": ChargeKind.FINANCING}
TIMES = ("%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M", "ISO")
SIDES = {"buy": Side.BUY, "sell": Side.SELL}
MARKS = frozenset({"Positions", "Symbol", "Volume", "S / L", "T / P", "Swap", "Profit"})
DEAL_MARKS = frozenset({"Deals", "Deal", "Direction"})

HEADERS = {
    "Positions": ("Time", "Position", "Symbol", "Type", "Volume", "Price", "Profit"),
    "Open Positions": ("Time", "Position", "Symbol", "Type", "Volume", "Price"),
    "Orders": ("Open Time", "Order", "Symbol", "Type", "Volume", "State"),
    "Deals": ("Time", "Deal", "Symbol", "Type", "Direction", "Volume", "Price", "Profit"),
    "Working Orders": ("Open Time", "Order", "Symbol", "Type", "Volume", "State"),
}
CASH = {
    "balance": None,
    "credit": None,
    "correction": OtherKind.ADJUSTMENT,
    "charge": OtherKind.FEE,
    "commission": OtherKind.FEE,
    "fee": OtherKind.FEE,
    "agent": OtherKind.FEE,
    "bonus": OtherKind.REWARD,
    "interest": OtherKind.INTEREST,
    "dividend": OtherKind.DIVIDEND,
    "franked dividend": OtherKind.DIVIDEND,
    "tax": OtherKind.TAX,
}
_ACCOUNT = re.compile(r"(?P<number>\S+) *\((?P<currency>[A-Z]{3})\b.*")


@dataclass(slots=True)
class Report:
    """A sheet taken apart: account, the table of each block, and the lines of the summary."""

    account: str = ""
    currency: str = ""
    is_hedged: bool = False
    tables: dict[str, Table] = field(default_factory=dict)
    summary: list[Row] = field(default_factory=list)

    def rows(self, block: str) -> list[Row]:
        """Return the data rows of a block, none when the report lacks it."""
        return self.tables[block].rows if block in self.tables else []

    @property
    def count(self) -> int:
        """Number of data rows of all blocks."""
        return sum(len(table.rows) for table in self.tables.values()) + len(self.summary)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of a report with the lot size of each symbol known."""

    builder: StatementBuilder
    currency: str
    sizes: Mapping[str, LotSize]

    def read_deal(self, row: Row) -> None:
        """Turn a deal into an execution, a cash movement or the total."""
        kind = row.text("Type").casefold()
        if not row.text("Time") and not row.text("Deal"):
            self.keep(row, OtherKind.SUMMARY, "Deals total", amount=row.decimal("Profit", default=ZERO))
        elif row.text("Symbol") and kind in SIDES:
            self._execute_deal(row, SIDES[kind])
        else:
            self._keep_cash(row, kind)

    def _execute_deal(self, row: Row, side: Side) -> None:
        instrument = self._instrument(row)
        charges = [(kind, -row.decimal(name, default=ZERO)) for name, kind in CHARGES.items()]
        fees = sum((amount for _, amount in charges), ZERO)
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=row.decimal("Volume", signed=False),
            price=row.decimal("Price", signed=False),
            fees=fees,
            charges=charges,
            fee_currency=self.currency,
            fee_rate=self._fee_rate(row, instrument) if fees else None,
            executed_at=self._instant(row, "Time"),
            identity=row.required("Deal"),
        )
        if instrument.currency != self.currency:
            self.builder.settle(self.currency, row.decimal("Profit", default=ZERO))
        self._keep_balance(row)

    def _keep_cash(self, row: Row, kind: str) -> None:
        amount = row.decimal("Profit", default=ZERO)
        known = next((name for name in CASH if kind.startswith(name)), None)
        if known is None:
            hint = "Expected buy, sell, balance, credit, correction …"
            raise CellError("Type", row.text("Type"), "This kind of deal is not known.", hint)
        moved = OtherKind.WITHDRAWAL if amount < 0 else OtherKind.DEPOSIT
        self.keep(row, CASH[known] or moved, kind, amount=amount, time="Time", identity=row.text("Deal"))
        self._keep_balance(row)

    def _keep_balance(self, row: Row) -> None:
        if row.text("Balance") and row.text("Time"):
            moment = self._instant(row, "Time")
            self.builder.balance(row.line, moment, self.currency, lambda: row.decimal("Balance"))

    def read_position(self, row: Row) -> None:
        """Turn a closed position of a report without deals into its two halves."""
        side = SIDES.get(row.required("Type").casefold())
        if side is None:
            raise CellError("Type", row.text("Type"), "This is not a side.", "Expected buy or sell.")
        instrument = self._instrument(row)
        opened, closed = self._instant(row, "Time"), self._instant(row, "Time 2")
        profit = row.decimal("Profit")
        self.keep(row, OtherKind.ROUND_TRIP, "round trip", amount=profit, time="Time 2", identity=row.text("Position"))
        fees = -row.decimal("Commission", default=ZERO) - row.decimal("Swap", default=ZERO)
        halves = ((side, "Price", opened, ZERO), (Side(-side), "Price 2", closed, fees))
        for half, column, moment, cost in halves:
            self.builder.execution(
                line=row.line,
                instrument=instrument,
                side=half,
                quantity=row.decimal("Volume", signed=False),
                price=row.decimal(column, signed=False),
                fees=cost,
                fee_currency=self.currency,
                fee_rate=self._fee_rate(row, instrument) if cost else None,
                executed_at=moment,
                kind=ExecutionKind.PAIRED,
                identity=f"{row.required('Position')}/{row.text('Time 2')}/{half.word}",
            )

    def keep(
        self,
        row: Row,
        kind: OtherKind,
        label: str,
        *,
        amount: Decimal | None = None,
        time: str = "",
        identity: str = "",
        reason: str = "",
    ) -> None:
        """Keep a row that is no execution."""
        self.builder.other(
            row.line,
            kind,
            label,
            occurred_at=self._instant(row, time) if time and row.text(time) else None,
            symbol=row.text("Symbol"),
            amount=amount,
            currency=self.currency if amount is not None else "",
            description=row.text("Comment") or " ".join(filter(None, row.cells))[:200],
            reason=reason,
            identity=identity,
        )

    def _instrument(self, row: Row) -> Instrument:
        symbol = row.required("Symbol")
        return self.sizes[symbol].instrument(symbol)

    def _fee_rate(self, row: Row, instrument: Instrument) -> Decimal | None:
        return self.sizes[row.text("Symbol")].rate if instrument.currency != self.currency else None

    def _instant(self, row: Row, column: str) -> datetime:
        return self.builder.instant(row.moment(column, formats=TIMES), raw=row.text(column), column=column)


def sniff(source: SourceFile) -> float:
    """Return how surely this workbook is a trade history report."""
    if source.kind is not FileKind.XLSX:
        return 0.0
    texts = preview_texts(source)
    if not texts >= MARKS:
        return 0.0
    if "Trade History Report" in texts:
        return 0.98
    return 0.85 if texts >= DEAL_MARKS else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the first sheet that is a report.

    Raises:
        ImportFileError: If no sheet has a block of deals or positions.
    """
    reports = (take_apart(sheet.records) for sheet in read_workbook(source))
    report = next((item for item in reports if item.rows("Deals") or item.rows("Positions")), None)
    if report is None:
        message = f"{source.name!r} holds neither deals nor positions."
        hint = "Export the report from the History tab with Report > Open XML."
        raise ImportFileError(message, hint=hint, code=FileCode.NO_TABLE)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    builder.account_hint, builder.currency_hint = report.account, report.currency
    currency = report.currency or options.currency or FORMAT.currency
    closed = closed_lots(report.rows("Positions"))
    reader = Reader(builder, currency, _sizes(report, currency, closed))
    _read_blocks(builder, reader, report)
    _add_notes(builder, reader, report, closed)
    return builder.build(rows=report.count)


def _read_blocks(builder: StatementBuilder, reader: Reader, report: Report) -> None:
    builder.each(report.rows("Deals"), reader.read_deal)
    if report.rows("Deals"):
        why = "The deals of this report are the same trades."
        repeat = partial(reader.keep, kind=OtherKind.SUMMARY, label="Positions", reason=why)
        builder.each(report.rows("Positions"), repeat)
    else:
        builder.each(report.rows("Positions"), reader.read_position)
    for block in ("Orders", "Working Orders"):
        builder.each(report.rows(block), partial(reader.keep, kind=OtherKind.ORDER, label=block, time="Open Time"))
    still_open = partial(reader.keep, kind=OtherKind.POSITION, label="Open Positions", time="Time")
    builder.each(report.rows("Open Positions"), still_open)
    builder.each(report.summary, partial(reader.keep, kind=OtherKind.SUMMARY, label="Results"))


def take_apart(records: Sequence[Record]) -> Report:
    """Split a sheet at the lines that name a block; what follows the blocks is the summary."""
    report = Report()
    position = 0
    while position < len(records):
        record = records[position]
        block = _block_title(record)
        header = records[position + 1] if position + 1 < len(records) else None
        if block in HEADERS and header and set(HEADERS[block]) <= set(header.cells):
            columns, end = number_columns(header.cells), _block_end(records, position + 2)
            rows = [Row(item.line, item.cells, columns) for item in records[position + 2 : end]]
            report.tables[block] = Table(header.line, header.cells, columns, rows)
            position = end
        else:
            _take_line(report, record)
            position += 1
    return report


def _block_title(record: Record) -> str:
    filled = [cell for cell in record.cells if cell]
    return filled[0] if len(filled) == 1 and record.cells[0] else ""


def _block_end(records: Sequence[Record], start: int) -> int:
    for position in range(start, len(records)):
        first = records[position].cells[0]
        if _block_title(records[position]) or first.endswith(":"):
            return position
    return len(records)


def _take_line(report: Report, record: Record) -> None:
    if report.tables and not _block_title(record):
        report.summary.append(Row(record.line, record.cells, {}))
    elif record.cells[0].casefold() == "account:":
        text = next((cell for cell in record.cells[1:] if cell), "")
        match = _ACCOUNT.fullmatch(text)
        report.account = match["number"] if match else text
        report.currency = match["currency"] if match else ""
        report.is_hedged = "hedge" in text.casefold()


def closed_lots(rows: Iterable[Row]) -> dict[str, list[ClosedLots]]:
    """Return lots x price gain and the printed profit of every closed position, by symbol."""
    found: dict[str, list[ClosedLots]] = defaultdict(list)
    for row in rows:
        side = SIDES.get(row.text("Type").casefold())
        try:
            gain = row.decimal("Price 2") - row.decimal("Price")
            points = gain * row.decimal("Volume") * (side or 0)
            item = ClosedLots(points=points, profit=row.decimal("Profit"), close=row.decimal("Price 2"))
        except CellError:
            continue  # no proof; where it matters, the row itself is reported
        found[row.text("Symbol")].append(item)
    return found


def _sizes(report: Report, currency: str, closed: Mapping[str, Sequence[ClosedLots]]) -> dict[str, LotSize]:
    symbols = {row.text("Symbol") for block in ("Deals", "Positions") for row in report.rows(block)}
    return {symbol: derive_lot_size(symbol, currency, closed.get(symbol, ())) for symbol in symbols if symbol}


def _add_notes(
    builder: StatementBuilder, reader: Reader, report: Report, closed: Mapping[str, Sequence[ClosedLots]]
) -> None:
    builder.notes.append(f"Times are the broker's server time without a zone; they are read as {builder.timezone}.")
    for symbol, size in sorted(reader.sizes.items()):
        if size.currency != reader.currency:
            printed = decimal_text(sum((item.profit for item in closed.get(symbol, ())), ZERO))
            builder.notes.append(
                f"{symbol} is priced in {size.currency}, the account is in {reader.currency}: its profit is computed "
                f"in {size.currency}; the report prints {printed} {reader.currency} for it."
            )
    if report.is_hedged:
        builder.notes.append("A hedging account: opposite positions of one symbol are matched with each other.")
    _note_total(builder, report)


def _note_total(builder: StatementBuilder, report: Report) -> None:
    """Compare the sum of the deals' profits with the total the report prints."""
    totals = [item.amount for item in builder.others if item.label == "Deals total" and item.amount is not None]
    if not totals:
        return
    try:
        found = sum((row.decimal("Profit") for row in report.rows("Deals") if row.text("Symbol")), ZERO)
    except CellError:
        return  # the row is reported as a problem
    if found != totals[0]:
        builder.notes.append(
            f"The deals' profits add up to {decimal_text(found)}, but the report prints {decimal_text(totals[0])}."
        )


FORMAT = BrokerFormat(
    slug=SLUG,
    title="MetaTrader 5 trade history report",
    broker="MetaTrader 5",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
