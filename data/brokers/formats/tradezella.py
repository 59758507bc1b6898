"""TradeZella's export of trades: round trips with date and time in columns of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.moments import join_moment, read_day
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.round_trips import Proof, RoundTrip, add_round_trip, check_proof, group_proofs, prove_any
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.instruments import Instrument
from domain.statements import Statement

SLUG = "tradezella"
TIMEZONE = "America/New_York"
ZERO = Decimal(0)
COLUMNS = ("Open Date", "Open Time", "Close Date", "Close Time", "Side", "Quantity", "Entry Price", "Exit Price",
           "Gross P&L")  # fmt: skip
SYMBOL = ("Instrument", "Symbol")
IDENTIFYING = ("Account Name", *COLUMNS[:8], *SYMBOL)
SIDES = {"long": Side.BUY, "buy": Side.BUY, "short": Side.SELL, "sell": Side.SELL}
COSTS = ("Commission", "Fees", "Swap")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the trades of one file; `instruments` says what each symbol is, by its printed profits."""

    builder: StatementBuilder
    instruments: Mapping[str, Instrument]

    def read(self, row: Row) -> None:
        """Turn one trade into a round trip, an open one into its entry."""
        side, instrument = _side(row), self.instruments[row.required(*SYMBOL)]
        quantity, entry = row.decimal("Quantity", signed=False), row.decimal("Entry Price")
        opened = self._instant(row, "Open")
        if not row.text("Close Date"):
            return self.builder.execution(
                line=row.line,
                instrument=instrument,
                side=side,
                quantity=quantity,
                price=entry,
                executed_at=opened,
                fingerprint=row.raw(*IDENTIFYING),
            )
        check_proof(_proof(row), instrument, column="Gross P&L", text=row.text("Gross P&L"))
        return add_round_trip(
            self.builder,
            RoundTrip(
                line=row.line,
                instrument=instrument,
                side=side,
                quantity=quantity,
                entry_price=entry,
                exit_price=row.decimal("Exit Price"),
                opened=opened,
                closed=self._instant(row, "Close"),
                profit=row.decimal("Gross P&L"),
                currency=instrument.currency,
                fees=sum((abs(row.decimal(name, default=ZERO)) for name in COSTS), ZERO),
                fingerprint=row.raw(*IDENTIFYING),
            ),
        )

    def _instant(self, row: Row, half: str) -> datetime:
        raw = f"{row.text(f'{half} Date')} {row.text(f'{half} Time')}"
        return self.builder.instant(_moment(row, half), raw=raw, column=f"{half} Time")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the trades."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    rows = oldest_first(open_table(source.text, COLUMNS, name=source.name).rows, lambda row: _moment(row, "Open"))
    proofs = group_proofs(_proofs(rows))
    currency = options.currency or FORMAT.currency
    symbols = {row.text(*SYMBOL) for row in rows if row.text(*SYMBOL)}
    instruments = {symbol: prove_any(symbol, currency, proofs.get(symbol, ())) for symbol in symbols}
    builder.account_hint = next((row.text("Account Name") for row in rows if row.text("Account Name")), "")
    builder.each(rows, Reader(builder, instruments).read)
    builder.notes.append("The file prints whole trades; entry and exit have its average prices.")
    return builder.build(rows=len(rows))


def _proofs(rows: Sequence[Row]) -> list[tuple[str, Proof]]:
    found = []
    for row in rows:
        try:
            found.append((row.text(*SYMBOL), _proof(row)))
        except CellError:
            continue  # an open trade, or a row that is reported when it is read
    return found


def _proof(row: Row) -> Proof:
    gain = row.decimal("Exit Price") - row.decimal("Entry Price")
    return Proof(points=_side(row) * gain * row.decimal("Quantity"), profits=(row.decimal("Gross P&L"),))


def _side(row: Row) -> Side:
    word = row.required("Side")
    side = SIDES.get(word.casefold())
    if side is None:
        raise CellError("Side", word, f"{word[:40]!r} is not a side.", "Expected Long or Short.")
    return side


def _moment(row: Row, half: str) -> datetime:
    day = read_day(row.required(f"{half} Date"), column=f"{half} Date")
    return join_moment(day, row.text(f"{half} Time"), column=f"{half} Time")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="TradeZella trades",
    broker="TradeZella",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)
