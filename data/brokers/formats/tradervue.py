"""Tradervue's export of trades: round trips with the average prices of entry and exit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.round_trips import Proof, RoundTrip, add_round_trip, check_proof, group_proofs, prove_any
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.instruments import Instrument
from domain.statements import Statement

SLUG = "tradervue"
TIMEZONE = "America/New_York"
ZERO = Decimal(0)
COLUMNS = ("Open Datetime", "Close Datetime", "Symbol", "Side", "Volume", "Entry Price", "Exit Price", "Gross P&L")
IDENTIFYING = ("Open Datetime", "Close Datetime", "Symbol", "Side", "Volume", "Entry Price", "Exit Price")
TIMES = ("ISO", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
SIDES = {"l": Side.BUY, "long": Side.BUY, "s": Side.SELL, "short": Side.SELL}
COSTS = ("Commissions", "Commission", "Fees")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the trades of one file.

    Attributes:
        parts: What the volume is divided by to give the size of the position: 2 when it counts both halves.
        instruments: What each symbol is, by its printed profits.
    """

    builder: StatementBuilder
    parts: Decimal
    instruments: Mapping[str, Instrument]

    def read(self, row: Row) -> None:
        """Turn one trade into a round trip, an open one into its entry."""
        symbol, side = row.required("Symbol"), _side(row)
        quantity = row.decimal("Volume", signed=False) / self.parts
        opened = self._instant(row, "Open Datetime")
        if not row.text("Close Datetime"):
            return self.builder.execution(
                line=row.line,
                instrument=self.instruments[symbol],
                side=side,
                quantity=row.decimal("Volume", signed=False),
                price=row.decimal("Entry Price", signed=False),
                executed_at=opened,
                fingerprint=row.raw(*IDENTIFYING),
            )
        instrument = self.instruments[symbol]
        check_proof(_proof(row, self.parts), instrument, column="Gross P&L", text=row.text("Gross P&L"))
        return add_round_trip(
            self.builder,
            RoundTrip(
                line=row.line,
                instrument=instrument,
                side=side,
                quantity=quantity,
                entry_price=row.decimal("Entry Price", signed=False),
                exit_price=row.decimal("Exit Price", signed=False),
                opened=opened,
                closed=self._instant(row, "Close Datetime"),
                profit=row.decimal("Gross P&L"),
                currency=instrument.currency,
                fees=sum((abs(row.decimal(name, default=ZERO)) for name in COSTS), ZERO),
                fingerprint=row.raw(*IDENTIFYING),
                description=row.text("Notes"),
            ),
        )

    def _instant(self, row: Row, column: str) -> datetime:
        return self.builder.instant(row.moment(column, formats=TIMES), raw=row.text(column), column=column)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the trades."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    rows = oldest_first(open_table(source.text, COLUMNS, name=source.name).rows, _opened)
    parts = _volume_parts(rows)
    proofs = group_proofs((row.text("Symbol"), proof) for row, proof in _proofs(rows, parts))
    currency = options.currency or FORMAT.currency
    symbols = {row.text("Symbol") for row in rows if row.text("Symbol")}
    instruments = {symbol: prove_any(symbol, currency, proofs.get(symbol, ())) for symbol in symbols}
    builder.each(rows, Reader(builder, parts, instruments).read)
    builder.notes.append("The file prints whole trades; entry and exit have its average prices.")
    return builder.build(rows=len(rows))


def _proofs(rows: Sequence[Row], parts: Decimal) -> list[tuple[Row, Proof]]:
    found = []
    for row in rows:
        try:
            found.append((row, _proof(row, parts)))
        except CellError:
            continue  # an open trade, or a row that is reported when it is read
    return found


def _proof(row: Row, parts: Decimal) -> Proof:
    gain = row.decimal("Exit Price") - row.decimal("Entry Price")
    return Proof(points=_side(row) * gain * row.decimal("Volume") / parts, profits=(row.decimal("Gross P&L"),))


def _volume_parts(rows: Sequence[Row]) -> Decimal:
    """Return 2 when the profits say that the volume counts shares bought and sold, else 1."""
    whole = [proof for _, proof in _proofs(rows, Decimal(1)) if proof.is_usable]
    half = Decimal("0.5")
    doubled = sum(proof.fits(half) and not proof.fits(Decimal(1)) for proof in whole)
    return Decimal(2) if doubled > len(whole) / 2 else Decimal(1)


def _side(row: Row) -> Side:
    word = row.required("Side")
    side = SIDES.get(word.casefold())
    if side is None:
        raise CellError("Side", word, f"{word[:40]!r} is not a side.", "Expected L or S.")
    return side


def _opened(row: Row) -> datetime:
    return row.moment("Open Datetime", formats=TIMES)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Tradervue trades",
    broker="Tradervue",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)
