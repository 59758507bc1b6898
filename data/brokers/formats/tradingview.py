"""TradingView: the order history of paper and broker accounts, and the performance of closed trades."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.crypto_pairs import split_pair as split_market
from data.brokers.crypto_pairs import spot
from data.brokers.listed import traded_instrument
from data.brokers.lots import CURRENCIES, split_pair
from data.brokers.moments import read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, find_header, header_score, read_records, read_table
from data.brokers.records import Spare
from data.brokers.round_trips import Proof, RoundTrip, add_round_trip, check_proof
from data.brokers.source import FileKind, SourceFile
from data.brokers.words import is_filled, read_side
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "tradingview"
TIMEZONE = "UTC"
ZERO = Decimal(0)
ORDERS = (
    "Symbol",
    "Side",
    Spare("Type"),
    "Fill Price",
    "Commission",
    Spare("Placing Time"),
    "Closing Time",
    "Order ID",
)
PERFORMANCE = ("symbol", "qty", "pnl", "buyFillId", "buyPrice", "boughtTimestamp", "sellFillId", "sellPrice",
               "soldTimestamp")  # fmt: skip
FILLED = ("Filled Qty", "Filled Quantity")
QUANTITY = ("Qty", "Quantity")
FOREX = frozenset(
    ("FX", "FX_IDC", "OANDA", "FOREXCOM", "FXCM", "SAXO", "PEPPERSTONE", "ICMARKETS", "CAPITALCOM", "EIGHTCAP",
     "VANTAGE", "TICKMILL")
)  # fmt: skip
CRYPTO = frozenset(
    ("BINANCE", "BINANCEUS", "COINBASE", "KRAKEN", "BITSTAMP", "BYBIT", "OKX", "KUCOIN", "BITFINEX", "GEMINI",
     "CRYPTO", "BITGET", "MEXC", "HTX", "GATEIO")
)  # fmt: skip
QUOTED = {
    "XETR": "EUR", "FWB": "EUR", "TRADEGATE": "EUR", "GETTEX": "EUR", "EURONEXT": "EUR", "MIL": "EUR", "BME": "EUR",
    "TSX": "CAD", "TSXV": "CAD", "NEO": "CAD", "CSE": "CAD", "NSE": "INR", "BSE": "INR", "ASX": "AUD", "TSE": "JPY",
    "HKEX": "HKD", "SIX": "CHF", "NASDAQ": "USD", "NYSE": "USD", "AMEX": "USD", "OTC": "USD", "CBOE": "USD",
}  # fmt: skip
# An exchange before the symbol tells these files from another platform's of the same columns.
_EXCHANGE = re.compile(r'(?:^|[,;\t])"?[A-Z][A-Z_0-9]*:[A-Z0-9]', re.MULTILINE)


def sniff(source: SourceFile) -> float:
    """Return how surely this is a TradingView file: the columns of a layout, and symbols with an exchange."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    if header_score(source.head, ORDERS) == 1.0:
        return 0.95
    is_performance = header_score(source.head, PERFORMANCE) == 1.0 and _EXCHANGE.search(source.head)
    return 0.95 if is_performance else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the file in whichever layout it has."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    records = read_records(source.text, name=source.name)
    is_orders = find_header(records, ORDERS) is not None
    table = read_table(records, ORDERS if is_orders else PERFORMANCE, name=source.name)
    read, column = (_read_order, "Closing Time") if is_orders else (_read_trade, "boughtTimestamp")
    rows = oldest_first(table.rows, partial(_moment, column=column))
    builder.each(rows, partial(read, builder, options.currency))
    builder.notes.append(f"Times carry no zone; they are read as {builder.timezone}.")
    return builder.build(rows=len(rows))


