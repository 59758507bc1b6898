"""TradeStation: the trades download, and the filled orders of its chart platform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.listed import check_amount, traded_instrument
from data.brokers.moments import join_moment, read_day, read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, find_header, header_score, read_records, read_table
from data.brokers.source import FileKind, SourceFile
from data.brokers.words import read_side
from domain.charge_kinds import ChargeKind
from domain.executions import Side
from domain.statements import OtherKind, Statement

SLUG = "tradestation"
TIMEZONE = "America/New_York"
ZERO = Decimal(0)
TRADES = ("Account", "T/D", "S/D", "Exec Time", "Symbol", "Side", "Qty", "Price", "Gross Proceeds", "Net Proceeds")
ORDERS = ("Symbol", "Side", "Filled quantity", "Quantity left", "Avg fill price", "Close time", "Commission fee",
          "Route fee", "Order ID")  # fmt: skip
# TradeZero writes the same columns and, between them, these.
FOREIGN = ("T/D", "Comm", "SEC", "TAF")


@dataclass(frozen=True, slots=True)
class Layout:
    """One of the two files: its columns, the time that orders it, and how a row is read."""

    required: tuple[str, ...]
    moment: Callable[[Row], datetime]
    read: Callable[[StatementBuilder, str, Row], None]


def sniff(source: SourceFile) -> float:
    """Return how surely this is a TradeStation file: all columns of a layout, and none of TradeZero's."""
    if source.kind is not FileKind.TEXT or header_score(source.head, FOREIGN) == 1.0:
        return 0.0
    return 0.95 if any(header_score(source.head, layout.required) == 1.0 for layout in LAYOUTS) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the file in whichever layout it has."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    records = read_records(source.text, name=source.name)
    layout = _choose_layout(records)
    rows = oldest_first(read_table(records, layout.required, name=source.name).rows, layout.moment)
    builder.account_hint = next((row.text("Account") for row in rows if row.text("Account")), "")
    builder.each(rows, partial(layout.read, builder, options.currency or FORMAT.currency))
    return builder.build(rows=len(rows))


def _choose_layout(records: Sequence[Record]) -> Layout:
    return next((item for item in LAYOUTS if find_header(records, item.required) is not None), LAYOUTS[0])


def _read_trade(builder: StatementBuilder, currency: str, row: Row) -> None:
    instrument = traded_instrument(row.required("Symbol"), row.text("Currency") or currency)
    quantity, price = abs(row.decimal("Qty")), row.decimal("Price")
    side = read_side(row.required("Side"), column="Side")
    check_amount(row, "Gross Proceeds", quantity * price * (instrument.multiplier or 1))
    builder.execution(
        line=row.line,
        instrument=instrument,
        side=side,
        quantity=quantity,
        price=price,
        # The file has no column of costs: what the net lacks of the gross is them.
        fees=row.decimal("Gross Proceeds") - row.decimal("Net Proceeds"),
        executed_at=builder.instant(_trade_moment(row), raw=f"{row.text('T/D')} {row.text('Exec Time')}"),
        fingerprint=row.raw("Account", "T/D", "Exec Time", "Symbol", "Side", "Qty", "Price", "Gross Proceeds"),
    )


def _read_order(builder: StatementBuilder, currency: str, row: Row) -> None:
    symbol = row.required("Symbol")
    quantity = row.decimal("Filled quantity", default=ZERO, signed=False)
    side = read_side(row.required("Side"), column="Side")
    moment = builder.instant(_order_moment(row), raw=row.text("Close time"), column="Close time")
    if not quantity:
        return _keep_unfilled(builder, row, moment, side)
    return builder.execution(
        line=row.line,
        instrument=traded_instrument(symbol, row.text("Currency") or currency),
        side=side,
        quantity=quantity,
        price=row.decimal("Avg fill price"),
        charges=[
            (ChargeKind.COMMISSION, row.decimal("Commission fee", default=ZERO)),
            (ChargeKind.EXCHANGE, row.decimal("Route fee", default=ZERO)),
        ],
        executed_at=moment,
        identity=row.text("Order ID"),
        fingerprint=row.raw("Symbol", "Side", "Filled quantity", "Avg fill price", "Close time"),
    )


def _keep_unfilled(builder: StatementBuilder, row: Row, moment: datetime, side: Side) -> None:
    builder.other(
        row.line,
        OtherKind.ORDER,
        f"not filled ({row.text('Status')})" if row.text("Status") else "not filled",
        occurred_at=moment,
        symbol=row.text("Symbol"),
        quantity=row.decimal("Quantity left", default=ZERO),
        description=f"{side.word} {row.text('Type')}",
        reason="Nothing was filled.",
        identity=row.text("Order ID"),
    )


def _trade_moment(row: Row) -> datetime:
    day = read_day(row.required("T/D"), column="T/D")
    return join_moment(day, row.text("Exec Time"), column="Exec Time")


def _order_moment(row: Row) -> datetime:
    return read_moment(row.required("Close time"), column="Close time")


LAYOUTS = (Layout(TRADES, _trade_moment, _read_trade), Layout(ORDERS, _order_moment, _read_order))

FORMAT = BrokerFormat(
    slug=SLUG,
    title="TradeStation trades and filled orders",
    broker="TradeStation",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
