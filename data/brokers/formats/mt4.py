"""MetaTrader 4 statements (HTML): closed trades as round trips, open trades and orders as other rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_decimal
from data.brokers.html_tables import read_html_rows
from data.brokers.lots import ClosedLots, LotSize, derive_lot_size
from data.brokers.reader import Record, Row, number_columns
from data.brokers.round_trips import RoundTrip, add_round_trip
from data.brokers.source import FileKind, SourceFile
from domain.charge_kinds import ChargeKind
from domain.errors import ImportFileError
from domain.executions import Side
from domain.import_codes import FileCode
from domain.money import decimal_text
from domain.statements import OtherKind, Statement

SLUG = "mt4-statement"
TIMEZONE = "Europe/Athens"
ZERO = Decimal(0)
TIMES = ("%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M")
SIDES = {"buy": Side.BUY, "sell": Side.SELL}
CASH = frozenset({"balance", "credit"})
CHARGES = {"Commission": ChargeKind.COMMISSION, "Taxes": ChargeKind.TAX, "Swap": ChargeKind.FINANCING}
HEADER = frozenset({"ticket", "open time", "type", "size", "item", "price"})
MARKS = ("closed transactions:", "ticket", "open time")
SECTIONS = ("closed transactions:", "open trades:", "working orders:", "summary:", "details:")
_ACCOUNT = re.compile(r"account: *(?P<number>\S+)", re.IGNORECASE)
_CURRENCY = re.compile(r"currency: *(?P<currency>[A-Z]{3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StatementRow(Row):
    """A row with the section it stands in."""

    section: str


@dataclass(slots=True)
class Report:
    """A statement taken apart."""

    account: str = ""
    currency: str = ""
    rows: list[StatementRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of a statement with the lot size of each symbol known."""

    builder: StatementBuilder
    currency: str
    sizes: Mapping[str, LotSize]

    def read(self, row: StatementRow) -> None:
        """Turn a closed trade into a round trip; everything else is kept as what it is."""
        kind = row.text("Type").casefold()
        if not row.text("Ticket").isdigit():
            self._keep_balance([cell for cell in row.cells if cell], row.line)
            self._keep(row, OtherKind.SUMMARY, "summary", description=" ".join(filter(None, row.cells))[:200])
        elif row.section == SECTIONS[0] and kind in SIDES:
            self._add_trade(row, SIDES[kind])
        elif row.section == SECTIONS[0] and kind in CASH:
            self._keep_cash(row, kind)
        elif row.section == SECTIONS[1] and kind in SIDES:
            self._keep(
                row, OtherKind.POSITION, "Open Trades", time="Open Time", description=f"{kind} at a market price"
            )
        elif " " in kind and kind.split(" ")[0] in SIDES:
            self._keep(row, OtherKind.ORDER, kind, time="Open Time", description=row.text("Price"))
        else:
            raise CellError("Type", row.text("Type"), "This kind of transaction is not known.", "Report the file.")

    def _keep_balance(self, cells: Sequence[str], line: int) -> None:
        """Keep the balance of the summary, which stands after the last closed transaction."""
        place = next((index for index, cell in enumerate(cells) if cell.casefold() == "balance:"), None)
        moments = [item.occurred_at for item in self.builder.others if item.amount is not None and item.occurred_at]
        if place is not None and place + 1 < len(cells) and moments:
            text = cells[place + 1]
            self.builder.balance(line, max(moments), self.currency, lambda: read_decimal(text, column="Balance"))

    def _add_trade(self, row: StatementRow, side: Side) -> None:
        symbol = row.required("Item")
        size = self.sizes[symbol]
        instrument = size.instrument(symbol)
        add_round_trip(
            self.builder,
            RoundTrip(
                line=row.line,
                instrument=instrument,
                side=side,
                quantity=row.decimal("Size", signed=False),
                entry_price=row.decimal("Price", signed=False),
                exit_price=row.decimal("Price 2", signed=False),
                opened=self._instant(row, "Open Time"),
                closed=self._instant(row, "Close Time"),
                profit=row.decimal("Profit"),
                currency=self.currency,
                # Costs are printed as negative cash, for both halves at once.
                fees=-sum((row.decimal(name, default=ZERO) for name in CHARGES), ZERO),
                charges=[(kind, -row.decimal(name, default=ZERO)) for name, kind in CHARGES.items()],
                fee_rate=size.rate if instrument.currency != self.currency else None,
                identity=row.required("Ticket"),
            ),
        )

    def _keep_cash(self, row: StatementRow, kind: str) -> None:
        # The comment spans all columns between, so that the amount is the last cell.
        amount = read_decimal(next(filter(None, reversed(row.cells)), ""), column="Profit")
        moved = OtherKind.WITHDRAWAL if amount < 0 else OtherKind.DEPOSIT
        self._keep(row, moved, kind, time="Open Time", amount=amount, description=row.text("Size"))

    def _keep(
        self,
        row: StatementRow,
        kind: OtherKind,
        label: str,
        *,
        time: str = "",
        amount: Decimal | None = None,
        description: str = "",
    ) -> None:
        is_market = kind in (OtherKind.POSITION, OtherKind.ORDER)
        self.builder.other(
            row.line,
            kind,
            label,
            occurred_at=self._instant(row, time) if time else None,
            symbol=row.text("Item") if is_market else "",
            amount=amount,
            currency=self.currency if amount is not None else "",
            quantity=row.decimal("Size") if kind is OtherKind.POSITION else None,
            description=description,
            identity=row.text("Ticket") if row.text("Ticket").isdigit() else "",
        )

    def _instant(self, row: StatementRow, column: str) -> datetime:
        return self.builder.instant(row.moment(column, formats=TIMES), raw=row.text(column), column=column)


