"""Freetrade, activity feed: prices in the instrument's currency, stamp duty and conversion fee in the account's."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import RATE_STEP
from data.brokers.builder import StatementBuilder
from data.brokers.cells import round_to
from data.brokers.claims import claim_header
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from data.brokers.words import read_side
from domain.charge_kinds import ChargeKind
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "freetrade-activity"
COLUMNS = (
    "Title", "Type", "Timestamp", "Account Currency", "Total Amount", "Buy / Sell", "Ticker", "ISIN", "Stamp Duty",
    "Quantity", "Order ID", "Instrument Currency", "Price per Share", "FX Fee Amount",
)  # fmt: skip
CHARGES = {"Stamp Duty": ChargeKind.TAX, "FX Fee Amount": ChargeKind.CONVERSION}
PENCE = Decimal(100)
# The first phrase that occurs in the type decides.
_KINDS = (
    ("STATEMENT", OtherKind.SKIPPED),
    ("CERTIFICATE", OtherKind.SKIPPED),
    ("DIVIDEND", OtherKind.DIVIDEND),
    ("PROPERTY", OtherKind.DIVIDEND),
    ("INTEREST", OtherKind.INTEREST),
    ("TOP_UP", OtherKind.DEPOSIT),
    ("WITHDRAWAL", OtherKind.WITHDRAWAL),
    ("SPLIT", OtherKind.SPLIT),
    ("TRANSFER", OtherKind.TRANSFER),
    ("FEE", OtherKind.FEE),
    ("SUBSCRIPTION", OtherKind.FEE),
    ("BONUS", OtherKind.REWARD),
    ("CASHBACK", OtherKind.REWARD),
    ("TAX", OtherKind.TAX),
)
_OUTGOING = (OtherKind.WITHDRAWAL, OtherKind.FEE, OtherKind.TAX)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the feed; Freetrade writes UTC."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_row(builder, row))
    return builder.build(rows=len(table.rows))


def _read_row(builder: StatementBuilder, row: Row) -> None:
    if row.text("Buy / Sell"):
        _read_trade(builder, row)
    else:
        _keep_other(builder, row)


def _read_trade(builder: StatementBuilder, row: Row) -> None:
    side = read_side(row.text("Buy / Sell"), column="Buy / Sell")
    currency, account = row.required("Instrument Currency"), row.required("Account Currency")
    is_pence = currency in ("GBX", "GBp")
    currency, divisor = ("GBP", PENCE) if is_pence else (currency.upper(), Decimal(1))
    charges = [(kind, row.decimal(name, default=Decimal(0))) for name, kind in CHARGES.items()]
    fees = sum((amount for _, amount in charges), Decimal(0))
    builder.execution(
        line=row.line,
        instrument=Instrument(
            symbol=row.required("Ticker"),
            asset_class=AssetClass.STOCK,
            currency=currency,
            isin=row.text("ISIN"),
            name=row.text("Title"),
        ),
        side=side,
        quantity=row.decimal("Quantity", signed=False),
        price=row.decimal("Price per Share", signed=False) / divisor,
        fees=fees,
        charges=charges,
        fee_currency=account,
        fee_rate=None if account == currency else _rate(row, side, fees, divisor),
        executed_at=_instant(builder, row),
        identity=row.text("Order ID"),
        fingerprint=row.raw("Timestamp", "Type", "Ticker", "Buy / Sell", "Quantity", "Price per Share"),
    )
    if account != currency and row.text("Total Amount"):
        builder.settle(account, side * (side * fees - abs(row.decimal("Total Amount"))))


def _rate(row: Row, side: Side, fees: Decimal, divisor: Decimal) -> Decimal | None:
    """Return the instrument's currency per account currency: the shares' worth in both, without the fees."""
    shares = row.decimal("Total Shares Amount", default=Decimal(0)) / divisor
    paid = row.decimal("Total Amount", default=Decimal(0)) - side * fees
    return round_to(shares / paid, RATE_STEP).normalize() + 0 if shares and paid > 0 else None


def _keep_other(builder: StatementBuilder, row: Row) -> None:
    label = row.required("Type")
    kind = next((kind for phrase, kind in _KINDS if phrase in label.upper()), OtherKind.ADJUSTMENT)
    amount = row.decimal("Total Amount") if row.text("Total Amount") else None
    if amount is not None and kind in _OUTGOING:
        amount = -abs(amount)
    builder.other(
        row.line,
        kind,
        label,
        occurred_at=_instant(builder, row),
        symbol=row.text("Ticker"),
        amount=amount,
        currency=row.text("Account Currency"),
        quantity=row.decimal("Quantity") if row.text("Quantity") else None,
        description=_describe(row),
        reason="A document; it moves nothing." if kind is OtherKind.SKIPPED else "",
        identity=row.text("Order ID"),
    )


def _describe(row: Row) -> str:
    tax = row.decimal("Dividend Withheld Tax Amount", default=Decimal(0))
    withheld = f", withheld tax {tax:f} {row.text('Instrument Currency')}" if tax else ""
    return row.text("Title") + withheld


def _instant(builder: StatementBuilder, row: Row) -> datetime:
    return builder.instant(_moment(row), raw=row.text("Timestamp"), column="Timestamp")


def _moment(row: Row) -> datetime:
    return row.moment("Timestamp", formats=("ISO",))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Freetrade activity",
    broker="Freetrade",
    timezone="UTC",
    sniff=claim_header(1.0, COLUMNS),
    parse=parse,
    currency="GBP",
)
