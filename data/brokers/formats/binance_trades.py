"""Binance, spot trade history: the older layout with plain numbers, the newer with the coin in each cell."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_decimal
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import fee_rate, require_pair, spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, header_score, open_table
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.statements import Statement

SLUG = "binance-trades"
OLDER = ("Date(UTC)", "Market", "Type", "Price", "Amount", "Total", "Fee", "Fee Coin")
NEWER = ("Date(UTC)", "Pair", "Side", "Price", "Executed", "Amount", "Fee")
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}
_TIMES = ("ISO", "%y-%m-%d %H:%M:%S")
# A coin's code may start with digits (1INCH), so a unit is only split off where it starts with a letter.
_UNIT = re.compile(r"^(?P<number>[-+\d.,]+)(?P<unit>[A-Z][A-Z0-9]*)$")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills; Binance writes UTC and gives no fill id."""
    is_older = header_score(source.head, OLDER) == 1.0
    names = OLDER if is_older else NEWER
    table = open_table(source.text, names, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    read = _read_older if is_older else _read_newer
    builder.each(oldest_first(table.rows, _moment), lambda row: read(builder, row))
    return builder.build(rows=len(table.rows))


def _read_older(builder: StatementBuilder, row: Row) -> None:
    market = row.required("Market")
    base, quote = require_pair(market, column="Market")
    price = row.decimal("Price", signed=False)
    coin = row.text("Fee Coin").upper() or quote
    _add_fill(
        builder,
        row,
        symbol=market,
        quote=quote,
        side=_side(row, "Type"),
        quantity=row.decimal("Amount", signed=False),
        price=price,
        fees=row.decimal("Fee", default=Decimal(0)),
        fee_currency=coin,
        fee_rate=fee_rate(coin, base=base, quote=quote, price=price),
        fingerprint=row.raw(*OLDER),
    )


def _read_newer(builder: StatementBuilder, row: Row) -> None:
    pair = row.required("Pair")
    base, quote = split_by_units(pair, row.required("Executed"), row.required("Amount"))
    price = row.decimal("Price", signed=False)
    fees, coin = read_with_unit(row.text("Fee"), column="Fee", expected=(base, quote, "BNB"))
    _add_fill(
        builder,
        row,
        symbol=pair,
        quote=quote,
        side=_side(row, "Side"),
        quantity=read_with_unit(row.text("Executed"), column="Executed", expected=(base,))[0],
        price=price,
        fees=fees,
        fee_currency=coin or quote,
        fee_rate=fee_rate(coin or quote, base=base, quote=quote, price=price),
        fingerprint=row.raw(*NEWER),
    )


def _add_fill(builder: StatementBuilder, row: Row, *, symbol: str, quote: str, **values: object) -> None:
    builder.execution(
        line=row.line,
        instrument=spot(symbol, quote),
        executed_at=builder.instant(_moment(row), raw=row.text("Date(UTC)"), column="Date(UTC)"),
        **values,
    )


def _moment(row: Row) -> datetime:
    return row.moment("Date(UTC)", formats=_TIMES)


def _side(row: Row, column: str) -> Side:
    side = _SIDES.get(row.required(column).lower())
    if side is None:
        raise CellError(column, row.text(column), "The side is neither BUY nor SELL.", "Expected BUY or SELL.")
    return side


def split_by_units(pair: str, executed: str, amount: str) -> tuple[str, str]:
    """Return (base, quote) as the units of the two cells prove it, else by the list of quote coins."""
    for cut in range(1, len(pair)):
        if executed.endswith(pair[:cut]) and amount.endswith(pair[cut:]):
            return pair[:cut], pair[cut:]
    return require_pair(pair, column="Pair")


def read_with_unit(text: str, *, column: str, expected: tuple[str, ...]) -> tuple[Decimal, str]:
    """Return number and coin of a cell such as "0.00161LTC"; an empty cell is 0 without a coin.

    Raises:
        CellError: If there is no number in front of the coin.
    """
    if not text:
        return Decimal(0), ""
    for unit in sorted(expected, key=len, reverse=True):
        if text.endswith(unit):
            return read_decimal(text.removesuffix(unit), column=column), unit
    match = _UNIT.match(text)
    if match is None:
        return read_decimal(text, column=column), ""
    return read_decimal(match["number"], column=column), match["unit"]


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Binance trade history",
    broker="Binance",
    timezone="UTC",
    sniff=claim_header(1.0, OLDER, NEWER),
    parse=parse,
    currency="USDT",
)
