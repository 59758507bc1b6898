"""AvaTrade's futures platform: the order list with German headers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.claims import claim_header
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.moments import read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, Table, read_records, read_table, sniff_delimiter
from data.brokers.records import Spare
from data.brokers.round_trips import prove_future
from data.brokers.source import SourceFile
from data.brokers.words import read_side
from domain.statements import OtherKind, Statement

SLUG = "avatrade-orders"
TIMEZONE = "Europe/Berlin"
ZERO = Decimal(0)
COLUMNS = ("Symbol", "Seite", Spare("Anz."), "Erfüllungsmenge", "Durchschnittlicher Erfüllungspreis", "Status",
           "Status Zeit", "Order-Nummer")  # fmt: skip
PRICE = "Durchschnittlicher Erfüllungspreis"
NUMBERS = ("Erfüllungsmenge", PRICE, "Kommission", "Limit Preis", "Stopp-Preis")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the orders, oldest first."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    delimiter = sniff_delimiter(source.text)
    table = read_table(read_records(source.text, delimiter=delimiter, name=source.name), COLUMNS, name=source.name)
    has_comma = _has_decimal_comma(table, delimiter)
    currency = options.currency or FORMAT.currency
    rows = oldest_first(table.rows, _moment)
    builder.each(rows, lambda row: _read_order(builder, row, currency=currency, has_comma=has_comma))
    builder.notes.append(f"Times carry no zone; they are read as {builder.timezone}.")
    return builder.build(rows=len(rows))


def _has_decimal_comma(table: Table, delimiter: str) -> bool:
    texts = (row.text(name) for row in table.rows for name in NUMBERS)
    return bool(decide_decimal_comma(texts, delimiter))


def _read_order(builder: StatementBuilder, row: Row, *, currency: str, has_comma: bool) -> None:
    symbol = row.required("Symbol")
    quantity = row.decimal("Erfüllungsmenge", default=ZERO, decimal_comma=has_comma, signed=False)
    if not quantity:
        return _keep_unfilled(builder, row, has_comma=has_comma)
    return builder.execution(
        line=row.line,
        # "F.US.MESM26" is the contract MESM26 on a US exchange.
        instrument=prove_future(symbol, currency, (), contract_name=symbol.rpartition(".")[2]),
        side=read_side(row.required("Seite"), column="Seite"),
        quantity=quantity,
        price=row.decimal(PRICE, decimal_comma=has_comma),
        fees=abs(row.decimal("Kommission", default=ZERO, decimal_comma=has_comma)),
        executed_at=_instant(builder, row),
        identity=row.required("Order-Nummer"),
    )


def _keep_unfilled(builder: StatementBuilder, row: Row, *, has_comma: bool) -> None:
    builder.other(
        row.line,
        OtherKind.ORDER,
        row.required("Status"),
        occurred_at=_instant(builder, row),
        symbol=row.text("Symbol"),
        quantity=row.decimal("Anz.", default=ZERO, decimal_comma=has_comma),
        description=f"{row.text('Seite')} {row.text('Typ')}",
        reason="Nothing was filled.",
        identity=row.text("Order-Nummer"),
    )


def _moment(row: Row) -> datetime:
    return read_moment(row.required("Status Zeit"), column="Status Zeit", day_first=True)


def _instant(builder: StatementBuilder, row: Row) -> datetime:
    return builder.instant(_moment(row), raw=row.text("Status Zeit"), column="Status Zeit")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="AvaTrade Futures orders (German)",
    broker="AvaTrade",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)
