"""Robinhood account activity: stocks, options, splits and cash; dates without a time of day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_decimal, round_to
from data.brokers.claims import claim_header
from data.brokers.option_symbols import parse_option
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from domain.executions import ExecutionKind, Side
from domain.instruments import OPTION_MULTIPLIER, AssetClass, Instrument
from domain.security_numbers import read_cusip
from domain.statements import OtherKind, Statement

SLUG = "robinhood-activity"
TIMEZONE = "America/New_York"
COLUMNS = ("Activity Date", "Process Date", "Settle Date", "Instrument", "Description", "Trans Code", "Quantity",
           "Price", "Amount")  # fmt: skip
DATES = ("%m/%d/%Y", "ISO")
CENT = Decimal("0.01")

TRADES = {"Buy": Side.BUY, "Sell": Side.SELL, "BTO": Side.BUY, "STC": Side.SELL, "BTC": Side.BUY, "STO": Side.SELL}
CANCELLED = {"BCXL": Side.SELL, "SCXL": Side.BUY}
"""Trades taken back: the fill that would undo them."""
OPTION_TRADES = frozenset({"BTO", "STC", "BTC", "STO"})
OPTION_ENDS = {"OEXP": ExecutionKind.EXPIRY, "OASGN": ExecutionKind.ASSIGNMENT, "OEXCS": ExecutionKind.EXERCISE}
OTHERS = {
    "CDIV": OtherKind.DIVIDEND, "MDIV": OtherKind.DIVIDEND, "QDIV": OtherKind.DIVIDEND, "SDIV": OtherKind.DIVIDEND,
    "INT": OtherKind.INTEREST, "MINT": OtherKind.INTEREST, "SLIP": OtherKind.INTEREST,
    "GOLD": OtherKind.FEE, "AFEE": OtherKind.FEE, "DFEE": OtherKind.FEE, "DTAX": OtherKind.TAX, "DCF": OtherKind.TAX,
    "SPL": OtherKind.SPLIT, "SPR": OtherKind.SPLIT,
    "REC": OtherKind.REWARD, "GDBP": OtherKind.REWARD, "GMPC": OtherKind.REWARD, "T/A": OtherKind.REWARD,
    "ACATI": OtherKind.TRANSFER, "ACATO": OtherKind.TRANSFER, "FUTSWP": OtherKind.TRANSFER,
    "MRGS": OtherKind.CORPORATE_ACTION, "SOFF": OtherKind.CORPORATE_ACTION, "CONV": OtherKind.CORPORATE_ACTION,
    "OCA": OtherKind.CORPORATE_ACTION, "SXCH": OtherKind.CORPORATE_ACTION,
}  # fmt: skip
FUNDING_CODES = frozenset({"ACH", "RTP", "WIRE", "DCH", "ITRF", "XENT"})
_END_PREFIX = re.compile(r"^option (?:expiration|assignment|assigned|exercise|exercised)(?: for)? ", re.IGNORECASE)


@dataclass(slots=True)
class Reader:
    """Reads rows in time order and keeps the running position of every option, to know how one ended."""

    builder: StatementBuilder
    net: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        code = row.text("Trans Code")
        if not code and not row.text("Activity Date"):
            self.builder.other(
                row.line, OtherKind.SUMMARY, "footer", description=" ".join(filter(None, row.cells))[:200]
            )
        elif code in TRADES or (code in CANCELLED and row.text("Quantity")):
            self._read_trade(row, code)
        elif code in OPTION_ENDS:
            self._read_option_end(row, code)
        else:
            self._keep_other(row, code)

    def _read_trade(self, row: Row, code: str) -> None:
        instrument = _option(row) if code in OPTION_TRADES else _stock(row)
        quantity, price = _quantity(row), row.decimal("Price", signed=False)
        side = TRADES.get(code) or CANCELLED[code]
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=quantity,
            price=price,
            fees=_hidden_fee(row, side, quantity * price * (instrument.multiplier or Decimal(1))),
            executed_at=self._instant(row),
            fingerprint=row.raw(*COLUMNS),
        )
        if code in CANCELLED:
            self.builder.reverse()
        self.net[instrument.symbol] += side * quantity

    def _read_option_end(self, row: Row, code: str) -> None:
        instrument, quantity = _option(row), _quantity(row)
        side = self._closing_side(instrument.symbol, row)
        moment = self._instant(row)
        self.builder.other(
            row.line, OtherKind.OPTION_EVENT, code, occurred_at=moment, symbol=instrument.symbol, quantity=quantity,
            description=row.text("Description"),
        )  # fmt: skip
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=quantity,
            price=Decimal(0),
            executed_at=moment,
            kind=OPTION_ENDS[code],
            fingerprint=row.raw(*COLUMNS),
        )
        self.net[instrument.symbol] += side * quantity

    def _closing_side(self, symbol: str, row: Row) -> Side:
        # The file's own trades say whether the option was held or written; without them only the S mark does.
        net = self.net[symbol]
        if net:
            return Side.SELL if net > 0 else Side.BUY
        return Side.SELL if row.text("Quantity").upper().endswith("S") else Side.BUY

    def _keep_other(self, row: Row, code: str) -> None:
        amount = row.decimal("Amount", default=Decimal(0)) if row.text("Amount") else None
        self.builder.other(
            row.line,
            _kind(row, code, amount),
            code or row.required("Trans Code"),
            occurred_at=self._instant(row),
            symbol=row.text("Instrument"),
            amount=amount,
            currency="USD",
            quantity=_quantity(row) if row.text("Quantity") else None,
            description=" ".join(row.text("Description").split()),
            reason="The file does not state the ratio." if code in ("SPL", "SPR") else "",
        )

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(_moment(row), raw=row.text("Activity Date"), column="Activity Date")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the activity."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    table = open_table(source.text, COLUMNS, name=source.name)
    rows = oldest_first(table.rows, _moment)
    builder.each(rows, Reader(builder).read)
    _note_splits(builder, table.rows)
    return builder.build(rows=len(rows))


def _note_splits(builder: StatementBuilder, rows: Sequence[Row]) -> None:
    symbols = sorted({row.text("Instrument") for row in rows if row.text("Trans Code") in ("SPL", "SPR")})
    if symbols:
        builder.notes.append(
            f"Splits without a ratio in the file: {', '.join(symbols)}. "
            "Positions held across them keep the old quantity."
        )


def _moment(row: Row) -> datetime:
    return row.moment("Activity Date", formats=DATES)


def _quantity(row: Row) -> Decimal:
    """Return a quantity such as "4.5" or "4.5S"; the mark is no part of the number."""
    text = row.required("Quantity")
    return abs(read_decimal(text[:-1] if text[-1:] in "sS" else text, column="Quantity"))


def _stock(row: Row) -> Instrument:
    name, _, number = row.text("Description").partition("CUSIP:")
    return Instrument(
        symbol=row.required("Instrument"),
        asset_class=AssetClass.STOCK,
        currency="USD",
        cusip=read_cusip(number.strip()[:9]),
        name=" ".join(name.split()),
    )


def _option(row: Row) -> Instrument:
    symbol = _END_PREFIX.sub("", " ".join(row.required("Description").split()))
    terms = parse_option(symbol)
    if terms is None:
        raise CellError(
            "Description", symbol, "The option's terms cannot be read.", "Expected AAPL 3/15/2024 Call $200."
        )
    return Instrument(
        symbol=symbol,
        asset_class=AssetClass.OPTION,
        currency="USD",
        multiplier=OPTION_MULTIPLIER,
        option=terms,
    )


def _hidden_fee(row: Row, side: Side, gross: Decimal) -> Decimal:
    """Return what the amount is worse than quantity x price: regulatory fees have no column.

    Raises:
        CellError: If the amount has the wrong sign or is so far away that a cell must be wrong.
    """
    if not row.text("Amount"):
        return Decimal(0)
    amount = row.decimal("Amount")
    fee = round_to(-side * gross - amount, CENT)
    if abs(fee) > max(abs(gross) / 20, Decimal(5)):
        reason = f"The amount does not fit quantity times price ({gross.normalize():f})."
        raise CellError("Amount", row.text("Amount"), reason, "Check quantity, price and amount of the row.")
    return fee


def _kind(row: Row, code: str, amount: Decimal | None) -> OtherKind:
    if code in FUNDING_CODES:
        return OtherKind.WITHDRAWAL if amount is not None and amount < 0 else OtherKind.DEPOSIT
    if code in OTHERS:
        return OTHERS[code]
    if not code:
        raise CellError("Trans Code", "", "The cell is empty.", "Without a code the row has no meaning.")
    return OtherKind.ADJUSTMENT if row.text("Amount") else OtherKind.SKIPPED


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Robinhood account activity",
    broker="Robinhood",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)
