"""Bitstamp, transactions: the older layout with the coin in each cell, the newer with columns for it.

Amounts carry no sign; the type tells it. Prices are those of the rate column.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import read_amount
from data.brokers.builder import StatementBuilder
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import FIAT, fee_rate, spot
from data.brokers.moments import read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, header_score, open_table
from data.brokers.source import SourceFile
from data.brokers.words import read_side
from domain.statements import OtherKind, Statement

SLUG = "bitstamp-transactions"
OLDER = ("Type", "Datetime", "Account", "Amount", "Value", "Rate", "Fee", "Sub Type")
NEWER = ("Type", "Datetime", "Account", "Amount", "Amount currency", "Value", "Rate", "Rate currency", "Fee", "Subtype")
_CELLS = ("Datetime", "Type", "Amount", "Value", "Rate", "Fee")
_KINDS = {
    "deposit": OtherKind.DEPOSIT,
    "ripple deposit": OtherKind.DEPOSIT,
    "withdrawal": OtherKind.WITHDRAWAL,
    "ripple payment": OtherKind.WITHDRAWAL,
    "sub account transfer": OtherKind.TRANSFER,
    "staking reward": OtherKind.REWARD,
    "staked assets reward": OtherKind.REWARD,
    "started generating rewards": OtherKind.TRANSFER,
    "stopped generating rewards": OtherKind.TRANSFER,
}


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read fills and every other transaction; Bitstamp writes UTC."""
    names = NEWER if header_score(source.head, NEWER) == 1.0 else OLDER
    table = open_table(source.text, names, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_row(builder, row))
    return builder.build(rows=len(table.rows))


def _read_row(builder: StatementBuilder, row: Row) -> None:
    if row.required("Type").casefold() == "market":
        _read_fill(builder, row)
    else:
        _read_other(builder, row)


def _read_fill(builder: StatementBuilder, row: Row) -> None:
    quantity, base = _amount(row, "Amount")
    price, quote = _amount(row, "Rate")
    fees, coin = _amount(row, "Fee") if row.text("Fee") else (Decimal(0), quote)
    side = row.text("Sub Type", "Subtype")
    builder.execution(
        line=row.line,
        instrument=spot(base, quote),
        side=read_side(side, column="Sub Type" if row.has("Sub Type") else "Subtype"),
        quantity=abs(quantity),
        price=price,
        fees=fees,
        fee_currency=coin or quote,
        fee_rate=fee_rate(coin or quote, base=base, quote=quote, price=price),
        executed_at=_instant(builder, row),
        identity=row.text("ID"),
        fingerprint=(*row.raw(*_CELLS), side),
    )


def _read_other(builder: StatementBuilder, row: Row) -> None:
    label = row.required("Type")
    kind = _KINDS.get(label.casefold(), OtherKind.ADJUSTMENT)
    amount, coin = _amount(row, "Amount")
    amount = -abs(amount) if kind is OtherKind.WITHDRAWAL else amount
    builder.other(
        row.line,
        kind,
        label,
        occurred_at=_instant(builder, row),
        symbol="" if coin in FIAT else coin,
        amount=amount,
        currency=coin,
        quantity=amount,
        description=f"fee {row.text('Fee')} {row.text('Fee currency')}".strip() if row.text("Fee") else "",
        identity=row.text("ID"),
    )


def _amount(row: Row, column: str) -> tuple[Decimal, str]:
    number, unit = read_amount(row.required(column), column=column)
    return number, (unit or row.text(f"{column} currency")).upper()


def _instant(builder: StatementBuilder, row: Row) -> datetime:
    return builder.instant(_moment(row), raw=row.text("Datetime"), column="Datetime")


def _moment(row: Row) -> datetime:
    return read_moment(row.required("Datetime"), column="Datetime")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Bitstamp transactions",
    broker="Bitstamp",
    timezone="UTC",
    sniff=claim_header(0.98, OLDER, NEWER),
    parse=parse,
    currency="EUR",
)
