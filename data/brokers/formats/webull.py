"""Webull: order records (stocks and option combos), option orders, and the international trade record."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from itertools import pairwise

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_datetime
from data.brokers.option_symbols import parse_osi
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, Table, find_header, header_score, read_records, read_table
from data.brokers.source import FileKind, SourceFile
from domain.charge_kinds import ChargeKind
from domain.executions import Side
from domain.instruments import OPTION_MULTIPLIER, AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "webull"
TIMEZONE = "America/New_York"
LONGEST_TICKER = 10

SIDES = {"buy": Side.BUY, "sell": Side.SELL, "short": Side.SELL, "sell short": Side.SELL, "buy to cover": Side.BUY}
TIMES = ("%m/%d/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%m/%d/%Y %H:%M", "ISO")
US_OFFSETS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_STAMP = re.compile(r"(?P<stamp>.+?)[ ,]+(?P<zone>[A-Z]{2,4}(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?)")

ORDER_COLUMNS = ("Symbol", "Side", "Status", "Filled", "Price", "Time-in-Force", "Placed Time", "Filled Time")
OPTION_COLUMNS = ("Option Level", "Symbol", "B/S", "Filled Time", "Filled Avg Price", "Filled Qty", "Combo Type")
RECORD_COLUMNS = ("Symbol & Name", "Trade Date", "Buy/Sell", "Quantity", "Traded Price", "Comm/Fee/Tax")


@dataclass(frozen=True, slots=True)
class Layout:
    """One of Webull's files: the columns it is known by and how its table is read."""

    required: tuple[str, ...]
    read: Callable[[StatementBuilder, Table, ParseOptions], None]


