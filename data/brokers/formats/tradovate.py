"""Tradovate: orders, the performance report and the position history of paired fills."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, round_to
from data.brokers.contracts import future_contract
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, find_header, header_score, read_records, read_table
from data.brokers.source import FileKind, SourceFile
from domain.executions import ExecutionKind, Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "tradovate"
TIMEZONE = "America/New_York"
TIMES = ("%m/%d/%Y %H:%M:%S", "%m/%d/%y %H:%M:%S", "ISO")
SIDES = {"buy": Side.BUY, "sell": Side.SELL}
ZERO = Decimal(0)
_THIRTY_SECONDS = re.compile(r"(?P<whole>\d+)'(?P<ticks>[0-2]\d|3[01])\.?(?P<part>[0257]?)")
_EXCHANGE = re.compile(r'(?:^|,)"?[A-Z_]+:[A-Z]', re.MULTILINE)
_PARTS_OF_TICK = {"": ZERO, "0": ZERO, "2": Decimal("0.25"), "5": Decimal("0.5"), "7": Decimal("0.75")}

ORDER_COLUMNS = ("orderId", "B/S", "Contract", "avgPrice", "filledQty", "Fill Time", "Status")
PAIR_COLUMNS = ("Position ID", "Contract", "Pair ID", "Paired Qty", "Buy Price", "Sell Price", "Bought Timestamp",
                "Sold Timestamp")  # fmt: skip
PERFORMANCE_COLUMNS = ("symbol", "qty", "pnl", "buyFillId", "buyPrice", "boughtTimestamp", "sellFillId", "sellPrice",
                       "soldTimestamp")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """One of Tradovate's files: its columns, the time that orders it, and how a row is read."""

    required: tuple[str, ...]
    moment: tuple[str, ...]
    read: Callable[[StatementBuilder, ParseOptions, Row], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A bought and a sold fill printed as one row; `names` are the columns that hold them."""

    symbol: str
    quantity: Decimal
    bought: datetime
    sold: datetime
    ids: tuple[str, str]
    identity: str
    profit: Decimal

    @property
    def is_short(self) -> bool:
        """Whether it was sold first; fill ids, which rise, decide within one second."""
        if self.bought != self.sold:
            return self.sold < self.bought
        buy, sell = self.ids
        return buy.isdigit() and sell.isdigit() and int(sell) < int(buy)


def sniff(source: SourceFile) -> float:
    """Return how surely this is a Tradovate file: all columns of one of its layouts."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    if not any(header_score(source.head, layout.required) == 1.0 for layout in LAYOUTS):
        return 0.0
    # Another platform writes the same columns, with the exchange before the symbol: "NASDAQ:AAPL,…".
    return 0.0 if _EXCHANGE.search(source.head) else 0.95


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the file in whichever layout it has."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    records = read_records(source.text, name=source.name)
    layout = _choose_layout(records)
    table = read_table(records, layout.required, name=source.name)
    rows = oldest_first(table.rows, lambda row: row.moment(*layout.moment, formats=TIMES))
    builder.account_hint = next((row.text("Account") for row in rows if row.text("Account")), "")
    builder.each(rows, partial(layout.read, builder, options))
    builder.notes.append(f"Times carry no zone; they are read as {builder.timezone}. The file names no commissions.")
    return builder.build(rows=len(rows))


def _choose_layout(records: Sequence[Record]) -> Layout:
    return next((item for item in LAYOUTS if find_header(records, item.required) is not None), LAYOUTS[0])


def _read_order(builder: StatementBuilder, options: ParseOptions, row: Row) -> None:
    symbol, status = row.required("Contract"), row.required("Status")
    quantity = row.decimal("filledQty", "Filled Qty", default=ZERO, signed=False)
    if not quantity:
        return builder.other(
            row.line,
            OtherKind.ORDER,
            f"not filled ({status})",
            occurred_at=_instant(builder, row, "Timestamp") if row.text("Timestamp") else None,
            symbol=symbol,
            quantity=row.decimal("Quantity", default=ZERO),
            description=f"{row.text('B/S')} {row.text('Type')}",
            reason="Nothing was filled.",
            identity=row.text("orderId"),
        )
    price = _price(row, "decimalFillAvg", "avgPrice", "Avg Fill Price")
    value = row.decimal("Notional Value", default=ZERO)
    return builder.execution(
        line=row.line,
        instrument=_instrument(symbol, row, options, proof=_ratio(value, quantity * price)),
        side=_side(row),
        quantity=quantity,
        price=price,
        executed_at=_instant(builder, row, "Fill Time"),
        identity=row.text("orderId"),
        fingerprint=row.raw("Contract", "B/S", "filledQty", "avgPrice", "Fill Time"),
    )


def _read_paired(builder: StatementBuilder, options: ParseOptions, row: Row) -> None:
    pair = Pair(
        symbol=row.required("Contract"),
        quantity=row.decimal("Paired Qty", signed=False),
        bought=_instant(builder, row, "Bought Timestamp"),
        sold=_instant(builder, row, "Sold Timestamp"),
        ids=(row.text("Buy Fill ID"), row.text("Sell Fill ID")),
        identity=row.required("Pair ID"),
        profit=row.decimal("P/L"),
    )
    _add_pair(builder, options, row, pair, ("Buy Price", "Sell Price"))


def _read_performance(builder: StatementBuilder, options: ParseOptions, row: Row) -> None:
    ids = (row.required("buyFillId"), row.required("sellFillId"))
    pair = Pair(
        symbol=row.required("symbol"),
        quantity=row.decimal("qty", signed=False),
        bought=_instant(builder, row, "boughtTimestamp"),
        sold=_instant(builder, row, "soldTimestamp"),
        ids=ids,
        identity="/".join(ids),
        profit=row.decimal("pnl"),
    )
    _add_pair(builder, options, row, pair, ("buyPrice", "sellPrice"))


def _add_pair(builder: StatementBuilder, options: ParseOptions, row: Row, pair: Pair, columns: tuple[str, str]) -> None:
    buy_price, sell_price = (_price(row, column) for column in columns)
    points = pair.quantity * (sell_price - buy_price)
    instrument = _instrument(pair.symbol, row, options, proof=_ratio(pair.profit, points))
    legs = [(Side.BUY, buy_price, pair.bought), (Side.SELL, sell_price, pair.sold)]
    builder.other(
        row.line,
        OtherKind.ROUND_TRIP,
        "round trip",
        occurred_at=max(pair.bought, pair.sold),
        symbol=pair.symbol,
        amount=pair.profit,
        currency=instrument.currency,
        quantity=pair.quantity,
        description="short" if pair.is_short else "long",
        identity=pair.identity,
    )
    for side, price, moment in reversed(legs) if pair.is_short else legs:
        builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=pair.quantity,
            price=price,
            executed_at=moment,
            kind=ExecutionKind.PAIRED,
            identity=f"{pair.identity}/{side.word}",
        )


