"""Parqet, activities export: securities by ISIN; tax and fee are the cost of a trade, a negative tax came back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import read_decimal
from data.brokers.claims import claim_header
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "parqet-activities"
COLUMNS = (
    "datetime",
    "price",
    "shares",
    "amount",
    "tax",
    "fee",
    "type",
    Spare("assettype"),
    "identifier",
    "currency",
)
_NUMBERS = ("price", "shares", "amount", "tax", "fee")
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}
_KINDS = {
    "dividend": OtherKind.DIVIDEND,
    "interest": OtherKind.INTEREST,
    "deposit": OtherKind.DEPOSIT,
    "transferin": OtherKind.TRANSFER,
    "transferout": OtherKind.TRANSFER,
    "withdrawal": OtherKind.WITHDRAWAL,
    "cost": OtherKind.FEE,
    "fee": OtherKind.FEE,
    "fees": OtherKind.FEE,
    "tax": OtherKind.TAX,
    "taxes": OtherKind.TAX,
}
_OUTGOING = (OtherKind.WITHDRAWAL, OtherKind.FEE, OtherKind.TAX)
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one file, whose numbers share one decimal mark."""

    builder: StatementBuilder
    decimal_comma: bool

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        side = _SIDES.get(row.required("type").casefold())
        if side is None:
            self._keep_other(row)
        else:
            self._read_trade(row, side)

    def _number(self, row: Row, column: str) -> Decimal:
        text = row.text(column)
        return read_decimal(text, column=column, decimal_comma=self.decimal_comma) if text else Decimal(0)

    def _read_trade(self, row: Row, side: Side) -> None:
        row.required("price")
        self.builder.execution(
            line=row.line,
            instrument=_instrument(row),
            side=side,
            quantity=abs(self._number(row, "shares")),
            price=self._number(row, "price"),
            fees=self._number(row, "tax") + self._number(row, "fee"),
            executed_at=self._instant(row),
            fingerprint=row.raw("datetime", "identifier", "type", "shares", "price", "amount"),
        )

    def _keep_other(self, row: Row) -> None:
        label = row.required("type")
        kind = _KINDS.get(label.casefold(), OtherKind.ADJUSTMENT)
        tax, fee = self._number(row, "tax"), self._number(row, "fee")
        gross = self._number(row, "amount")
        amount = -abs(gross) if kind in _OUTGOING else gross - tax - fee
        shares = self._number(row, "shares")
        self.builder.other(
            row.line,
            kind,
            label,
            occurred_at=self._instant(row),
            symbol=row.text("identifier"),
            # A transfer of shares prints their worth, but no money moves.
            amount=None if kind is OtherKind.TRANSFER and shares else amount,
            currency=row.required("currency"),
            quantity=shares or None,
            description=row.text("holdingname") + (f", tax {tax:f}" if tax else ""),
        )

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(_moment(row), raw=row.text("datetime"), column="datetime")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the activities; the date and time are UTC, the separate columns beside them local."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), Reader(builder, _has_decimal_comma(table.rows)).read)
    return builder.build(rows=len(table.rows))


def _has_decimal_comma(rows: Iterable[Row]) -> bool:
    return bool(decide_decimal_comma({row.text(name) for row in rows for name in _NUMBERS}, ";"))


def _instrument(row: Row) -> Instrument:
    identifier = row.required("identifier")
    is_coin = row.text("assettype").casefold().startswith("crypto")
    return Instrument(
        symbol=identifier,
        asset_class=AssetClass.CRYPTO if is_coin else AssetClass.STOCK,
        currency=row.required("currency").upper(),
        isin=identifier if _ISIN.fullmatch(identifier) else "",
        name=row.text("holdingname"),
    )


def _moment(row: Row) -> datetime:
    return row.moment("datetime", formats=("ISO",))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Parqet activities",
    broker="Parqet",
    timezone="UTC",
    sniff=claim_header(0.98, COLUMNS),
    parse=parse,
    currency="EUR",
)
