"""Binance, transaction history: the ledger of every coin's balance.

One trade is several of its rows, joined by nothing but the second and often summed over fills. No
fill is made up from them; every row is kept as a movement of its coin, and the trades come
from the trade history export.
"""

from __future__ import annotations

import re
from datetime import datetime

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import FIAT
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from domain.statements import OtherKind, Statement

SLUG = "binance-ledger"
REQUIRED = ("UTC_Time", "Account", "Operation", "Coin", "Change")
NOTE = "The transaction history holds balance changes, not fills: import the trade history as well to see trades."
# Some of its exports leave blanks behind the closing quote of the last cell.
_LATE_BLANKS = re.compile(r'"[ \t]+(?=\r?\n|$)')
_TIMES = ("ISO", "%y-%m-%d %H:%M:%S")
# The first phrase that occurs in the operation decides; the order matters.
_KINDS = (
    ("transfer", OtherKind.TRANSFER),
    ("redemption", OtherKind.TRANSFER),
    ("subscription", OtherKind.TRANSFER),
    ("savings purchase", OtherKind.TRANSFER),
    ("staking purchase", OtherKind.TRANSFER),
    ("p2p", OtherKind.TRANSFER),
    ("interest", OtherKind.INTEREST),
    ("funding fee", OtherKind.FUNDING),
    ("commission", OtherKind.REWARD),
    ("kickback", OtherKind.REWARD),
    ("reward", OtherKind.REWARD),
    ("cashback", OtherKind.REWARD),
    ("airdrop", OtherKind.REWARD),
    ("token swap", OtherKind.CORPORATE_ACTION),
    ("distribution", OtherKind.REWARD),
    ("fee", OtherKind.FEE),
    ("deposit", OtherKind.DEPOSIT),
    ("withdraw", OtherKind.WITHDRAWAL),
    ("send", OtherKind.WITHDRAWAL),
    ("receive", OtherKind.DEPOSIT),
    ("merchant", OtherKind.WITHDRAWAL),
    ("small assets exchange", OtherKind.CONVERSION),
    ("convert", OtherKind.CONVERSION),
    ("transaction", OtherKind.CONVERSION),
    ("buy", OtherKind.CONVERSION),
    ("sell", OtherKind.CONVERSION),
)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read every balance change; Binance writes UTC."""
    table = open_table(_LATE_BLANKS.sub('"', source.text), REQUIRED, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_change(builder, row))
    builder.notes.append(NOTE)
    return builder.build(rows=len(table.rows))


def _read_change(builder: StatementBuilder, row: Row) -> None:
    operation = row.required("Operation")
    coin = row.required("Coin")
    change = row.decimal("Change")
    remark = row.text("Remark").strip('"')
    builder.other(
        row.line,
        other_kind(operation),
        operation,
        occurred_at=builder.instant(_moment(row), raw=row.text("UTC_Time")),
        symbol="" if coin in FIAT else coin,
        amount=change,
        currency=coin,
        quantity=change,
        description=" · ".join(text for text in (row.text("Account"), remark) if text),
    )


def _moment(row: Row) -> datetime:
    return row.moment("UTC_Time", formats=_TIMES)


def other_kind(operation: str) -> OtherKind:
    """Return what an operation means to us; an unheard-of one is an adjustment of the balance."""
    folded = operation.casefold()
    return next((kind for phrase, kind in _KINDS if phrase in folded), OtherKind.ADJUSTMENT)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Binance transaction history",
    broker="Binance",
    timezone="UTC",
    sniff=claim_header(1.0, REQUIRED),
    parse=parse,
    currency="USDT",
)
