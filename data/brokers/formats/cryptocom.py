"""Crypto.com App, transactions: what was given, what was received, and the value in the customer's currency.

An exchange of two coins is one row; it becomes a sale and a purchase at the value the row prints. Purchases and sales
for money have the price that was paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import unit_price
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import FIAT, spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from domain.executions import ExecutionKind, Side
from domain.statements import OtherKind, Statement

SLUG = "cryptocom-app"
TIME = "Timestamp (UTC)"
COLUMNS = (
    TIME, "Transaction Description", "Currency", "Amount", "To Currency", "To Amount", "Native Currency",
    "Native Amount", "Transaction Kind",
)  # fmt: skip
_IDENTIFYING = (TIME, "Transaction Description", "Currency", "Amount", "To Currency", "To Amount", "Transaction Kind")
_PURCHASES = frozenset({"crypto_purchase", "crypto_gift_card_purchase"})
# The first phrase that occurs in the kind decides; the order matters.
_KINDS = (
    ("reward", OtherKind.REWARD),
    ("interest", OtherKind.REWARD),
    ("cashback", OtherKind.REWARD),
    ("rebate", OtherKind.REWARD),
    ("gift", OtherKind.REWARD),
    ("bonus", OtherKind.REWARD),
    ("airdrop", OtherKind.REWARD),
    ("lock", OtherKind.TRANSFER),
    ("earn_program", OtherKind.TRANSFER),
    ("supercharger", OtherKind.TRANSFER),
    ("transfer", OtherKind.TRANSFER),
    ("swap", OtherKind.CONVERSION),
    ("conversion", OtherKind.CONVERSION),
    ("exchange", OtherKind.CONVERSION),
    ("top_up", OtherKind.WITHDRAWAL),
    ("payment_refund", OtherKind.DEPOSIT),
    ("payment", OtherKind.WITHDRAWAL),
    ("withdrawal", OtherKind.WITHDRAWAL),
    ("deposit", OtherKind.DEPOSIT),
    ("fee", OtherKind.FEE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One side of an exchange: a coin and its units, both positive, and the money it was worth."""

    side: Side
    coin: str
    quantity: Decimal
    money: Decimal
    currency: str


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read exchanges and every other transaction; the app writes UTC."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_row(builder, row))
    return builder.build(rows=len(table.rows))


def _read_row(builder: StatementBuilder, row: Row) -> None:
    legs = find_legs(row)
    for leg in legs:
        _add_fill(builder, row, leg, is_paired=len(legs) == 2)
    if len(legs) != 1:
        _keep_other(builder, row, is_exchange=bool(legs))


def find_legs(row: Row) -> Sequence[Leg]:
    """Return the purchases and sales of a row: two of an exchange of coins, one of coins for money, else none."""
    if row.text("To Currency") and row.text("To Amount"):
        return _exchange(row)
    if row.text("Transaction Kind") in _PURCHASES and row.text("Currency") not in FIAT:
        bought = row.decimal("Amount", signed=False)
        money = abs(row.decimal("Native Amount"))
        return [_leg(Side.BUY, row.required("Currency"), bought, money, row.required("Native Currency"))]
    return []


def _exchange(row: Row) -> Sequence[Leg]:
    given, received = row.required("Currency"), row.required("To Currency")
    out, into = abs(row.decimal("Amount")), row.decimal("To Amount", signed=False)
    if given in FIAT and received in FIAT:
        return []
    if given in FIAT:
        return [_leg(Side.BUY, received, into, out, given)]
    if received in FIAT:
        return [_leg(Side.SELL, given, out, into, received)]
    money, currency = abs(row.decimal("Native Amount")), row.required("Native Currency")
    return [_leg(Side.SELL, given, out, money, currency), _leg(Side.BUY, received, into, money, currency)]


def _leg(side: Side, coin: str, quantity: Decimal, money: Decimal, currency: str) -> Leg:
    if not quantity:
        raise CellError("Amount", "0", "The quantity is zero.")
    return Leg(side=side, coin=coin, quantity=quantity, money=money, currency=currency.upper())


def _add_fill(builder: StatementBuilder, row: Row, leg: Leg, *, is_paired: bool) -> None:
    builder.execution(
        line=row.line,
        instrument=spot(leg.coin, leg.currency),
        side=leg.side,
        quantity=leg.quantity,
        price=unit_price(leg.money, leg.quantity),
        executed_at=_instant(builder, row),
        kind=ExecutionKind.PAIRED if is_paired else ExecutionKind.TRADE,
        fingerprint=(*row.raw(*_IDENTIFYING), leg.side.word),
    )


def _keep_other(builder: StatementBuilder, row: Row, *, is_exchange: bool) -> None:
    label, coin = row.required("Transaction Kind"), row.required("Currency")
    amount = row.decimal("Amount")
    builder.other(
        row.line,
        OtherKind.CONVERSION if is_exchange else other_kind(label),
        label,
        occurred_at=_instant(builder, row),
        symbol="" if coin in FIAT else coin,
        amount=amount,
        currency=coin,
        quantity=amount,
        description=row.text("Transaction Description"),
        reason="Kept as the sale and the purchase it is." if is_exchange else "",
        identity=row.text("Transaction Hash"),
    )


def other_kind(label: str) -> OtherKind:
    """Return what a transaction kind means to us; an unheard-of one is an adjustment of the balance."""
    folded = label.casefold()
    return next((kind for phrase, kind in _KINDS if phrase in folded), OtherKind.ADJUSTMENT)


def _instant(builder: StatementBuilder, row: Row) -> datetime:
    return builder.instant(_moment(row), raw=row.text(TIME), column=TIME)


def _moment(row: Row) -> datetime:
    return row.moment(TIME, formats=("ISO",))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Crypto.com App transactions",
    broker="Crypto.com",
    timezone="UTC",
    sniff=claim_header(1.0, COLUMNS),
    parse=parse,
    currency="EUR",
)
