"""Rithmic R | Trader's performance: tables of round trips below the lines that name account and contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.contracts import future_root
from data.brokers.moments import read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, normalise_header, number_columns, read_records
from data.brokers.round_trips import Proof, RoundTrip, add_round_trip, check_proof, group_proofs, prove_future
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.executions import Side
from domain.import_codes import FileCode
from domain.instruments import Instrument
from domain.statements import Statement

SLUG = "rithmic-performance"
TIMEZONE = "America/New_York"
COLUMNS = ("Entry Order Number", "Entry Buy/Sell", "Entry Price", "Entry Time", "Exit Order Number", "Exit Price",
           "Exit Time", "Fill Size", "Trade P&L")  # fmt: skip
SIDES = {"b": Side.BUY, "buy": Side.BUY, "s": Side.SELL, "sell": Side.SELL}
HEADER = frozenset(normalise_header(name) for name in COLUMNS)


@dataclass(frozen=True, slots=True)
class TradeRow(Row):
    """A row with the contract named above its table."""

    symbol: str


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the trades of every table.

    Raises:
        ImportFileError: If the file has no table.
    """
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    account, rows = _take_apart(read_records(source.text, name=source.name), source.name)
    builder.account_hint = account
    rows = oldest_first(rows, partial(_moment, column="Entry Time"))
    currency, proofs = options.currency or FORMAT.currency, group_proofs(_proofs(rows))
    symbols = {row.symbol for row in rows}
    instruments = {symbol: prove_future(symbol, currency, proofs.get(symbol, ())) for symbol in symbols}
    builder.each(rows, partial(_read_trade, builder, instruments))
    builder.notes.append(f"Times carry no zone; they are read as {builder.timezone}.")
    return builder.build(rows=len(rows))


def _take_apart(records: list[Record], name: str) -> tuple[str, list[TradeRow]]:
    """Return the account and the rows, each with the contract of the lone cell above it."""
    account = symbol = ""
    columns: dict[str, int] | None = None
    rows: list[TradeRow] = []
    for record in records:
        filled = [cell for cell in record.cells if cell]
        if {normalise_header(cell) for cell in record.cells} >= HEADER:
            columns = number_columns(record.cells)
        elif len(filled) == 1:
            account, symbol = _read_heading(filled[0], account, symbol)
        else:
            rows.append(TradeRow(record.line, record.cells, columns or {}, symbol))
    if columns is None:
        message = f"{name}: no table of trades with the column Entry Order Number."
        hint = "Export the performance again with all columns."
        raise ImportFileError(message, hint=hint, code=FileCode.NO_TABLE)
    return account, rows


def _read_heading(text: str, account: str, symbol: str) -> tuple[str, str]:
    if future_root(text) is not None or account:
        return account, text
    return text, symbol


def _read_trade(builder: StatementBuilder, instruments: Mapping[str, Instrument], row: TradeRow) -> None:
    if not row.symbol:
        raise CellError("Symbol", "", "No line above the table names the contract.", "Export the file again.")
    instrument = instruments[row.symbol]
    # One file can hold a trade below the heading of another contract: its own profit tells.
    check_proof(_proof(row), instrument, column="Trade P&L", text=row.text("Trade P&L"))
    add_round_trip(
        builder,
        RoundTrip(
            line=row.line,
            instrument=instrument,
            side=_side(row),
            quantity=row.decimal("Fill Size", signed=False),
            entry_price=row.decimal("Entry Price"),
            exit_price=row.decimal("Exit Price"),
            opened=_instant(builder, row, "Entry Time"),
            closed=_instant(builder, row, "Exit Time"),
            profit=row.decimal("Trade P&L"),
            currency=instrument.currency,
            fees=abs(row.decimal("Commission & Fees", default=Decimal(0))),
            fingerprint=(row.symbol, *row.raw(*COLUMNS)),
        ),
    )


def _proofs(rows: list[TradeRow]) -> list[tuple[str, Proof]]:
    found = []
    for row in rows:
        try:
            found.append((row.symbol, _proof(row)))
        except CellError:
            continue  # the row is reported when it is read
    return found


def _proof(row: TradeRow) -> Proof:
    gain = row.decimal("Exit Price") - row.decimal("Entry Price")
    return Proof(points=_side(row) * gain * row.decimal("Fill Size"), profits=(row.decimal("Trade P&L"),))


def _side(row: TradeRow) -> Side:
    word = row.required("Entry Buy/Sell")
    side = SIDES.get(word.casefold())
    if side is None:
        raise CellError("Entry Buy/Sell", word, f"{word[:40]!r} is not a side.", "Expected B or S.")
    return side


def _moment(row: TradeRow, column: str) -> datetime:
    return read_moment(row.required(column), column=column)


def _instant(builder: StatementBuilder, row: TradeRow, column: str) -> datetime:
    return builder.instant(_moment(row, column), raw=row.text(column), column=column)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Rithmic performance",
    broker="Rithmic",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)
