"""Any table of whole trades: each row is a round trip and becomes two paired executions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import moments, words
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.generic_rows import RowReader
from data.brokers.generic_table import INSTRUMENT_FIELDS, Plan, make_instrument
from data.brokers.reader import Row
from data.brokers.round_trips import Proof, RoundTrip, add_round_trip, check_proof, group_proofs, prove_any
from domain.executions import Side
from domain.instruments import Instrument
from domain.statements import OtherKind

IDENTIFYING = (
    "symbol", "side", "quantity", "entry_at", "entry_date", "entry_time", "exit_at", "exit_date", "exit_time",
    "bought_at", "sold_at", "entry_price", "exit_price", "buy_price", "sell_price", "account",
)  # fmt: skip
_LETTERS = {"l": Side.BUY, "s": Side.SELL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """The entry or the exit of a trade as its row prints it."""

    price: Decimal
    moment: datetime
    raw: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TripReader:
    """Reads whole trades by a plan.

    Attributes:
        cells: Reads numbers, fees and rows that are none.
        instruments: What each symbol is, by its printed profits.
    """

    cells: RowReader
    instruments: Mapping[str, Instrument]

    @property
    def plan(self) -> Plan:
        """What the columns mean."""
        return self.cells.plan

    def __call__(self, builder: StatementBuilder, row: Row) -> None:
        """Turn one row into a round trip with its two executions, or skip it.

        Raises:
            CellError: If a cell cannot be read, or the printed profit does not fit the prices.
        """
        if reason := self._reason_to_skip(row):
            label = next((cell for cell in row.cells if cell), "")[:40]
            builder.other(row.line, OtherKind.SKIPPED, label, reason=reason)
            return
        side, entry, leave = self.halves(row)
        symbol = self._symbol(row)
        instrument = self.instruments[symbol]
        if "profit" in self.plan.mapping:
            column = self.plan.mapping["profit"]
            check_proof(self.proof(row), instrument, column=column, text=row.text(column))
        fees, charges = self.cells.fees(row), self.cells.charges(row)
        sign = 1 if sum((amount for _, amount in charges), Decimal(0)) >= 0 else -1
        add_round_trip(
            builder,
            RoundTrip(
                line=row.line,
                instrument=instrument,
                side=side,
                quantity=abs(self.cells.number(row, "quantity")),
                entry_price=entry.price,
                exit_price=leave.price,
                opened=builder.instant(entry.moment, raw=entry.raw, column=entry.column),
                closed=builder.instant(leave.moment, raw=leave.raw, column=leave.column),
                profit=self._profit(row),
                currency=instrument.currency,
                fees=abs(fees),
                charges=[(kind, sign * amount) for kind, amount in charges],
                identity=self.cells.text(row, "broker_id"),
                fingerprint=tuple(self.cells.text(row.as_written, field) for field in IDENTIFYING),
            ),
        )

    def _symbol(self, row: Row) -> str:
        symbol = self.cells.text(row, "symbol")
        if not symbol:
            raise CellError(self.plan.mapping["symbol"], "", "The cell is empty.", "Fill it in or skip the row.")
        return symbol

    def _reason_to_skip(self, row: Row) -> str:
        for read in (self.halves, self.quantity):
            try:
                read(row)
            except CellError:
                continue
            return ""
        return self.cells.reason_to_skip(row) or "Prices and quantity cannot be read: a remark, or of another table."

    def quantity(self, row: Row) -> Decimal:
        """Return the quantity of a trade."""
        return self.cells.number(row, "quantity")

    def opened(self, row: Row) -> datetime:
        """Return when a trade was opened, for the order of rows."""
        return self.halves(row)[1].moment

    def halves(self, row: Row) -> tuple[Side, Half, Half]:
        """Return the side of the entry, the entry and the exit; of a purchase and a sale the earlier is the entry."""
        if "buy_price" not in self.plan.mapping:
            return self._side(row), self._half(row, "entry", "entry_price"), self._half(row, "exit", "exit_price")
        bought, sold = self._half(row, "bought", "buy_price"), self._half(row, "sold", "sell_price")
        is_long = bought.moment <= sold.moment
        return (Side.BUY, bought, sold) if is_long else (Side.SELL, sold, bought)

    def _half(self, row: Row, half: str, price: str) -> Half:
        column = next(
            name
            for field in (f"{half}_at", f"{half}_date", "bought_at" if half == "entry" else "sold_at")
            if (name := self.plan.column(field))
        )
        day_first = self.cells.day_first
        if column == self.plan.column(f"{half}_date"):
            day = moments.read_day(row.required(column), column=column, day_first=day_first)
            clock = self.cells.text(row, f"{half}_time")
            moment = moments.join_moment(day, clock, column=self.plan.column(f"{half}_time") or column)
            raw = f"{row.text(column)} {clock}".strip()
        else:
            raw = row.required(column)
            moment = moments.read_moment(raw, column=column, day_first=day_first)
        return Half(price=self.cells.number(row, price), moment=moment, raw=raw, column=column)

    def _side(self, row: Row) -> Side:
        text = self.cells.text(row, "side")
        column = self.plan.mapping["side"]
        return _LETTERS.get(text.casefold()) or words.find_free_side(text) or words.read_side(text, column=column)

    def _profit(self, row: Row) -> Decimal | None:
        if "profit" not in self.plan.mapping or not self.cells.text(row, "profit"):
            return None
        return self.cells.number(row, "profit")

    def proof(self, row: Row) -> Proof:
        """Return what a row says about the size of its contract, before or after its costs."""
        side, entry, leave = self.halves(row)
        profit, fees = self.cells.number(row, "profit"), abs(self.cells.fees(row))
        points = side * (leave.price - entry.price) * abs(self.cells.number(row, "quantity"))
        return Proof(points=points, profits=(profit, profit + fees))


def make_trip_reader(rows: Sequence[Row], cells: RowReader) -> TripReader:
    """Return the reader of a table, once its printed profits have said what each symbol is."""
    reader = TripReader(cells=cells, instruments={})
    found = []
    for row in rows if "profit" in cells.plan.mapping else ():
        try:
            found.append((cells.text(row, "symbol"), reader.proof(row)))
        except CellError:
            continue  # a row that is reported, or skipped, when it is read
    proofs = group_proofs(found)
    first = {cells.text(row, "symbol"): row for row in reversed(rows)}
    return TripReader(
        cells=cells,
        instruments={
            symbol: _instrument(symbol, cells, row, proofs.get(symbol, ())) for symbol, row in first.items() if symbol
        },
    )


def _instrument(symbol: str, cells: RowReader, row: Row, proofs: Sequence[Proof]) -> Instrument:
    """Return what a symbol is: as columns say, else as its profits prove."""
    texts = {field: cells.text(row, field) for field in INSTRUMENT_FIELDS}
    if texts["asset_class"] or texts["multiplier"]:
        return make_instrument(texts, cells.plan)
    plain = make_instrument({"symbol": symbol, "currency": texts["currency"]}, cells.plan)
    if plain.currency != cells.plan.currency and not texts["currency"]:
        return plain  # a pair, which names its own currency
    return prove_any(symbol, plain.currency, proofs)
