"""Coinbase Pro, fills export: one row a fill, the fee in the currency of the market."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import require_pair, spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from data.brokers.words import read_side
from domain.statements import Statement

SLUG = "coinbasepro-fills"
TIME = "created at"
COLUMNS = ("trade id", "product", "side", TIME, "size", "size unit", "price", "fee", "total", "price/fee/total unit")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills; Coinbase Pro writes UTC."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_fill(builder, row))
    return builder.build(rows=len(table.rows))


def _read_fill(builder: StatementBuilder, row: Row) -> None:
    product = row.required("product")
    _, quote = require_pair(product, column="product")
    builder.execution(
        line=row.line,
        instrument=spot(product, quote),
        side=read_side(row.text("side"), column="side"),
        quantity=row.decimal("size", signed=False),
        price=row.decimal("price", signed=False),
        fees=row.decimal("fee", default=Decimal(0)),
        executed_at=builder.instant(_moment(row), raw=row.text(TIME), column=TIME),
        # Trade ids count within a product; the account statement composes the same identity.
        identity=f"{product}/{row.required('trade id')}",
    )


def _moment(row: Row) -> datetime:
    return row.moment(TIME, formats=("ISO",))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Coinbase Pro fills",
    broker="Coinbase Pro",
    timezone="UTC",
    sniff=claim_header(1.0, COLUMNS),
    parse=parse,
)
