"""Coinbase Pro, account statement: the balance changes of every currency.

One fill is two rows "match", one a currency, and mostly one row "fee", joined by the trade id. They become one
execution, with the identity it has in the fills export, so that both files may be imported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import unit_price
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import FIAT, fee_rate, spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from domain.executions import ExecutionKind, Side
from domain.statements import OtherKind, Statement

SLUG = "coinbasepro-account"
UNIT = "amount/balance unit"
SNIFFED = ("type", "amount", "balance", UNIT, "transfer id", "trade id", "order id")
TIME = ("time", "timestamp")
_KINDS = {
    "deposit": OtherKind.DEPOSIT,
    "withdrawal": OtherKind.WITHDRAWAL,
    "match": OtherKind.CONVERSION,
    "conversion": OtherKind.CONVERSION,
    "fee": OtherKind.FEE,
    "rebate": OtherKind.REWARD,
    "transfer": OtherKind.TRANSFER,
}
_QUOTES = ("USDC", "USDT", "DAI", "BTC", "ETH")
"""Coins that markets were quoted in, strongest first; state currencies come before all of them."""

Fills = dict[tuple[str, str], list[Row]]


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read every balance change and join those of a fill; Coinbase Pro writes UTC."""
    table = open_table(source.text, SNIFFED, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    rows = oldest_first(table.rows, _moment)
    fills = _group(rows)
    builder.each(rows, lambda row: _read_row(builder, row, fills))
    return builder.build(rows=len(table.rows))


def _group(rows: Iterable[Row]) -> Fills:
    fills: Fills = defaultdict(list)
    for row in rows:
        if row.text("trade id"):
            fills[_key(row)].append(row)
    return fills


def _key(row: Row) -> tuple[str, str]:
    return row.text("trade id"), row.text("order id")


def _read_row(builder: StatementBuilder, row: Row, fills: Fills) -> None:
    label, unit = row.required("type"), row.required(UNIT)
    amount = row.decimal("amount")
    parts = fills[_key(row)] if row.text("trade id") else []
    is_fill = _is_complete(parts)
    builder.other(
        row.line,
        OtherKind.SKIPPED if is_fill and label == "fee" else _KINDS.get(label.casefold(), OtherKind.ADJUSTMENT),
        label,
        occurred_at=builder.instant(_moment(row), raw=row.text(*TIME), column="time"),
        symbol="" if unit in FIAT else unit,
        amount=amount,
        currency=unit,
        quantity=amount,
        description=f"trade {row.text('trade id')}" if parts else "",
        reason="Part of its fill." if is_fill else "",
        identity="/".join(filter(None, (label, unit, row.text("trade id"), row.text("transfer id")))),
    )
    if row.text("balance"):
        moment = builder.instant(_moment(row), raw=row.text(*TIME))
        builder.balance(row.line, moment, unit, lambda: row.decimal("balance"))
    if is_fill and row is next(part for part in parts if part.text("type") == "match"):
        _add_fill(builder, row, parts)


def _is_complete(parts: list[Row]) -> bool:
    """Whether the rows are the two sides of one fill, of which one can be told to be the price."""
    units = [part.text(UNIT) for part in parts if part.text("type") == "match"]
    return len(units) == 2 and _strength(units[0]) != _strength(units[1])


def _strength(unit: str) -> int:
    return -1 if unit in FIAT else _QUOTES.index(unit) if unit in _QUOTES else len(_QUOTES)


def _add_fill(builder: StatementBuilder, row: Row, parts: list[Row]) -> None:
    paid, bought = sorted(
        (part for part in parts if part.text("type") == "match"), key=lambda p: _strength(p.text(UNIT))
    )
    base, quote = bought.text(UNIT), paid.text(UNIT)
    size, total = bought.decimal("amount"), paid.decimal("amount")
    if not size or (size > 0) is (total > 0):
        raise CellError("amount", bought.text("amount"), "Both sides of the fill have the same sign.")
    price = unit_price(total, size)
    costs = [part for part in parts if part.text("type") == "fee"]
    coin = costs[0].text(UNIT) if costs else quote
    builder.execution(
        line=row.line,
        instrument=spot(f"{base}-{quote}", quote),
        side=Side.BUY if size > 0 else Side.SELL,
        quantity=abs(size),
        price=price,
        fees=-sum((part.decimal("amount") for part in costs), Decimal(0)),
        fee_currency=coin,
        fee_rate=fee_rate(coin, base=base, quote=quote, price=price),
        executed_at=builder.instant(_moment(row), raw=row.text(*TIME), column="time"),
        kind=ExecutionKind.PAIRED,
        identity=f"{base}-{quote}/{row.text('trade id')}",
    )


def _moment(row: Row) -> datetime:
    return row.moment(*TIME, formats=("ISO",))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Coinbase Pro account statement",
    broker="Coinbase Pro",
    timezone="UTC",
    sniff=claim_header(1.0, SNIFFED),
    parse=parse,
)
