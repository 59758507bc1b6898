"""cTrader's history: round trips whose headers name the offset and the account's currency."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_decimal
from data.brokers.claims import claim_header
from data.brokers.lots import ClosedLots, LotSize, derive_lot_size, split_pair
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, Table, open_table
from data.brokers.round_trips import RoundTrip, add_round_trip
from data.brokers.source import SourceFile
from domain.charge_kinds import ChargeKind
from domain.errors import ImportFileError
from domain.executions import Side
from domain.import_codes import FileCode
from domain.instruments import ONE
from domain.statements import Statement

SLUG = "ctrader-history"
TIMEZONE = "UTC"
ZERO = Decimal(0)
COLUMNS = ("ID", "Symbol", "Opening Direction", "Entry Price", "Closing Price", "Closing Quantity", "Commission",
           "Swap")  # fmt: skip
SIDES = {"buy": Side.BUY, "sell": Side.SELL}
TIMES = ("%d/%m/%Y %H:%M:%S.%f", "%d/%m/%Y %H:%M:%S", "ISO")
LOTS = frozenset({"lot", "lots"})
_TIME = re.compile(r"(?P<which>opening|closing) time(?: \(UTC(?P<offset>[+-]\d{1,2}(?::\d{2})?)?\))?", re.IGNORECASE)
_GROSS = re.compile(r"gross (?P<currency>[a-z]{3})", re.IGNORECASE)
_QUANTITY = re.compile(r"(?P<number>[\d.,']+)(?P<unit>[A-Za-z]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the header of one file says."""

    opened: str
    closed: str
    zone: timezone | None
    gross: str
    currency: str
    balance: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the trades of one file; `sizes` has what each symbol and unit of quantity is worth."""

    builder: StatementBuilder
    header: Header
    sizes: Mapping[str, LotSize]
    units: Mapping[str, str]

    def read(self, row: Row) -> None:
        """Turn one row into a round trip."""
        symbol = row.required("Symbol")
        quantity, unit = _quantity(row)
        if (unit in LOTS) != (self.units[symbol] in LOTS):
            reason = f"{symbol} is counted in {self.units[symbol]} elsewhere in this file."
            raise CellError("Closing Quantity", row.text("Closing Quantity"), reason, "Import the rows apart.")
        size = self.sizes[symbol]
        instrument = size.instrument(symbol)
        add_round_trip(
            self.builder,
            RoundTrip(
                line=row.line,
                instrument=instrument,
                side=_side(row),
                quantity=quantity,
                entry_price=row.decimal("Entry Price", signed=False),
                exit_price=row.decimal("Closing Price", signed=False),
                opened=self._instant(row, self.header.opened),
                closed=self._instant(row, self.header.closed),
                profit=row.decimal(self.header.gross),
                currency=self.header.currency,
                # Commission and swap are printed as cash: a cost is negative.
                fees=-row.decimal("Commission", default=ZERO) - row.decimal("Swap", default=ZERO),
                charges=[
                    (ChargeKind.COMMISSION, -row.decimal("Commission", default=ZERO)),
                    (ChargeKind.FINANCING, -row.decimal("Swap", default=ZERO)),
                ],
                fee_rate=size.rate if instrument.currency != self.header.currency else None,
                # A position that is closed in parts has one id on several rows.
                identity="/".join((row.required("ID"), row.text(self.header.closed), row.text("Closing Quantity"))),
            ),
        )
        if row.text(self.header.balance):
            moment = self._instant(row, self.header.closed)
            column = self.header.balance
            self.builder.balance(row.line, moment, self.header.currency, lambda: row.decimal(column))

    def _instant(self, row: Row, column: str) -> datetime:
        moment = row.moment(column, formats=TIMES)
        if self.header.zone is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.header.zone)
        return self.builder.instant(moment, raw=row.text(column), column=column)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the trades.

    Raises:
        ImportFileError: If the header has no times or no gross profit.
    """
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    table = open_table(source.text, COLUMNS, name=source.name)
    header = _read_header(table, source.name)
    builder.currency_hint = header.currency
    rows = oldest_first(table.rows, lambda row: row.moment(header.closed, formats=TIMES))
    units = {row.text("Symbol"): _unit(row) for row in reversed(rows)}
    closed = _closed_lots(rows, header, units)
    sizes = {symbol: _size(symbol, unit, header.currency, closed.get(symbol, ())) for symbol, unit in units.items()}
    builder.each(rows, Reader(builder, header, sizes, units).read)
    return builder.build(rows=len(rows))


def _read_header(table: Table, name: str) -> Header:
    times = {
        match["which"].casefold(): (column, match["offset"])
        for column in table.header
        if (match := _TIME.fullmatch(" ".join(column.split())))
    }
    gross = next((match for title in table.header if (match := _GROSS.fullmatch(" ".join(title.split())))), None)
    if len(times) < 2 or gross is None:
        message = f"{name}: the header lacks the opening time, the closing time or the gross profit."
        raise ImportFileError(message, hint="Export the history with these columns.", code=FileCode.MISSING_COLUMNS)
    offset = times["closing"][1]
    return Header(
        opened=times["opening"][0],
        closed=times["closing"][0],
        zone=_zone(offset) if offset else None,
        gross=gross[0],
        currency=gross["currency"].upper(),
        balance=f"Balance {gross['currency']}",
    )


def _zone(offset: str) -> timezone | None:
    hours, _, minutes = offset[1:].partition(":")
    span = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(span if offset[0] == "+" else -span) if span < timedelta(hours=15) else None


def _quantity(row: Row) -> tuple[Decimal, str]:
    text = row.required("Closing Quantity")
    match = _QUANTITY.fullmatch("".join(text.split()))
    if not match:
        raise CellError("Closing Quantity", text, f"{text[:40]!r} is not a quantity.", "Expected a text as 0.50 Lots.")
    return read_decimal(match["number"], column="Closing Quantity"), (match["unit"] or "units").casefold()


def _unit(row: Row) -> str:
    match = _QUANTITY.fullmatch("".join(row.text("Closing Quantity").split()))
    return ((match["unit"] if match else "") or "units").casefold()


def _closed_lots(rows: Sequence[Row], header: Header, units: Mapping[str, str]) -> dict[str, list[ClosedLots]]:
    found: dict[str, list[ClosedLots]] = defaultdict(list)
    for row in rows:
        if _unit(row) != units[row.text("Symbol")]:
            continue  # the row is reported when it is read
        try:
            gain = row.decimal("Closing Price") - row.decimal("Entry Price")
            points = gain * _quantity(row)[0] * _side(row)
            item = ClosedLots(points=points, profit=row.decimal(header.gross), close=row.decimal("Closing Price"))
        except CellError:
            continue  # the row is reported when it is read
        found[row.text("Symbol")].append(item)
    return found


def _size(symbol: str, unit: str, currency: str, closed: Sequence[ClosedLots]) -> LotSize:
    size = derive_lot_size(symbol, currency, closed)
    if unit in LOTS:
        return size
    pair = split_pair(symbol)
    return LotSize(currency=pair[1] if pair else currency, units=ONE, is_forex=pair is not None, rate=size.rate)


def _side(row: Row) -> Side:
    word = row.required("Opening Direction")
    side = SIDES.get(word.casefold())
    if side is None:
        raise CellError("Opening Direction", word, f"{word[:40]!r} is not a side.", "Expected Buy or Sell.")
    return side


FORMAT = BrokerFormat(
    slug=SLUG,
    title="cTrader history",
    broker="cTrader",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)
