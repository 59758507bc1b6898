"""Firstrade's account history: options and bonds stand in the description, times behind "EXEC TIME:"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.listed import OpenPositions, check_amount, listed_instrument
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from domain.charge_kinds import ChargeKind
from domain.executions import ExecutionKind, Side
from domain.instruments import AssetClass, Instrument
from domain.money import decimal_text
from domain.security_numbers import read_cusip
from domain.statements import OtherKind, Statement

SLUG = "firstrade-history"
TIMEZONE = "America/New_York"
ZERO = Decimal(0)
LONGEST = 500
"""Characters of a description that are read; the rest of a damaged cell is not searched."""
BOND_MULTIPLIER = Decimal("0.01")
COLUMNS = ("Symbol", "Quantity", "Price", "Action", "Description", "TradeDate", Spare("SettledDate"), "Amount",
           "Commission", "Fee", Spare("CUSIP"), "RecordType")  # fmt: skip
IDENTIFYING = ("Symbol", "Quantity", "Price", "Action", "Description", "TradeDate", "Amount")
SIDES = {"buy": Side.BUY, "sell": Side.SELL, "short": Side.SELL, "cover": Side.BUY}
ENDS = (
    (re.compile(r"\bEXPIR"), ExecutionKind.EXPIRY),
    (re.compile(r"\bASSIGN"), ExecutionKind.ASSIGNMENT),
    (re.compile(r"\bEXERCISE"), ExecutionKind.EXERCISE),
)
KINDS = {"dividend": OtherKind.DIVIDEND, "interest": OtherKind.INTEREST, "fee": OtherKind.FEE, "tax": OtherKind.TAX}
_TIME = re.compile(r" ?EXEC TIME: ?(?P<time>\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}(?::\d{2})?) ?")
_TAIL = re.compile(r" (?:(?:OPEN|CLOSING) CONTRACT|A/E .*|EXPIRED.*|UNSOLICITED)$")
_BOND = re.compile(r"\bDUE \d{1,2}/\d{1,2}/\d{4}\b")


@dataclass(slots=True)
class Reader:
    """Reads the rows of the history.

    Attributes:
        unlisted: What amounts hold beyond quantity, price, interest and the two fee columns.
        accrued: Accrued interest of bond trades.
    """

    builder: StatementBuilder
    currency: str
    positions: OpenPositions
    unlisted: Decimal = ZERO
    accrued: list[Decimal] = field(default_factory=list)

    def read(self, row: Row) -> None:
        """Turn one row into an execution, an option's end or an other row."""
        action = row.required("Action")
        side = SIDES.get(action.casefold())
        end = next((kind for pattern, kind in ENDS if pattern.search(row.text("Description").upper())), None)
        if side is not None:
            self._add_execution(row, side)
        elif end is not None and row.decimal("Quantity", default=ZERO):
            self._end_option(row, end)
        else:
            self._keep(row, _kind(row, action.casefold()))

    def _add_execution(self, row: Row, side: Side) -> None:
        instrument = self._instrument(row)
        quantity, price = abs(row.decimal("Quantity")), row.decimal("Price", signed=False)
        gross = quantity * price * (instrument.multiplier or 1)
        accrued = row.decimal("Interest", default=ZERO)
        charges = [
            (ChargeKind.COMMISSION, abs(row.decimal("Commission", default=ZERO))),
            (ChargeKind.REGULATORY, abs(row.decimal("Fee", default=ZERO))),
        ]
        fees = sum((amount for _, amount in charges), ZERO)
        check_amount(row, "Amount", gross, costs=fees + abs(accrued))
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=quantity,
            price=price,
            charges=charges,
            executed_at=self._instant(row),
            fingerprint=row.raw(*IDENTIFYING),
        )
        if accrued:
            self.accrued.append(accrued)
        self.unlisted += -side * gross + accrued - fees - row.decimal("Amount", default=-side * gross + accrued - fees)

    def _end_option(self, row: Row, kind: ExecutionKind) -> None:
        instrument, change = self._instrument(row), row.decimal("Quantity")
        self._keep(row, OtherKind.OPTION_EVENT)
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=self.positions.closing_side(instrument.symbol, change),
            quantity=abs(change),
            price=ZERO,
            executed_at=self._instant(row),
            kind=kind,
            fingerprint=row.raw(*IDENTIFYING),
        )

    def _keep(self, row: Row, kind: OtherKind) -> None:
        self.builder.other(
            row.line,
            kind,
            row.required("Action"),
            occurred_at=self._instant(row),
            symbol=row.text("Symbol") or (_contract(row) if kind is OtherKind.OPTION_EVENT else ""),
            amount=row.decimal("Amount") if row.text("Amount") else None,
            currency=self.currency,
            quantity=row.decimal("Quantity", default=ZERO) or None,
            description=row.text("Description"),
        )

    def _instrument(self, row: Row) -> Instrument:
        """Return the share of the symbol column; without one, the option or bond of the description.

        Raises:
            CellError: If the description is neither.
        """
        name, symbol = _contract(row), row.text("Symbol")
        currency, cusip = self.currency, read_cusip(row.text("CUSIP"))
        if symbol:
            return Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency=currency, name=name, cusip=cusip)
        if _BOND.search(name):
            # A bond's price is per cent of its face value.
            return Instrument(
                symbol=name, asset_class=AssetClass.BOND, currency=currency, multiplier=BOND_MULTIPLIER, cusip=cusip
            )
        option = listed_instrument(name, self.currency)
        if option.option is None:
            raise CellError("Symbol", "", f"The row names no symbol, and {name[:60]!r} is no option or bond.")
        return option

    def _instant(self, row: Row) -> datetime:
        match = _TIME.search(_description(row))
        return self.builder.instant(_moment(row), raw=match["time"] if match else row.text("TradeDate"))


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the history, oldest first."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    rows = oldest_first(open_table(source.text, COLUMNS, name=source.name).rows, _moment)
    reader = Reader(builder, options.currency or FORMAT.currency, OpenPositions(builder.executions))
    builder.each(rows, reader.read)
    if abs(reader.unlisted) >= 1:
        text = decimal_text(reader.unlisted.quantize(Decimal("0.01")))
        builder.notes.append(f"The amounts hold {text} of costs that no fee column lists; they are not imported.")
    if reader.accrued:
        text = decimal_text(sum(reader.accrued, ZERO))
        builder.notes.append(f"Accrued interest of {len(reader.accrued)} bond trades ({text}) is not in their price.")
    return builder.build(rows=len(rows))


def _moment(row: Row) -> datetime:
    match = _TIME.search(_description(row))
    if match:
        text = match["time"] if match["time"].count(":") == 2 else match["time"] + ":00"
        try:
            return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the builder applies the zone
        except ValueError:
            raise CellError("Description", match["time"], "The execution time does not exist.") from None
    return row.moment("TradeDate", formats=("ISO", "%m/%d/%Y"))


def _contract(row: Row) -> str:
    text = " ".join(_TIME.sub(" ", _description(row)).split())
    return _TAIL.sub("", text)


def _description(row: Row) -> str:
    return " ".join(row.text("Description").split())[:LONGEST]


def _kind(row: Row, action: str) -> OtherKind:
    known = next((kind for word, kind in KINDS.items() if word in action), None)
    if known is not None:
        return known
    amount = row.decimal("Amount", default=ZERO)
    if not amount:
        return OtherKind.ADJUSTMENT
    return OtherKind.DEPOSIT if amount > 0 else OtherKind.WITHDRAWAL


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Firstrade account history",
    broker="Firstrade",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)
