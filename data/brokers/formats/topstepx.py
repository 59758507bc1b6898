"""TopstepX and other ProjectX platforms: trades, order history, and the list of completed orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.moments import read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, find_header, header_score, read_records, read_table
from data.brokers.round_trips import Proof, RoundTrip, add_round_trip, check_proof, group_proofs, prove_future
from data.brokers.source import FileKind, SourceFile
from domain.executions import Side
from domain.instruments import Instrument
from domain.statements import OtherKind, Statement

SLUG = "topstepx"
TIMEZONE = "America/Chicago"
ZERO = Decimal(0)
TRADES = ("Id", "ContractName", "EnteredAt", "ExitedAt", "EntryPrice", "ExitPrice", "Fees", "PnL", "Size", "Type")
ORDERS = ("Id", "AccountName", "ContractName", "Status", "Type", "Size", "Side", "FilledAt", "ExecutePrice")
COMPLETED = ("order_id", "qty_sent", "qty_done", "price_done", "last_time", "trading_symbol")
SIDES = {"long": Side.BUY, "short": Side.SELL, "bid": Side.BUY, "buy": Side.BUY, "ask": Side.SELL, "sell": Side.SELL}
# Browsers print times as Thu Jul 09 2026 16:30:30 GMT+0300 and the zone's name after that.
_SCRIPT_TIME = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>\d{1,2}) (?P<year>\d{4}) (?P<clock>\d{2}:\d{2}:\d{2}) "
    r"GMT(?P<zone>[+-]\d{4})(?: \(.*\))?"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """One of the files: its columns, the time that orders it, and how a row is read."""

    required: tuple[str, ...]
    moment: tuple[str, ...]
    read: Callable[[Reader, Row], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one file."""

    builder: StatementBuilder
    instruments: Mapping[str, Instrument]

    def read_trade(self, row: Row) -> None:
        """Turn one trade into a round trip."""
        instrument = self.instruments[row.required("ContractName")]
        check_proof(_proof(row), instrument, column="PnL", text=row.text("PnL"))
        add_round_trip(
            self.builder,
            RoundTrip(
                line=row.line,
                instrument=instrument,
                side=_side(row, "Type"),
                quantity=row.decimal("Size", signed=False),
                entry_price=row.decimal("EntryPrice"),
                exit_price=row.decimal("ExitPrice"),
                opened=self._instant(row, "EnteredAt"),
                closed=self._instant(row, "ExitedAt"),
                profit=row.decimal("PnL"),
                currency=instrument.currency,
                fees=abs(row.decimal("Fees", default=ZERO)) + abs(row.decimal("Commissions", default=ZERO)),
                identity=row.required("Id"),
            ),
        )

    def read_order(self, row: Row) -> None:
        """Turn a filled order into an execution; any other is kept with its status."""
        status, price = row.required("Status"), row.text("ExecutePrice")
        if status.casefold() != "filled":
            if price and row.text("FilledAt"):
                reason = "The order was filled in part, but the file does not say how much of it."
                raise CellError("Status", status, reason, "Import the platform's trades instead.")
            return self._keep_order(row, status, "ContractName", ("CancelledAt", "CreatedAt"))
        return self.builder.execution(
            line=row.line,
            instrument=self.instruments[row.required("ContractName")],
            side=_side(row, "Side"),
            quantity=row.decimal("Size", signed=False),
            price=row.decimal("ExecutePrice"),
            executed_at=self._instant(row, "FilledAt"),
            identity=row.required("Id"),
        )

    def read_completed(self, row: Row) -> None:
        """Turn a completed order into an execution: its quantity is signed."""
        quantity = row.decimal("qty_done", default=ZERO)
        if not quantity:
            return self._keep_order(row, "not filled", "trading_symbol", ("last_time", "order_date"))
        return self.builder.execution(
            line=row.line,
            instrument=self.instruments[row.required("trading_symbol")],
            side=Side.BUY if quantity > 0 else Side.SELL,
            quantity=abs(quantity),
            price=row.decimal("price_done"),
            executed_at=self._instant(row, "last_time"),
            identity="/".join(filter(None, row.raw("account", "order_id", "last_time"))),
        )

    def _keep_order(self, row: Row, label: str, symbol: str, times: tuple[str, ...]) -> None:
        column = next((name for name in times if row.text(name)), "")
        self.builder.other(
            row.line,
            OtherKind.ORDER,
            label,
            occurred_at=self._instant(row, column) if column else None,
            symbol=row.text(symbol),
            quantity=row.decimal("Size", "qty_sent", default=ZERO),
            description=" ".join(filter(None, (row.text("Side"), row.text("Type"), row.text("RejectionReason")))),
            reason="Nothing was filled.",
        )

    def _instant(self, row: Row, column: str) -> datetime:
        return self.builder.instant(_moment(row, column), raw=row.text(column), column=column)


