"""NinjaTrader's trade performance grid: round trips, in the language settings of the computer it ran on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.moments import decide_day_first, read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, Table, read_records, read_table, sniff_delimiter
from data.brokers.round_trips import Proof, RoundTrip, add_round_trip, check_proof, group_proofs, prove_future
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.instruments import Instrument
from domain.statements import Statement

SLUG = "ninjatrader"
TIMEZONE = "America/New_York"
ZERO = Decimal(0)
COLUMNS = ("Instrument", "Account", "Market pos.", "Entry price", "Exit price", "Entry time", "Exit time", "Profit",
           "Commission")  # fmt: skip
QUANTITY = ("Qty", "Quantity")
IDENTIFYING = ("Account", "Instrument", "Market pos.", "Entry price", "Exit price", "Entry time", "Exit time")
SIDES = {"long": Side.BUY, "short": Side.SELL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one file writes: day or month first, decimal comma or point, and its columns of costs."""

    day_first: bool
    decimal_comma: bool
    costs: tuple[str, ...]

    def number(self, row: Row, *columns: str) -> Decimal:
        """Return the number in a cell."""
        return row.decimal(*columns, decimal_comma=self.decimal_comma)

    def cost(self, row: Row) -> Decimal:
        """Return the sum of all columns of costs."""
        columns = (name for name in self.costs if row.text(name))
        return sum((abs(self.number(row, name)) for name in columns), ZERO)

    def moment(self, row: Row, column: str) -> datetime:
        """Return the naive time in a cell."""
        return read_moment(row.required(column), column=column, day_first=self.day_first)

    def proof(self, row: Row) -> Proof:
        """Return what a row says of its contract; the profit is gross in some versions, net of costs in others."""
        gain = self.number(row, "Exit price") - self.number(row, "Entry price")
        profit = self.number(row, "Profit")
        points = _side(row) * gain * self.number(row, *QUANTITY)
        return Proof(points=points, profits=(profit, profit + self.cost(row)))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one file."""

    builder: StatementBuilder
    style: Style
    instruments: Mapping[str, Instrument]

    def read(self, row: Row) -> None:
        """Turn one row into a round trip."""
        symbol, style = row.required("Instrument"), self.style
        instrument = self.instruments[symbol]
        check_proof(style.proof(row), instrument, column="Profit", text=row.text("Profit"))
        quantity = row.text(*QUANTITY)
        add_round_trip(
            self.builder,
            RoundTrip(
                line=row.line,
                instrument=instrument,
                side=_side(row),
                quantity=style.number(row, *QUANTITY),
                entry_price=style.number(row, "Entry price"),
                exit_price=style.number(row, "Exit price"),
                opened=self._instant(row, "Entry time"),
                closed=self._instant(row, "Exit time"),
                profit=style.number(row, "Profit"),
                currency=instrument.currency,
                fees=style.cost(row),
                # Trade numbers start anew with every report.
                fingerprint=(quantity, *row.raw(*IDENTIFYING)),
                description=row.text("Strategy"),
            ),
        )

    def _instant(self, row: Row, column: str) -> datetime:
        return self.builder.instant(self.style.moment(row, column), raw=row.text(column), column=column)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the trades.

    Raises:
        ImportFileError: If no date tells whether days or months come first.
    """
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    delimiter = sniff_delimiter(source.text)
    table = read_table(read_records(source.text, delimiter=delimiter, name=source.name), COLUMNS, name=source.name)
    style = _style(table, options, delimiter, source.name)
    rows = oldest_first(table.rows, lambda row: style.moment(row, "Entry time"))
    proofs, currency = group_proofs(_proofs(rows, style)), options.currency or FORMAT.currency
    symbols = {row.text("Instrument") for row in rows}
    instruments = {symbol: prove_future(symbol, currency, proofs.get(symbol, ())) for symbol in symbols}
    builder.account_hint = next((row.text("Account") for row in rows if row.text("Account")), "")
    builder.each(rows, Reader(builder, style, instruments).read)
    builder.notes.append(f"Times are the computer's, without a zone; they are read as {builder.timezone}.")
    return builder.build(rows=len(rows))


def _style(table: Table, options: ParseOptions, delimiter: str, name: str) -> Style:
    times = [row.text(column) for row in table.rows for column in ("Entry time", "Exit time")]
    numbers = (row.text(column) for row in table.rows for column in ("Entry price", "Exit price", "Profit"))
    return Style(
        day_first=_is_day_first(times, options.day_first, name),
        decimal_comma=bool(decide_decimal_comma(numbers, delimiter)),
        costs=("Commission", *(column for column in table.columns if column.endswith((" fee", " fees")))),
    )


def _is_day_first(times: Sequence[str], chosen: bool | None, name: str) -> bool:
    if chosen is not None:
        return chosen
    # The twelve-hour clock comes with the American order.
    return not any(text.endswith(("AM", "PM")) for text in times) and decide_day_first(times, name=name)


def _proofs(rows: Sequence[Row], style: Style) -> list[tuple[str, Proof]]:
    found = []
    for row in rows:
        try:
            found.append((row.text("Instrument"), style.proof(row)))
        except CellError:
            continue  # the row is reported when it is read
    return found


def _side(row: Row) -> Side:
    word = row.required("Market pos.")
    side = SIDES.get(word.casefold())
    if side is None:
        raise CellError("Market pos.", word, f"{word[:40]!r} is not a side.", "Expected Long or Short.")
    return side


FORMAT = BrokerFormat(
    slug=SLUG,
    title="NinjaTrader trade performance",
    broker="NinjaTrader",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)