def _price(row: Row, *columns: str) -> Decimal:
    """Return the first price given; treasury futures are quoted in 32nds, 110'165 being 110 and 16.5/32."""
    column = next((name for name in columns if row.text(name)), columns[-1])
    match = _THIRTY_SECONDS.fullmatch(row.text(column))
    if not match:
        return row.decimal(column)
    ticks = Decimal(match["ticks"]) + _PARTS_OF_TICK[match["part"]]
    return Decimal(match["whole"]) + ticks / 32


def _ratio(value: Decimal, points: Decimal) -> Decimal | None:
    """Return money per point when the row's own figures give it."""
    if not value or not points:
        return None
    ratio = value / points
    return round_to(ratio, Decimal("0.0001")).normalize() + 0 if ratio > 0 else None


def _instrument(symbol: str, row: Row, options: ParseOptions, *, proof: Decimal | None) -> Instrument:
    """Return the contract; the known size counts, and a size the row itself proves when none is known.

    Raises:
        CellError: If the row's money contradicts the known size.
    """
    contract = future_contract(symbol)
    known = contract.multiplier if contract else None
    if known and proof and abs(proof - known) > known / 50:
        reason = f"The row's own figures give {proof:f} a point, but a point of {symbol} is worth {known:f}."
        raise CellError("Contract", symbol, reason, "Check quantity, prices and profit of the row.")
    currency = row.text("Currency") or (contract.currency if contract else "") or options.currency or FORMAT.currency
    return Instrument(
        symbol=symbol,
        asset_class=AssetClass.FUTURE,
        currency=currency,
        multiplier=known or proof,
        name=row.text("Product Description"),
    )


def _side(row: Row) -> Side:
    word = row.required("B/S")
    side = SIDES.get(word.casefold())
    if side is None:
        raise CellError("B/S", word, f"{word[:40]!r} is not a side.", "Expected Buy or Sell.")
    return side


def _instant(builder: StatementBuilder, row: Row, column: str) -> datetime:
    return builder.instant(row.moment(column, formats=TIMES), raw=row.required(column), column=column)


LAYOUTS = (
    Layout(ORDER_COLUMNS, ("Fill Time", "Timestamp"), _read_order),
    Layout(PAIR_COLUMNS, ("Bought Timestamp",), _read_paired),
    Layout(PERFORMANCE_COLUMNS, ("boughtTimestamp",), _read_performance),
)

FORMAT = BrokerFormat(
    slug=SLUG,
    title="Tradovate orders, performance and position history",
    broker="Tradovate",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