def sniff(source: SourceFile) -> float:
    """Return how surely this is a Webull file: all columns of one of its layouts."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    found = any(header_score(source.head, layout.required) == 1.0 for layout in LAYOUTS)
    return 0.95 if found else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the file in whichever layout it has."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    records = read_records(source.text, name=source.name)
    layout = _choose_layout(records)
    table = read_table(records, layout.required, name=source.name)
    layout.read(builder, table, options)
    return builder.build(rows=len(table.rows))


def _choose_layout(records: Sequence[Record]) -> Layout:
    return next((item for item in LAYOUTS if find_header(records, item.required) is not None), LAYOUTS[0])


def _read_orders(builder: StatementBuilder, table: Table, options: ParseOptions) -> None:
    parents = {row.line for row, following in pairwise(table.rows) if _is_parent(row, following)}
    rows = oldest_first(table.rows, lambda row: _moment(row, "Placed Time"))
    builder.each(rows, partial(_read_order, builder, options, parents))
    partly = sum(_is_cut_short(row) for row in rows)
    if partly:
        builder.notes.append(f"Orders cancelled after a part was filled: {partly}. The filled part is imported.")


def _is_parent(row: Row, following: Row) -> bool:
    # The combination itself has no symbol; its legs follow without a name.
    return not row.text("Symbol") and bool(following.text("Symbol")) and not following.text("Name")


def _is_cut_short(row: Row) -> bool:
    return bool(row.text("Symbol")) and row.text("Status") != "Filled" and row.text("Filled") not in ("", "0", "0.0")


def _read_order(builder: StatementBuilder, options: ParseOptions, parents: set[int], row: Row) -> None:
    if row.line in parents:
        return _keep_parent(builder, row)
    symbol = row.required("Symbol")
    status = row.required("Status")
    quantity = row.decimal("Filled", default=Decimal(0), signed=False)
    if not quantity:
        return _keep_unfilled(builder, row, symbol, status)
    price = row.decimal("Avg Price", default=Decimal(0))
    return builder.execution(
        line=row.line,
        instrument=_instrument(symbol, options),
        side=_side(row, "Side"),
        quantity=quantity,
        price=price or row.decimal("Price"),
        executed_at=_instant(builder, row, "Filled Time"),
        fingerprint=row.raw("Symbol", "Side", "Filled", "Avg Price", "Price", "Placed Time", "Filled Time"),
    )


def _keep_parent(builder: StatementBuilder, row: Row) -> None:
    builder.other(
        row.line,
        OtherKind.SKIPPED,
        "combo parent row",
        occurred_at=_instant(builder, row, "Filled Time" if row.text("Filled Time") else "Placed Time"),
        description=f"{row.text('Name')} {row.text('Side')} {row.text('Status')}",
        reason="The legs of the combination follow as rows of their own.",
    )


def _keep_unfilled(builder: StatementBuilder, row: Row, symbol: str, status: str) -> None:
    builder.other(
        row.line,
        OtherKind.ORDER,
        f"not filled ({status})",
        occurred_at=_instant(builder, row, "Placed Time", "Place Time"),
        symbol=symbol,
        quantity=row.decimal("Total Qty", "Submitted Quantity", default=Decimal(0)),
        description=f"{row.text('Side', 'B/S')} {row.text('Time-in-Force', 'Time in Force')}",
        reason="Nothing was filled.",
    )


def _read_option_orders(builder: StatementBuilder, table: Table, options: ParseOptions) -> None:
    rows = oldest_first(table.rows, lambda row: _moment(row, "Filled Time", "Place Time"))
    builder.each(rows, partial(_read_option_order, builder, options))


def _read_option_order(builder: StatementBuilder, options: ParseOptions, row: Row) -> None:
    symbol = row.required("Symbol")
    quantity = row.decimal("Filled Qty", default=Decimal(0), signed=False)
    if not quantity:
        return _keep_unfilled(builder, row, symbol, row.text("Status", default="no status"))
    zero = Decimal(0)
    return builder.execution(
        line=row.line,
        instrument=_instrument(symbol, options),
        side=_side(row, "B/S"),
        quantity=quantity,
        price=row.decimal("Filled Avg Price"),
        charges=[
            (ChargeKind.COMMISSION, abs(row.decimal("Commission", default=zero))),
            (ChargeKind.REGULATORY, abs(row.decimal("Fee", default=zero))),
        ],
        executed_at=_instant(builder, row, "Filled Time"),
        fingerprint=row.raw("Symbol", "B/S", "Filled Qty", "Filled Avg Price", "Place Time", "Filled Time"),
    )


def _read_trade_record(builder: StatementBuilder, table: Table, options: ParseOptions) -> None:
    day_first = _is_day_first(table.rows, options.day_first)
    formats = ("%d/%m/%Y", "ISO") if day_first else ("%m/%d/%Y", "ISO")
    rows = oldest_first(table.rows, lambda row: row.moment("Trade Date", formats=formats))
    builder.notes.append(f"Dates are read as {'day/month' if day_first else 'month/day'}/year.")
    builder.each(rows, partial(_read_trade, builder, options, formats))


def _is_day_first(rows: Sequence[Row], chosen: bool | None) -> bool:
    """Decide from the whole column: a first part above 12 is a day; the layout itself writes days first."""
    if chosen is not None:
        return chosen
    dates = [text.split("/") for row in rows for text in (row.text("Trade Date"), row.text("Settlement Date")) if text]
    middles = [parts[1] for parts in dates if len(parts) == 3]
    return not any(text.isdigit() and int(text) > 12 for text in middles)


def _read_trade(builder: StatementBuilder, options: ParseOptions, formats: Sequence[str], row: Row) -> None:
    ticker, _, name = row.required("Symbol & Name").partition(" ")
    zero = Decimal(0)
    # Both columns are printed as negative cash; a positive figure would be a rebate.
    fees = -row.decimal("Comm/Fee/Tax", default=zero) - row.decimal("VAT", "GST", default=zero)
    builder.execution(
        line=row.line,
        instrument=_instrument(ticker, options, name=name.strip()),
        side=_side(row, "Buy/Sell"),
        quantity=abs(row.decimal("Quantity")),
        price=row.decimal("Traded Price", signed=False),
        fees=fees,
        executed_at=builder.instant(row.moment("Trade Date", formats=formats), raw=row.text("Trade Date")),
        fingerprint=row.raw("Symbol & Name", "Trade Date", "Buy/Sell", "Quantity", "Traded Price", "Net Amount"),
    )


def _instrument(symbol: str, options: ParseOptions, *, name: str = "") -> Instrument:
    currency = options.currency or FORMAT.currency
    terms = parse_osi(symbol)
    if terms:
        return Instrument(
            symbol=symbol,
            asset_class=AssetClass.OPTION,
            currency=currency,
            multiplier=OPTION_MULTIPLIER,
            name=name,
            option=terms,
        )
    if len(symbol) > LONGEST_TICKER:
        raise CellError("Symbol", symbol, f"{symbol[:40]!r} is neither a ticker nor an option's symbol.")
    return Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency=currency, name=name)


def _side(row: Row, column: str) -> Side:
    word = row.required(column)
    side = SIDES.get(word.casefold())
    if side is None:
        raise CellError(column, word, f"{word[:40]!r} is not a side.", "Expected Buy or Sell.")
    return side


def _instant(builder: StatementBuilder, row: Row, *columns: str) -> datetime:
    return builder.instant(_moment(row, *columns), raw=row.required(*columns), column=columns[0])


def _moment(row: Row, *columns: str) -> datetime:
    """Return a time such as "03/06/2026 15:10:21 EST" or "2026/07/20 08:03:06,GMT-04"; aware when it names its zone."""
    text = row.required(*columns)
    match = _STAMP.fullmatch(text)
    if not match:
        return read_datetime(text, TIMES, column=columns[0])
    moment = read_datetime(match["stamp"], TIMES, column=columns[0])
    return moment.replace(tzinfo=_zone(match, columns[0], text))


def _zone(match: re.Match[str], column: str, text: str) -> timezone:
    offset = match["offset"]
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if hours > 14 or minutes > 59:
            raise CellError(column, text, f"The offset {offset} is no time zone.", "Expected GMT-12 to GMT+14.")
        return timezone((-1 if offset[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))
    if match["zone"] in ("GMT", "UTC"):
        return UTC
    if match["zone"] not in US_OFFSETS:
        raise CellError(column, text, f"The time zone {match['zone']} is not known.", "Expected EST, EDT or GMT±hh.")
    return timezone(timedelta(hours=US_OFFSETS[match["zone"]]))


LAYOUTS = (
    Layout(OPTION_COLUMNS, _read_option_orders),
    Layout(RECORD_COLUMNS, _read_trade_record),
    Layout(ORDER_COLUMNS, _read_orders),
)

FORMAT = BrokerFormat(
    slug=SLUG,
    title="Webull orders and trade record",
    broker="Webull",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
