"""Charles Schwab realised gain/loss (lot details) CSV: every row is a closed lot, a round trip of two dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import EMPTY_MARKS, CellError
from data.brokers.option_symbols import parse_option
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, find_delimiter, open_table
from data.brokers.source import FileKind, SourceFile
from domain.executions import ExecutionKind, Side
from domain.instruments import ONE, OPTION_MULTIPLIER, AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "schwab-realized"
TIMEZONE = "America/New_York"
COLUMNS = ("Symbol", "Quantity", "Cost Per Share", "Proceeds Per Share", "Opened Date", "Closed Date")
GAIN = ("Gain/Loss ($)", "Gain/Loss")
COST = ("Cost Basis (CB)", "Cost Basis")
DATES = ("%m/%d/%Y", "%m/%d/%y")
CENT = Decimal("0.01")


def sniff(source: SourceFile) -> float:
    """Return 1 when a line holds all headers of the lot details."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 1.0 if find_delimiter(source.head, (*COLUMNS, GAIN[0])) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the closed lots, each as one other row and two paired executions."""
    table = open_table(source.text, COLUMNS, delimiter=find_delimiter(source.head, COLUMNS), name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    reader = _Reader(builder=builder, currency=options.currency or FORMAT.currency)
    builder.each(oldest_first(table.rows, lambda row: row.moment("Closed Date", formats=DATES)), reader.read)
    return builder.build(rows=len(table.rows))


@dataclass(slots=True)
class _Reader:
    """Reads one closed lot."""

    builder: StatementBuilder
    currency: str

    def read(self, row: Row) -> None:
        if row.text("Symbol").lower().startswith("total"):
            self.builder.other(row.line, OtherKind.SUMMARY, "footer", description=row.joined())
            return
        instrument, quantity = self._instrument(row), row.decimal("Quantity", signed=False)
        prices = _prices(row, instrument, quantity)
        opened, closed = self._instant(row, "Opened Date"), self._instant(row, "Closed Date")
        self.builder.other(
            row.line, OtherKind.ROUND_TRIP, "round trip", occurred_at=closed, symbol=instrument.symbol,
            amount=_optional(row, *GAIN), currency=self.currency, quantity=quantity, description=row.text("Term"),
        )  # fmt: skip
        for side, price, moment in zip((Side.BUY, Side.SELL), prices, (opened, closed), strict=True):
            self.builder.execution(
                line=row.line, instrument=instrument, side=side, quantity=quantity, price=price, executed_at=moment,
                kind=ExecutionKind.PAIRED, fingerprint=(*row.raw(*COLUMNS), side.word),
            )  # fmt: skip

    def _instrument(self, row: Row) -> Instrument:
        symbol = row.required("Symbol")
        terms = parse_option(symbol)
        return Instrument(
            symbol=symbol,
            asset_class=AssetClass.OPTION if terms else AssetClass.STOCK,
            currency=self.currency,
            multiplier=OPTION_MULTIPLIER if terms else ONE,
            name=row.text("Name"),
            option=terms,
        )

    def _instant(self, row: Row, column: str) -> datetime:
        return self.builder.instant(row.day(column, formats=DATES), raw=row.text(column), column=column)


def _prices(row: Row, instrument: Instrument, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """Return cost and proceeds a share, checked against the gain the broker printed.

    Raises:
        CellError: If they do not give that gain and no wash sale explains it.
    """
    size = instrument.multiplier or ONE
    cost, proceeds = (row.decimal(name, signed=False) for name in ("Cost Per Share", "Proceeds Per Share"))
    gain = _optional(row, *GAIN)
    is_wash = row.text("Wash Sale?").lower() in ("yes", "y", "w", "true")
    if gain is None or is_wash:
        return cost, proceeds
    if abs((proceeds - cost) * quantity * size - gain) > CENT * quantity * size + CENT:
        reason = f"{proceeds} less {cost} a share for {quantity} does not give {row.text(*GAIN)}."
        raise CellError(GAIN[0], row.text(*GAIN), reason, "Check the row; the contract size may be unusual.")
    return cost, proceeds


def _optional(row: Row, *names: str) -> Decimal | None:
    text = row.text(*names)
    return row.decimal(*names) if text and text not in EMPTY_MARKS else None


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Charles Schwab realised gain/loss",
    broker="Charles Schwab",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
