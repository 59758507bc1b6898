"""Revolut, statement of the stocks account: amounts with their currency's sign, times in UTC.

The quantity of a split is what it added; the ratio follows when the file also holds the purchases before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import check_total, read_amount, read_mixed
from data.brokers.builder import StatementBuilder
from data.brokers.claims import claim_header
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "revolut-stocks"
COLUMNS = ("Date", "Ticker", "Type", "Quantity", "Price per share", "Total Amount", "Currency", Spare("FX Rate"))
_TRADE = re.compile(r"(?P<side>BUY|SELL)(?: - .+)?", re.IGNORECASE)
_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
# The first phrase that occurs in the type decides.
_KINDS = (
    ("SPLIT", OtherKind.SPLIT),
    ("DIVIDEND TAX", OtherKind.TAX),
    ("DIVIDEND", OtherKind.DIVIDEND),
    ("TOP-UP", OtherKind.DEPOSIT),
    ("WITHDRAWAL", OtherKind.WITHDRAWAL),
    ("FEE", OtherKind.FEE),
    ("TRANSFER", OtherKind.TRANSFER),
    ("INTEREST", OtherKind.INTEREST),
    ("REWARD", OtherKind.REWARD),
    ("MERGER", OtherKind.CORPORATE_ACTION),
    ("SPINOFF", OtherKind.CORPORATE_ACTION),
    ("TICKER", OtherKind.CORPORATE_ACTION),
    ("CLOSURE", OtherKind.CORPORATE_ACTION),
)
LARGEST_TERM = 50
CLOSE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows in order and remembers what they leave open."""

    builder: StatementBuilder
    held: dict[str, Decimal] = field(default_factory=dict)

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        match = _TRADE.fullmatch(row.required("Type"))
        if match:
            self._read_trade(row, _SIDES[match["side"].upper()])
        else:
            self._keep_other(row)

    def _read_trade(self, row: Row, side: Side) -> None:
        ticker = row.required("Ticker")
        quantity = read_mixed(row.required("Quantity"), column="Quantity")
        price, sign = read_amount(row.required("Price per share"), column="Price per share")
        total = read_amount(row.text("Total Amount") or "0", column="Total Amount")[0]
        check_total(quantity, price, total, column="Quantity", text=row.text("Quantity"))
        self.builder.execution(
            line=row.line,
            instrument=Instrument(
                symbol=ticker, asset_class=AssetClass.STOCK, currency=row.text("Currency").upper() or sign
            ),
            side=side,
            quantity=quantity,
            price=price,
            executed_at=_instant(self.builder, row),
            fingerprint=row.raw("Date", "Ticker", "Type", "Quantity", "Price per share", "Total Amount"),
        )
        self.held[ticker] = self.held.get(ticker, Decimal(0)) + side * quantity

    def _keep_other(self, row: Row) -> None:
        label, ticker = row.required("Type"), row.text("Ticker")
        kind = next((kind for phrase, kind in _KINDS if phrase in label.upper()), OtherKind.ADJUSTMENT)
        quantity = read_mixed(row.text("Quantity"), column="Quantity") if row.text("Quantity") else None
        amount, sign = None, ""
        if row.text("Total Amount"):
            amount, sign = read_amount(row.text("Total Amount"), column="Total Amount")
        ratio = split_ratio(self.held.get(ticker, Decimal(0)), quantity) if kind is OtherKind.SPLIT else None
        self.builder.other(
            row.line,
            kind,
            label,
            occurred_at=_instant(self.builder, row),
            symbol=ticker,
            # Shares that move or split print an amount of nothing.
            amount=None if ticker and not amount else amount,
            currency=row.text("Currency").upper() or sign,
            quantity=quantity,
            ratio=ratio,
        )
        if kind is OtherKind.SPLIT and quantity:
            self.held[ticker] = self.held.get(ticker, Decimal(0)) + quantity


def split_ratio(held: Decimal, added: Decimal | None) -> tuple[Decimal, Decimal] | None:
    """Return (new, old) of a split that added shares to those held; None when they make no plausible ratio."""
    if held <= 0 or not added or held + added <= 0:
        return None
    ratio = (held + added) / held
    near = Fraction(ratio).limit_denominator(LARGEST_TERM)
    exact = Decimal(near.numerator) / near.denominator if near.numerator else Decimal(0)
    if near == 1 or abs(exact - ratio) > CLOSE * ratio:
        return None
    return Decimal(near.numerator), Decimal(near.denominator)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the statement."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), Reader(builder).read)
    return builder.build(rows=len(table.rows))


def _instant(builder: StatementBuilder, row: Row) -> datetime:
    return builder.instant(_moment(row), raw=row.text("Date"))


def _moment(row: Row) -> datetime:
    return row.moment("Date", formats=("ISO",))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Revolut stocks",
    broker="Revolut",
    timezone="UTC",
    sniff=claim_header(0.98, COLUMNS),
    parse=parse,
)
