"""Bitfinex, trades: signed amounts, days before months, costs negative in the coin received.

Bitfinex exports in the zone chosen there: choose the same one here when it is not UTC.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import fee_rate, require_pair, spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.statements import Statement

SLUG = "bitfinex-trades"
COLUMNS = ("#", "PAIR", "AMOUNT", "PRICE", "FEE", "FEE CURRENCY", "DATE", "ORDER ID")
TIMES = ("%d-%m-%y %H:%M:%S", "%d-%m-%y %H:%M:%S.%f", "ISO")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_fill(builder, row))
    return builder.build(rows=len(table.rows))


def _read_fill(builder: StatementBuilder, row: Row) -> None:
    market = row.required("PAIR")
    base, quote = require_pair(market, column="PAIR")
    amount, price = row.decimal("AMOUNT"), row.decimal("PRICE", signed=False)
    coin = row.text("FEE CURRENCY").upper() or quote
    builder.execution(
        line=row.line,
        instrument=spot(market, quote),
        side=Side.BUY if amount > 0 else Side.SELL,
        quantity=abs(amount),
        price=price,
        fees=-row.decimal("FEE", default=Decimal(0)),
        fee_currency=coin,
        fee_rate=fee_rate(coin, base=base, quote=quote, price=price),
        executed_at=builder.instant(_moment(row), raw=row.text("DATE"), column="DATE"),
        identity=row.required("#"),
    )


def _moment(row: Row) -> datetime:
    return row.moment("DATE", formats=TIMES)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Bitfinex trades",
    broker="Bitfinex",
    timezone="UTC",
    sniff=claim_header(1.0, COLUMNS),
    parse=parse,
)
