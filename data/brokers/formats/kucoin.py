"""KuCoin, filled trades: the older export, and the newer one whose header names the zone of its times.

The older export is written in the zone chosen at KuCoin: choose the same one here when it is not UTC. The newer
one comes split into fills or whole as orders; of an order without a fill only the status is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.crypto_pairs import fee_rate, require_pair, spot
from data.brokers.moments import read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, header_score, open_table
from data.brokers.records import Spare
from data.brokers.source import FileKind, SourceFile
from data.brokers.words import read_side
from domain.statements import OtherKind, Statement

SLUG = "kucoin-fills"
OLDER = ("tradeCreatedAt", "symbol", "side", "price", "size", Spare("funds"), "fee", "feeCurrency")
NEWER = ("Account Type", "Order ID", "Symbol", "Side", "Avg. Filled Price", "Filled Amount", "Fee", "Fee Currency")
PRICE, SIZE, COIN = ("price", "Avg. Filled Price"), ("size", "Filled Amount"), ("feeCurrency", "Fee Currency")
_TIME = re.compile(r"Filled Time ?\((?P<zone>UTC[^)]*)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clock:
    """The column of the time and the zone its header names; "" in the older export."""

    column: str
    zone: str

    def read(self, row: Row) -> datetime:
        """Return when a row was filled."""
        text = row.required(self.column)
        return read_moment(f"{text} {self.zone}".strip(), column=self.column)


def sniff(source: SourceFile) -> float:
    """Claim either layout by its whole header."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    is_newer = header_score(source.head, NEWER) == 1.0 and _TIME.search(" ".join(source.head.split())) is not None
    return 1.0 if is_newer or header_score(source.head, OLDER) == 1.0 else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills."""
    names = OLDER if header_score(source.head, OLDER) == 1.0 else NEWER
    table = open_table(source.text, names, name=source.name)
    clock = find_clock(table.header)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, clock.read), lambda row: _read_row(builder, row, clock))
    return builder.build(rows=len(table.rows))


def find_clock(header: Sequence[str]) -> Clock:
    """Return the column of the fill's time."""
    found = ((title, _TIME.fullmatch(" ".join(title.split()))) for title in header)
    return next((Clock(title, match["zone"]) for title, match in found if match), Clock(OLDER[0], ""))


def _read_row(builder: StatementBuilder, row: Row, clock: Clock) -> None:
    if row.text("Status") and not row.decimal(*SIZE, default=Decimal(0)):
        builder.other(row.line, OtherKind.ORDER, row.text("Status"), symbol=row.text("symbol"), reason="Not filled.")
        return
    market = row.required("symbol")
    base, quote = require_pair(market, column="symbol")
    price = row.decimal(*PRICE, signed=False)
    coin = row.text(*COIN).upper() or quote
    builder.execution(
        line=row.line,
        instrument=spot(market, quote),
        side=read_side(row.text("side"), column="side"),
        quantity=row.decimal(*SIZE, signed=False),
        price=price,
        fees=row.decimal("fee", default=Decimal(0)),
        fee_currency=coin,
        fee_rate=fee_rate(coin, base=base, quote=quote, price=price),
        executed_at=builder.instant(clock.read(row), raw=row.text(clock.column), column=clock.column),
        fingerprint=(
            *row.raw(clock.column, "symbol", "side", "Order ID"),
            row.as_written.text(*PRICE),
            row.as_written.text(*SIZE),
        ),
    )


FORMAT = BrokerFormat(
    slug=SLUG,
    title="KuCoin filled trades",
    broker="KuCoin",
    timezone="UTC",
    sniff=sniff,
    parse=parse,
    currency="USDT",
)
