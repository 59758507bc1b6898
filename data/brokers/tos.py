"""thinkorswim's own spellings: sections of a statement, instruments of trade rows, texts of cash rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from data.brokers.cells import CellError, read_decimal
from data.brokers.contracts import future_multiplier
from data.brokers.option_symbols import option_terms, parse_expiry, parse_option
from data.brokers.reader import Record, Row, normalise_header, number_columns
from domain.executions import ExecutionKind, Side
from domain.instruments import ONE, OPTION_MULTIPLIER, AssetClass, Instrument, OptionTerms


class Part(StrEnum):
    """What the rows of a section are."""

    FILLS = "fills"
    ORDERS = "orders"
    CASH = "cash"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TosRow(Row):
    """A row with its section's title, what the section holds, and the time of the row it continues."""

    title: str = ""
    part: Part = Part.OTHER
    lead_time: str = ""

    @property
    def time_text(self) -> str:
        """The row's own time, else that of the order whose leg it is."""
        return self.text("Exec Time", "Time Placed") or self.lead_time


_TRADE = re.compile(r"(?:^|.*\s)(BOT|SOLD)\s+([+-]?[\d,.]+)\s+(.+?)\s+@\s*(-?[\d,]*\.?\d+)(?:\s+.*)?")
_SPREADS = frozenset(
    {"VERTICAL", "CALENDAR", "DIAGONAL", "IRON", "CONDOR", "BUTTERFLY", "STRADDLE", "STRANGLE", "COVERED", "COLLAR",
     "COMBO", "BACKRATIO", "RATIO", "CUSTOM", "ROLL", "BOX", "~IRON", "UNBALANCED", "DBL", "VERT"}
)  # fmt: skip
_REMOVAL = re.compile(
    r"(?:.*\s)?REMOVAL OF OPTION DUE TO (EXPIRATION|ASSIGNMENT|EXERCISE)\s+([+-]?[\d.]+)\s+(.+)", re.IGNORECASE
)
_REMOVALS = {
    "EXPIRATION": ExecutionKind.EXPIRY,
    "ASSIGNMENT": ExecutionKind.ASSIGNMENT,
    "EXERCISE": ExecutionKind.EXERCISE,
}
_SETTLEMENT = re.compile(r"\s*\[[A-Z]+\]")
_EXPIRY = re.compile(r"(\d{1,2} [A-Z]{3} \d{2})(?: .*)?")


def read_rows(records: Sequence[Record]) -> list[TosRow]:
    """Return the rows of every section that has a header, in file order."""
    title, columns, part = "", dict[str, int](), Part.OTHER
    lead = ""
    rows: list[TosRow] = []
    for record in records:
        if _is_title(record):
            title, columns, lead = record.cells[0], {}, ""
        elif not columns:
            columns = number_columns(record.cells) if sum(map(bool, record.cells)) >= 4 else {}
            part = _part(set(columns), title)
        else:
            row = TosRow(record.line, record.cells, columns, title, part, lead)
            lead = row.time_text
            rows.append(row)
    return rows


def _is_title(record: Record) -> bool:
    return bool(record.cells[0]) and not any(record.cells[1:])


def _part(columns: set[str], title: str) -> Part:
    names = {normalise_header(name) for name in columns}
    if {"exec time", "side", "qty", "price"} <= names and "cancel" not in title.lower():
        return Part.FILLS
    if {"time placed", "status"} <= names:
        return Part.ORDERS
    if {"type", "description", "balance"} <= names and ("amount" in names):
        return Part.CASH
    return Part.OTHER


def is_leg(row: TosRow) -> bool:
    """Whether the row is one leg of a spread: no time of its own, but a side and a quantity."""
    return not row.text("Exec Time", "Time Placed") and bool(row.text("Side") and row.text("Qty"))


def row_instrument(row: Row, currency: str) -> Instrument:
    """Return the instrument of a trade or order row, from its Symbol, Exp, Strike and Type columns.

    Raises:
        CellError: If an option's expiry or strike cannot be read.
    """
    symbol, kind = row.required("Symbol"), row.text("Type").upper()
    if kind in ("CALL", "PUT"):
        return _row_option(row, symbol, kind, currency)
    return _plain(symbol, currency)