def sniff(source: SourceFile) -> float:
    """Return how surely this is a ProjectX file: all columns of one of its layouts."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 0.95 if any(header_score(source.head, layout.required) == 1.0 for layout in LAYOUTS) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the file in whichever layout it has."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    records = read_records(source.text, name=source.name)
    layout = _choose_layout(records)
    table = read_table(records, layout.required, name=source.name)
    rows = oldest_first(table.rows, lambda row: _moment(row, *(name for name in layout.moment if row.text(name))))
    accounts = (row.text("AccountName", "account") for row in rows)
    builder.account_hint = next(filter(None, accounts), "")
    proofs = group_proofs(_proofs(rows)) if layout.required is TRADES else {}
    reader = Reader(builder, _instruments(rows, proofs, options.currency or FORMAT.currency))
    builder.each(rows, lambda row: layout.read(reader, row))
    return builder.build(rows=len(rows))


def _instruments(rows: Sequence[Row], proofs: Mapping[str, Sequence[Proof]], currency: str) -> dict[str, Instrument]:
    """Return the contract of every symbol; "CM.MNQU6" is the contract MNQU6 of an exchange."""
    symbols = {row.text("ContractName", "trading_symbol") for row in rows}
    return {
        symbol: prove_future(symbol, currency, proofs.get(symbol, ()), contract_name=symbol.rpartition(".")[2])
        for symbol in symbols
    }


def _choose_layout(records: Sequence[Record]) -> Layout:
    return next((item for item in LAYOUTS if find_header(records, item.required) is not None), LAYOUTS[0])


def _proofs(rows: Sequence[Row]) -> list[tuple[str, Proof]]:
    found = []
    for row in rows:
        try:
            found.append((row.text("ContractName"), _proof(row)))
        except CellError:
            continue  # the row is reported when it is read
    return found


def _proof(row: Row) -> Proof:
    gain = row.decimal("ExitPrice") - row.decimal("EntryPrice")
    return Proof(points=_side(row, "Type") * gain * row.decimal("Size"), profits=(row.decimal("PnL"),))


def _side(row: Row, column: str) -> Side:
    word = row.required(column)
    side = SIDES.get(word.casefold())
    if side is None:
        raise CellError(column, word, f"{word[:40]!r} is not a side.", "Expected long, short, Bid or Ask.")
    return side


def _moment(row: Row, *columns: str) -> datetime:
    column = columns[0] if columns else "FilledAt"
    text = row.required(column)
    match = _SCRIPT_TIME.fullmatch(text)
    if match:
        text = f"{match['day']} {match['month']} {match['year']} {match['clock']} {match['zone']}"
    return read_moment(text, column=column)


LAYOUTS = (
    Layout(TRADES, ("EnteredAt",), Reader.read_trade),
    Layout(ORDERS, ("FilledAt", "CancelledAt", "CreatedAt"), Reader.read_order),
    Layout(COMPLETED, ("last_time",), Reader.read_completed),
)

FORMAT = BrokerFormat(
    slug=SLUG,
    title="TopstepX / ProjectX trades and orders",
    broker="TopstepX",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
