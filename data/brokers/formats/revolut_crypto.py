"""Revolut, statement of the crypto account: price, value and fee carry their currency, times in UTC."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import check_total, read_amount, read_mixed
from data.brokers.builder import StatementBuilder
from data.brokers.crypto_pairs import spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, header_score, open_table
from data.brokers.source import FileKind, SourceFile
from domain.executions import Side
from domain.statements import OtherKind, Statement

SLUG = "revolut-crypto"
COLUMNS = ("Symbol", "Type", "Quantity", "Price", "Value", "Fees", "Date")
TIMES = ("%b %d, %Y, %I:%M:%S %p", "%d %b %Y, %H:%M:%S", "%b %d, %Y, %H:%M:%S", "ISO")
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}
_KINDS = {
    "send": OtherKind.WITHDRAWAL,
    "payment": OtherKind.WITHDRAWAL,
    "receive": OtherKind.DEPOSIT,
    "stake": OtherKind.TRANSFER,
    "unstake": OtherKind.TRANSFER,
    "staking reward": OtherKind.REWARD,
    "learn reward": OtherKind.REWARD,
    "reward": OtherKind.REWARD,
    "fee": OtherKind.FEE,
}


def sniff(source: SourceFile) -> float:
    """Claim by the header and a first line that names nothing else."""
    if source.kind is not FileKind.TEXT or header_score(source.head, COLUMNS) < 1.0:
        return 0.0
    names = source.first_line().casefold().split(",")
    return 0.95 if len(names) <= len(COLUMNS) + 2 else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read fills and movements."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_row(builder, row))
    return builder.build(rows=len(table.rows))


def _read_row(builder: StatementBuilder, row: Row) -> None:
    side = _SIDES.get(row.required("Type").casefold())
    if side is None:
        _read_movement(builder, row)
    else:
        _read_fill(builder, row, side)


def _read_fill(builder: StatementBuilder, row: Row, side: Side) -> None:
    price, currency = read_amount(row.required("Price"), column="Price")
    fees, fee_currency = read_amount(row.text("Fees") or "0", column="Fees")
    fee_currency = fee_currency or currency
    quantity = read_mixed(row.required("Quantity"), column="Quantity")
    total = read_amount(row.text("Value") or "0", column="Value")[0]
    check_total(quantity, price, total, column="Quantity", text=row.text("Quantity"))
    builder.execution(
        line=row.line,
        instrument=spot(row.required("Symbol"), currency),
        side=side,
        quantity=quantity,
        price=price,
        fees=fees,
        fee_currency=fee_currency,
        fee_rate=Decimal(1) if fee_currency == currency else None,
        executed_at=_instant(builder, row),
        fingerprint=row.raw("Date", "Symbol", "Type", "Quantity", "Price", "Value"),
    )


def _read_movement(builder: StatementBuilder, row: Row) -> None:
    label, coin = row.required("Type"), row.required("Symbol")
    kind = _KINDS.get(label.casefold(), OtherKind.ADJUSTMENT)
    quantity = read_mixed(row.required("Quantity"), column="Quantity")
    quantity = -abs(quantity) if kind is OtherKind.WITHDRAWAL else quantity
    builder.other(
        row.line,
        kind,
        label,
        occurred_at=_instant(builder, row),
        symbol=coin,
        amount=quantity,
        currency=coin,
        quantity=quantity,
        description=f"worth {row.text('Value')}" if row.text("Value") else "",
    )


def _instant(builder: StatementBuilder, row: Row) -> datetime:
    return builder.instant(_moment(row), raw=row.text("Date"))


def _moment(row: Row) -> datetime:
    return row.moment("Date", formats=TIMES)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Revolut crypto",
    broker="Revolut",
    timezone="UTC",
    sniff=sniff,
    parse=parse,
    currency="EUR",
)