def _row_option(row: Row, symbol: str, kind: str, currency: str) -> Instrument:
    expiry_text, strike = row.required("Exp"), row.decimal("Strike")
    match = _EXPIRY.fullmatch(expiry_text.upper())
    expiry = parse_expiry(match[1]) if match else None
    if match is None or expiry is None:
        raise CellError("Exp", expiry_text, f"{expiry_text[:40]!r} is not an expiry.", "Expected e.g. 17 JUL 26.")
    terms = option_terms(underlying=symbol, expiry=expiry, strike=strike, right=kind)
    return _option(f"{symbol} {match[1]} {row.text('Strike')} {kind}", symbol, terms, currency)


def _option(name: str, underlying: str, terms: OptionTerms | None, currency: str) -> Instrument:
    is_future = underlying.startswith("/")
    return Instrument(
        symbol=name,
        asset_class=AssetClass.FUTURE_OPTION if is_future else AssetClass.OPTION,
        currency=currency,
        multiplier=future_multiplier(underlying) if is_future else OPTION_MULTIPLIER,
        option=terms,
    )


def _plain(symbol: str, currency: str) -> Instrument:
    if symbol.startswith("/"):
        return Instrument(
            symbol=symbol, asset_class=AssetClass.FUTURE, currency=currency, multiplier=future_multiplier(symbol)
        )
    if "/" in symbol and len(symbol) == 7:
        return Instrument(symbol=symbol, asset_class=AssetClass.FOREX, currency=symbol[4:], multiplier=ONE)
    return Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency=currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class CashTrade:
    """A trade told by the text of a cash row; `name` is what was traded, in the broker's words."""

    side: Side
    quantity: Decimal
    name: str
    price: Decimal

    @property
    def is_spread(self) -> bool:
        """Whether it is several legs under one net price."""
        words = self.name.upper().split()
        has_many = any(re.fullmatch(r"[\d.]+(/[\d.]+)+", word) for word in words[1:])
        return bool(_SPREADS & set(words)) or (has_many and not self.name.startswith("/"))


def parse_cash_trade(description: str) -> CashTrade | None:
    """Return the trade of "SOLD -1 AAPL 100 19 JUN 26 200 CALL @1.75"; None when the text is none."""
    match = _TRADE.fullmatch(description)
    if match is None:
        return None
    return CashTrade(
        side=Side.BUY if match[1] == "BOT" else Side.SELL,
        quantity=abs(read_decimal(match[2], column="DESCRIPTION")),
        name=" ".join(_SETTLEMENT.sub("", match[3]).split()),
        price=read_decimal(match[4], column="DESCRIPTION"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The end of an option told by a cash row; the quantity is signed as the broker writes it."""

    kind: ExecutionKind
    quantity: Decimal
    instrument: Instrument


def parse_removal(description: str, currency: str) -> Removal | None:
    """Return the option end of "REMOVAL OF OPTION DUE TO EXPIRATION -1.0 SPY 100 17 JUN 22 400 PUT"."""
    match = _REMOVAL.fullmatch(description)
    name = _SETTLEMENT.sub("", match[3]) if match else ""
    terms = parse_option(name)
    if match is None or terms is None:
        return None
    return Removal(
        kind=_REMOVALS[match[1].upper()],
        quantity=read_decimal(match[2], column="DESCRIPTION"),
        instrument=_option(" ".join(name.split()), terms.underlying, terms, currency),
    )


def cash_instrument(trade: CashTrade, currency: str) -> Instrument:
    """Return the instrument of a single-leg cash trade.

    Raises:
        CellError: If the name is neither an option nor one word.
    """
    terms = parse_option(trade.name)
    if terms is not None:
        return _option(trade.name, terms.underlying, terms, currency)
    if " " in trade.name:
        raise CellError("DESCRIPTION", trade.name, f"{trade.name[:60]!r} is not a contract this format knows.")
    return _plain(trade.name, currency)


def contract_key(instrument: Instrument) -> tuple[object, ...]:
    """Return what names a contract in any section: the terms of an option, else the symbol."""
    terms = instrument.option
    return (terms.underlying, terms.expiry, terms.strike, terms.right) if terms else (instrument.symbol,)


def trade_key(moment: datetime, side: Side, quantity: Decimal, instrument: Instrument) -> tuple[object, ...]:
    """Return what a fill and its cash row have in common."""
    return (moment, side, quantity, *contract_key(instrument))
