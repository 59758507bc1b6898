"""thinkorswim's former website (TD Ameritrade) transactions CSV; dates without a time of day."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.option_symbols import parse_option
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, find_delimiter, open_table
from data.brokers.source import FileKind, SourceFile
from domain.charge_kinds import ChargeKind
from domain.executions import ExecutionKind, Side
from domain.instruments import ONE, OPTION_MULTIPLIER, AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "thinkorswim-web"
TIMEZONE = "America/New_York"
COLUMNS = ("DATE", "TRANSACTION ID", "DESCRIPTION", "QUANTITY", "SYMBOL", "PRICE", "COMMISSION", "AMOUNT", "REG FEE")
CHARGES = {
    "COMMISSION": ChargeKind.COMMISSION,
    "REG FEE": ChargeKind.REGULATORY,
    "SHORT-TERM RDM FEE": ChargeKind.OTHER,
    "FUND REDEMPTION FEE": ChargeKind.OTHER,
    "DEFERRED SALES CHARGE": ChargeKind.OTHER,
}
OTHER = "other"
_TRADE = re.compile(r"(Bought|Sold) [\d,.]+ .+ @ -?[\d,.]+", re.IGNORECASE)
_ENDS = {
    "REMOVAL OF OPTION DUE TO EXPIRATION": ExecutionKind.EXPIRY,
    "REMOVAL OF OPTION DUE TO ASSIGNMENT": ExecutionKind.ASSIGNMENT,
    "REMOVAL OF OPTION DUE TO EXERCISE": ExecutionKind.EXERCISE,
}
_KINDS = (
    (("OPTION DUE", "EXPIRATION", "ASSIGNMENT", "EXERCISE"), OtherKind.OPTION_EVENT),
    (("DIVIDEND", "CAPITAL GAIN"), OtherKind.DIVIDEND),
    (("FEE",), OtherKind.FEE),
    (("TAX", "WITHHOLDING"), OtherKind.TAX),
    (("INTEREST",), OtherKind.INTEREST),
    (("SPLIT",), OtherKind.SPLIT),
    (("MERGER", "SPIN", "MANDATORY", "NAME CHANGE"), OtherKind.CORPORATE_ACTION),
    (("TRANSFER", "JOURNAL"), OtherKind.TRANSFER),
)


def sniff(source: SourceFile) -> float:
    """Return 1 when a line holds all of the website's headers."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 1.0 if find_delimiter(source.head, COLUMNS) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the transactions, oldest first."""
    delimiter = find_delimiter(source.head, COLUMNS[:8]) or ","
    table = open_table(source.text, COLUMNS[:8], delimiter=delimiter, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    reader = _Reader(builder=builder, currency=options.currency or FORMAT.currency)
    builder.each(oldest_first(table.rows, _moment), reader.read)
    return builder.build(rows=len(table.rows))


@dataclass(slots=True)
class _Reader:
    """Reads one transaction; keeps the position of every symbol, to know what an expiry closes."""

    builder: StatementBuilder
    currency: str
    net: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def read(self, row: Row) -> None:
        if row.text("DATE").startswith("***"):
            self.builder.other(row.line, OtherKind.SUMMARY, "footer", description=row.text("DATE"))
        elif _TRADE.fullmatch(row.text("DESCRIPTION")):
            self._add_execution(row)
        else:
            self._keep(row)
            self._end_option(row)

    def _add_execution(self, row: Row) -> None:
        bought = row.text("DESCRIPTION").lower().startswith("bought")
        instrument, quantity = self._instrument(row), abs(row.decimal("QUANTITY"))
        self.net[instrument.symbol] += quantity if bought else -quantity
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=Side.BUY if bought else Side.SELL,
            quantity=quantity,
            price=row.decimal("PRICE", signed=False),
            charges=[(kind, row.decimal(name, default=Decimal(0))) for name, kind in CHARGES.items() if row.has(name)],
            executed_at=self._instant(row),
            identity=_identity(row),
            fingerprint=row.raw(*COLUMNS),
        )

    def _end_option(self, row: Row) -> None:
        # The quantity carries no sign here: without a position in the file the direction is not known.
        kind = next((kind for word, kind in _ENDS.items() if word in row.text("DESCRIPTION").upper()), None)
        net = self.net[row.text("SYMBOL")]
        if kind is None or not net:
            return
        self.net[row.text("SYMBOL")] = Decimal(0)
        self.builder.execution(
            line=row.line, instrument=self._instrument(row), side=Side.SELL if net > 0 else Side.BUY,
            quantity=min(abs(net), abs(row.decimal("QUANTITY"))), price=Decimal(0), executed_at=self._instant(row),
            kind=kind, fingerprint=row.raw(*COLUMNS),
        )  # fmt: skip

    def _keep(self, row: Row) -> None:
        amount = row.decimal("AMOUNT", default=Decimal(0)) if row.text("AMOUNT") else None
        self.builder.other(
            row.line,
            _kind(row.text("DESCRIPTION").upper(), amount),
            OTHER,
            occurred_at=self._instant(row),
            symbol=row.text("SYMBOL"),
            amount=amount,
            currency=self.currency,
            quantity=row.decimal("QUANTITY") if row.text("QUANTITY") else None,
            description=row.text("DESCRIPTION"),
            identity=_identity(row),
        )

    def _instrument(self, row: Row) -> Instrument:
        symbol = row.required("SYMBOL")
        terms = parse_option(symbol)
        return Instrument(
            symbol=symbol,
            asset_class=AssetClass.OPTION if terms else AssetClass.STOCK,
            currency=self.currency,
            multiplier=OPTION_MULTIPLIER if terms else ONE,
            option=terms,
        )

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(_moment(row), raw=row.text("DATE"), column="DATE")


def _moment(row: Row) -> datetime:
    return row.moment("DATE", formats=("%m/%d/%Y",))


def _identity(row: Row) -> str:
    """Return the transaction's id; one that was masked by hand ("35XXXX") identifies nothing."""
    text = row.text("TRANSACTION ID")
    return text if text.isdigit() else ""


def _kind(description: str, amount: Decimal | None) -> OtherKind:
    for words, kind in _KINDS:
        if any(word in description for word in words):
            return kind
    if "FUNDING" in description or "DEPOSIT" in description or "DISBURSEMENT" in description or "WIRE" in description:
        return OtherKind.WITHDRAWAL if amount is not None and amount < 0 else OtherKind.DEPOSIT
    return OtherKind.ADJUSTMENT


FORMAT = BrokerFormat(
    slug=SLUG,
    title="thinkorswim / TD Ameritrade website transactions",
    broker="TD Ameritrade",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