def sniff(source: SourceFile) -> float:
    """Return how surely this is a MetaTrader 4 statement."""
    if source.kind is not FileKind.HTML:
        return 0.0
    head = source.head.casefold()
    return 0.96 if all(mark in head for mark in MARKS) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read every section of the statement.

    Raises:
        ImportFileError: If it holds no closed transactions.
    """
    report = take_apart(read_html_rows(source))
    if not report.rows:
        message = f"{source.name!r} holds no table of closed transactions."
        hint = "Save the account history as a detailed report and try again."
        raise ImportFileError(message, hint=hint, code=FileCode.NO_TABLE)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    builder.account_hint, builder.currency_hint = report.account, report.currency
    currency = report.currency or options.currency or FORMAT.currency
    closed = closed_lots(report.rows)
    symbols = {row.text("Item") for row in report.rows if row.text("Item")}
    sizes = {symbol: derive_lot_size(_base_name(symbol), currency, closed.get(symbol, ())) for symbol in symbols}
    builder.each(report.rows, Reader(builder, currency, sizes).read)
    _add_notes(builder, sizes, closed, currency)
    return builder.build(rows=len(report.rows))


def take_apart(records: Sequence[Record]) -> Report:
    """Return account, currency and the data rows of every section."""
    report, section, columns = Report(), "", dict[str, int]()
    for record in records:
        filled = [cell for cell in record.cells if cell]
        title = filled[0].casefold()
        if title in SECTIONS and len(filled) == 1:
            section, columns = title, {}
        elif {cell.casefold() for cell in filled} >= HEADER:
            columns = number_columns(record.cells)
        elif not section:
            _read_heading(report, filled)
        else:
            report.rows.append(StatementRow(record.line, record.cells, columns, section))
    return report


def _read_heading(report: Report, cells: Iterable[str]) -> None:
    for cell in cells:
        account, currency = _ACCOUNT.match(cell), _CURRENCY.match(cell)
        report.account = account["number"] if account else report.account
        report.currency = currency["currency"].upper() if currency else report.currency


def closed_lots(rows: Iterable[StatementRow]) -> dict[str, list[ClosedLots]]:
    """Return lots x price gain and the printed profit of every closed trade, by symbol."""
    found: dict[str, list[ClosedLots]] = defaultdict(list)
    for row in rows:
        side = SIDES.get(row.text("Type").casefold())
        if row.section != SECTIONS[0] or side is None:
            continue
        try:
            points = (row.decimal("Price 2") - row.decimal("Price")) * row.decimal("Size") * side
            item = ClosedLots(points=points, profit=row.decimal("Profit"), close=row.decimal("Price 2"))
        except CellError:
            continue  # the row is reported when it is read
        found[row.text("Item")].append(item)
    return found


def _base_name(symbol: str) -> str:
    """Return a symbol whose first six letters are upper case: "eurusd.p" is EURUSD with a broker's suffix."""
    return symbol[:6].upper() + symbol[6:]


def _add_notes(
    builder: StatementBuilder, sizes: Mapping[str, LotSize], closed: Mapping[str, Sequence[ClosedLots]], currency: str
) -> None:
    builder.notes.append(f"Times are the broker's server time without a zone; they are read as {builder.timezone}.")
    for symbol, size in sorted(sizes.items()):
        if size.currency != currency and symbol in closed:
            printed = decimal_text(sum((item.profit for item in closed[symbol]), ZERO))
            builder.notes.append(
                f"{symbol} is priced in {size.currency}, the account is in {currency}: its profit is computed in "
                f"{size.currency}; the statement prints {printed} {currency} for it."
            )


FORMAT = BrokerFormat(
    slug=SLUG,
    title="MetaTrader 4 statement",
    broker="MetaTrader 4",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