def _read_order(builder: StatementBuilder, currency: str, row: Row) -> None:
    symbol, status = row.required("Symbol"), row.text("Status")
    price = row.decimal("Fill Price", default=ZERO)
    filled = row.decimal(*FILLED, default=ZERO) if row.has(*FILLED) else None
    if not price or filled == 0:
        return _keep_unfilled(builder, row, status or "not filled")
    if filled is None and not is_filled(status):
        reason = "The order has a fill price, but the file does not say how much of it was filled."
        raise CellError(
            "Status", status, reason, "Bring it with a small file of your own: date, symbol, side, quantity, price."
        )
    return builder.execution(
        line=row.line,
        instrument=read_symbol(symbol, currency),
        side=read_side(row.required("Side"), column="Side"),
        quantity=filled or row.decimal(*QUANTITY, signed=False),
        price=price,
        fees=abs(row.decimal("Commission", default=ZERO)),
        executed_at=_instant(builder, row, "Closing Time"),
        identity=row.text("Order ID"),
        fingerprint=row.raw("Symbol", "Side", *QUANTITY, "Fill Price", "Closing Time"),
    )


def _keep_unfilled(builder: StatementBuilder, row: Row, label: str) -> None:
    column = "Closing Time" if row.text("Closing Time") else "Placing Time"
    builder.other(
        row.line,
        OtherKind.ORDER,
        label,
        occurred_at=_instant(builder, row, column) if row.text(column) else None,
        symbol=row.text("Symbol"),
        quantity=row.decimal(*QUANTITY, default=ZERO),
        description=f"{row.text('Side')} {row.text('Type')}",
        reason="Nothing was filled.",
        identity=row.text("Order ID"),
    )


def _read_trade(builder: StatementBuilder, currency: str, row: Row) -> None:
    instrument, quantity = read_symbol(row.required("symbol"), currency), row.decimal("qty", signed=False)
    buy, sell, profit = row.decimal("buyPrice"), row.decimal("sellPrice"), row.decimal("pnl")
    proof = Proof(points=quantity * (sell - buy), profits=(profit,))
    check_proof(proof, instrument, column="pnl", text=row.text("pnl"))
    bought, sold = _instant(builder, row, "boughtTimestamp"), _instant(builder, row, "soldTimestamp")
    is_long = bought <= sold
    add_round_trip(
        builder,
        RoundTrip(
            line=row.line,
            instrument=instrument,
            side=Side.BUY if is_long else Side.SELL,
            quantity=quantity,
            entry_price=buy if is_long else sell,
            exit_price=sell if is_long else buy,
            opened=min(bought, sold),
            closed=max(bought, sold),
            profit=profit,
            currency=instrument.currency,
            identity=f"{row.required('buyFillId')}/{row.required('sellFillId')}",
        ),
    )


def read_symbol(symbol: str, currency: str = "") -> Instrument:
    """Return the instrument of a symbol such as "NASDAQ:KO", "FX_IDC:EURUSD" or "CME_MINI:MES1!".

    Args:
        symbol: The symbol with its exchange.
        currency: Currency for markets that tell none; "" takes US dollars.
    """
    exchange, _, plain = symbol.rpartition(":")
    pair, market = split_pair(plain), split_market(plain)
    if exchange in CRYPTO and market:
        return spot(symbol, market[1])
    if exchange in FOREX:
        # Quantities are units of the base currency, not lots.
        quote = pair[1] if pair else plain[-3:] if plain[-3:] in CURRENCIES else currency or FORMAT.currency
        asset = AssetClass.FOREX if pair else AssetClass.CFD
        return Instrument(symbol=symbol, asset_class=asset, currency=quote)
    return traded_instrument(symbol, QUOTED.get(exchange) or currency or FORMAT.currency)


def _moment(row: Row, column: str) -> datetime:
    return read_moment(row.required(column), column=column)


def _instant(builder: StatementBuilder, row: Row, column: str) -> datetime:
    return builder.instant(_moment(row, column), raw=row.text(column), column=column)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="TradingView order history and performance",
    broker="TradingView",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
