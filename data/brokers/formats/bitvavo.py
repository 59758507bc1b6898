"""Bitvavo, transaction history: every row names its own zone; amounts are signed, the price stands beside."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import FIAT, fee_rate, spot
from data.brokers.moments import read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.statements import OtherKind, Statement

SLUG = "bitvavo-history"
COLUMNS = ("Timezone", "Date", "Time", "Type", "Currency", "Amount", "Quote Currency", "Quote Price",
           "Status", "Transaction ID")  # fmt: skip
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}
_DONE = frozenset({"", "completed", "distributed"})
_KINDS = {
    "deposit": OtherKind.DEPOSIT,
    "withdrawal": OtherKind.WITHDRAWAL,
    "staking": OtherKind.REWARD,
    "fixed_staking": OtherKind.REWARD,
    "affiliate": OtherKind.REWARD,
    "rebate": OtherKind.REWARD,
    "campaign_new_user_incentive": OtherKind.REWARD,
    "loan": OtherKind.TRANSFER,
    "internal_transfer": OtherKind.TRANSFER,
    "external_transferred_funds": OtherKind.TRANSFER,
    "manually_assigned": OtherKind.ADJUSTMENT,
}


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read fills and movements; the zone of a row comes before the one chosen."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_row(builder, row))
    return builder.build(rows=len(table.rows))


def _read_row(builder: StatementBuilder, row: Row) -> None:
    side = _SIDES.get(row.required("Type").casefold())
    if row.text("Status").casefold() not in _DONE:
        builder.other(
            row.line,
            OtherKind.ORDER if side else OtherKind.SKIPPED,
            row.text("Status"),
            symbol=row.text("Currency"),
            reason=f"The {row.text('Type')} was not completed.",
            identity=row.text("Transaction ID"),
        )
    elif side:
        _read_fill(builder, row, side)
    else:
        _read_movement(builder, row)


def _read_fill(builder: StatementBuilder, row: Row, side: Side) -> None:
    coin, quote = row.required("Currency"), row.required("Quote Currency").upper()
    quantity, price = row.decimal("Amount"), row.decimal("Quote Price", signed=False)
    if (quantity > 0) is not (side is Side.BUY):
        raise CellError("Amount", row.text("Amount"), f"The sign contradicts the type {row.text('Type')!r}.")
    fee_coin = row.text("Fee currency").upper() or quote
    builder.execution(
        line=row.line,
        instrument=spot(coin, quote),
        side=side,
        quantity=abs(quantity),
        price=price,
        fees=row.decimal("Fee amount", default=Decimal(0)),
        fee_currency=fee_coin,
        fee_rate=fee_rate(fee_coin, base=coin.upper(), quote=quote, price=price),
        executed_at=_instant(builder, row),
        identity=row.required("Transaction ID"),
    )


def _read_movement(builder: StatementBuilder, row: Row) -> None:
    label, coin = row.required("Type"), row.required("Currency")
    amount = row.decimal("Amount")
    fee = row.decimal("Fee amount", default=Decimal(0))
    builder.other(
        row.line,
        _KINDS.get(label.casefold(), OtherKind.ADJUSTMENT),
        label,
        occurred_at=_instant(builder, row),
        symbol="" if coin in FIAT else coin,
        amount=amount,
        currency=coin,
        quantity=amount,
        description=f"fee {fee:f} {row.text('Fee currency')}".strip() if fee else "",
        identity=row.text("Transaction ID"),
    )


def _instant(builder: StatementBuilder, row: Row) -> datetime:
    raw = " ".join(row.raw("Date", "Time", "Timezone"))
    moment = _moment(row)
    zone = row.text("Timezone")
    if not zone:
        return builder.instant(moment, raw=raw)
    try:
        return builder.instant(moment.replace(tzinfo=ZoneInfo(zone)), raw=raw)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reason = f"{zone[:40]!r} is not a known time zone."
        raise CellError("Timezone", zone, reason, "Expected a name such as Europe/Amsterdam.") from None


def _moment(row: Row) -> datetime:
    return read_moment(f"{row.required('Date')} {row.required('Time')}", column="Date")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Bitvavo transaction history",
    broker="Bitvavo",
    timezone="Europe/Amsterdam",
    sniff=claim_header(0.98, COLUMNS),
    parse=parse,
    currency="EUR",
)
