"""OKX (OKEx), trades of the older export: amounts and fees carry a sign, some cells their coin.

OKX exports in the zone chosen there: choose the same one here when it is not UTC.
"""

from __future__ import annotations

from datetime import datetime

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import read_amount
from data.brokers.builder import StatementBuilder
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import fee_rate, require_pair, spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.statements import Statement

SLUG = "okx-trades"
TIME = "Trade Time"
COLUMNS = (
    "Order ID",
    "Trade ID",
    TIME,
    "Pairs",
    "Amount",
    "Price",
    Spare("Total"),
    Spare("taker/maker"),
    "Fee",
    "unit",
)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_fill(builder, row))
    return builder.build(rows=len(table.rows))


def _read_fill(builder: StatementBuilder, row: Row) -> None:
    market = row.required("Pairs")
    base, quote = require_pair(market, column="Pairs")
    amount, price = row.decimal("Amount"), row.decimal("Price", signed=False)
    fee, coin = read_amount(row.text("Fee") or "0", column="Fee")
    coin = (coin or row.text("unit") or quote).upper()
    builder.execution(
        line=row.line,
        instrument=spot(market, quote),
        side=Side.BUY if amount > 0 else Side.SELL,
        quantity=abs(amount),
        price=price,
        fees=-fee,
        fee_currency=coin,
        fee_rate=fee_rate(coin, base=base, quote=quote, price=price),
        executed_at=builder.instant(_moment(row), raw=row.text(TIME), column=TIME),
        identity=row.required("Trade ID"),
    )


def _moment(row: Row) -> datetime:
    return row.moment(TIME, formats=("ISO",))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="OKX trades (older export)",
    broker="OKX",
    timezone="UTC",
    sniff=claim_header(1.0, COLUMNS),
    parse=parse,
    currency="USDT",
)
