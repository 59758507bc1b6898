"""Coinbase, transactions export: the layouts since 2021, with or without preamble and id.

Prices are in the customer's currency, whatever market an advanced trade went through, and carry its
sign. A conversion names the coin that was given up; the coin received stands in the notes only, so
it is kept as a conversion and not as two fills at an invented price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.crypto_pairs import FIAT, spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, Table, header_score, normalise_header, open_table
from data.brokers.source import FileKind, SourceFile
from domain.executions import Side
from domain.statements import OtherKind, Statement

SLUG = "coinbase-transactions"
REQUIRED = ("Timestamp", "Transaction Type", "Asset", "Quantity Transacted")
TIME_FORMATS = ("%Y-%m-%d %H:%M:%S UTC", "ISO")
_FINGERPRINT = ("Timestamp", "Transaction Type", "Asset", "Quantity Transacted", "Notes")
_SIDES = {
    "buy": Side.BUY,
    "sell": Side.SELL,
    "advanced trade buy": Side.BUY,
    "advanced trade sell": Side.SELL,
    "advance trade buy": Side.BUY,
    "advance trade sell": Side.SELL,
}
_KINDS = {
    "convert": OtherKind.CONVERSION,
    "deposit": OtherKind.DEPOSIT,
    "exchange deposit": OtherKind.TRANSFER,
    "exchange withdrawal": OtherKind.TRANSFER,
    "pro deposit": OtherKind.TRANSFER,
    "pro withdrawal": OtherKind.TRANSFER,
    "withdrawal": OtherKind.WITHDRAWAL,
    "receive": OtherKind.DEPOSIT,
    "send": OtherKind.WITHDRAWAL,
    "interest": OtherKind.INTEREST,
    "subscription": OtherKind.FEE,
}
# In the first word or phrase that occurs in an unlisted type.
_KIND_WORDS = (
    ("transfer", OtherKind.TRANSFER),
    ("reward", OtherKind.REWARD),
    ("income", OtherKind.REWARD),
    ("earn", OtherKind.REWARD),
    ("airdrop", OtherKind.REWARD),
    ("incentive", OtherKind.REWARD),
    ("interest", OtherKind.INTEREST),
    ("withdrawal", OtherKind.WITHDRAWAL),
    ("deposit", OtherKind.DEPOSIT),
    ("fee", OtherKind.FEE),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where this layout keeps the price, the fee and the currency; `currency` is a code in the oldest one."""

    price: str
    fees: str
    currency_column: str
    currency: str = ""


def sniff(source: SourceFile) -> float:
    """Claim by the four names every layout has, and the price column beside them."""
    if source.kind is not FileKind.TEXT or header_score(source.head, REQUIRED) < 1.0:
        return 0.0
    return 0.98 if "price at transaction" in normalise_header(source.head) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read fills and every other transaction; Coinbase writes UTC."""
    table = open_table(source.text, REQUIRED, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    columns = find_columns(table)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_row(builder, row, columns))
    return builder.build(rows=len(table.rows))


def find_columns(table: Table) -> Columns:
    """Return the layout's names: today's, those of 2022 ("Spot Price …"), or "EUR Spot Price …"."""
    price = _ending(table.header, "price at transaction")
    fees = _ending(table.header, "fees and/or spread") or _ending(table.header, "fees")
    if table.missing(["Price Currency"]) and table.missing(["Spot Price Currency"]):
        return Columns(price, fees, "", price.split(" ", 1)[0].upper())
    return Columns(price, fees, "Spot Price Currency" if table.missing(["Price Currency"]) else "Price Currency")


def _ending(header: Sequence[str], end: str) -> str:
    return next(
        (name for name in header if normalise_header(name).endswith(end) and not name.casefold().startswith("total")),
        "",
    )


def _read_row(builder: StatementBuilder, row: Row, columns: Columns) -> None:
    side = _SIDES.get(row.required("Transaction Type").casefold())
    if side is None:
        _read_other(builder, row)
    else:
        _read_fill(builder, row, columns, side)


def _read_fill(builder: StatementBuilder, row: Row, columns: Columns, side: Side) -> None:
    currency = columns.currency or row.required(columns.currency_column).upper()
    quantity = row.decimal("Quantity Transacted")
    if side is Side.BUY and quantity < 0:
        raise CellError("Quantity Transacted", str(quantity), "A purchase has a negative quantity.")
    builder.execution(
        line=row.line,
        instrument=spot(row.required("Asset"), currency),
        side=side,
        quantity=abs(quantity),
        price=row.decimal(columns.price, signed=False),
        fees=row.decimal(columns.fees, default=Decimal(0)),
        executed_at=builder.instant(_moment(row), raw=row.text("Timestamp")),
        identity=row.text("ID"),
        fingerprint=row.raw(*_FINGERPRINT, columns.price),
    )


def _read_other(builder: StatementBuilder, row: Row) -> None:
    label = row.required("Transaction Type")
    asset = row.required("Asset")
    quantity = row.decimal("Quantity Transacted")
    builder.other(
        row.line,
        other_kind(label),
        label,
        occurred_at=builder.instant(_moment(row), raw=row.text("Timestamp")),
        symbol="" if asset in FIAT else asset,
        amount=quantity,
        currency=asset,
        quantity=quantity,
        description=row.text("Notes"),
        identity=row.text("ID"),
    )


def _moment(row: Row) -> datetime:
    return row.moment("Timestamp", formats=TIME_FORMATS)


def other_kind(label: str) -> OtherKind:
    """Return what a transaction type means to us; an unheard-of one is an adjustment of the balance."""
    folded = label.casefold()
    if folded in _KINDS:
        return _KINDS[folded]
    return next((kind for word, kind in _KIND_WORDS if word in folded), OtherKind.ADJUSTMENT)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Coinbase transactions",
    broker="Coinbase",
    timezone="UTC",
    sniff=sniff,
    parse=parse,
)
