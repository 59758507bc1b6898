"""Zerodha Console tradebook: equity, futures and options, mutual funds; also saved again from a spreadsheet."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.option_symbols import option_terms
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, header_score, open_table
from data.brokers.source import FileKind, SourceFile
from domain.executions import Side
from domain.instruments import ONE, AssetClass, Instrument, OptionTerms
from domain.statements import Statement

SLUG = "zerodha-tradebook"
TIMEZONE = "Asia/Kolkata"
CURRENCY = "INR"

COLUMNS = ("symbol", "isin", "trade_date", "exchange", "segment", "trade_type", "quantity", "price", "trade_id")
TIMES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "ISO")
DATES = ("%Y-%m-%d", "%d-%m-%Y", "ISO")
SIDES = {"buy": Side.BUY, "sell": Side.SELL}

# A weekly option writes its month as one character, a monthly one as three letters and no day.
_WEEKLY = re.compile(
    r"(?P<root>[A-Z&-]+)(?P<year>\d{2})(?P<month>[1-9OND])(?P<day>\d{2})(?P<strike>[\d.]+)(?P<right>CE|PE)"
)
_MONTHLY = re.compile(r"(?P<root>[A-Z0-9&-]+?)(?P<year>\d{2})(?P<month>[A-Z]{3})(?P<strike>[\d.]+)(?P<right>CE|PE)")
_FUTURE = re.compile(r"[A-Z0-9&-]+?\d{2}(?:[A-Z]{3}|[1-9OND]\d{2})FUT")
_MANGLED = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_WEEK_MONTHS = {"O": 10, "N": 11, "D": 12}


def sniff(source: SourceFile) -> float:
    """Return how surely this is a tradebook: all of its columns in one line."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 0.95 if header_score(source.head, (*COLUMNS, "order_execution_time")) == 1.0 else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the tradebook."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    table = open_table(source.text, COLUMNS, name=source.name)
    rows = oldest_first(table.rows, _moment)
    builder.each(rows, partial(_read, builder))
    if any(item.instrument.asset_class is not AssetClass.FUND for item in builder.executions):
        builder.notes.append("The tradebook names no charges: brokerage and taxes are on the contract notes.")
    return builder.build(rows=len(rows))


def _read(builder: StatementBuilder, row: Row) -> None:
    builder.execution(
        line=row.line,
        instrument=_instrument(row),
        side=_side(row),
        quantity=row.decimal("quantity", signed=False),
        price=row.decimal("price"),
        executed_at=builder.instant(
            _moment(row), raw=row.text("order_execution_time") or row.text("trade_date"), column="order_execution_time"
        ),
        identity=_identity(row),
        fingerprint=row.raw("symbol", "isin", "trade_type", "quantity", "price", "order_id", "order_execution_time"),
    )


def _moment(row: Row) -> datetime:
    if row.text("order_execution_time"):
        return row.moment("order_execution_time", formats=TIMES)
    return row.moment("trade_date", formats=DATES)


def _identity(row: Row) -> str:
    """Return exchange, segment, day and trade id: an exchange numbers its trades anew every day.

    A spreadsheet turns long ids into 5.65E+09; such a row goes by its fingerprint.
    """
    trade_id = row.text("trade_id")
    if not trade_id or _MANGLED.fullmatch(trade_id):
        return ""
    day = row.day("trade_date", formats=DATES)
    return f"{row.text('exchange')}/{row.text('segment')}/{day.isoformat()}/{trade_id}"


def _side(row: Row) -> Side:
    word = row.required("trade_type")
    side = SIDES.get(word.casefold())
    if side is None:
        raise CellError("trade_type", word, f"{word[:40]!r} is not a side.", "Expected buy or sell.")
    return side


def _instrument(row: Row) -> Instrument:
    symbol = row.required("symbol")
    segment = row.required("segment").upper()
    if segment in ("EQ", "MF"):
        return Instrument(
            symbol=row.text("isin") or symbol,
            asset_class=AssetClass.FUND if segment == "MF" else AssetClass.STOCK,
            currency=CURRENCY,
            isin=row.text("isin"),
            name=symbol,
        )
    if segment not in ("FO", "NFO", "BFO"):
        # Currency and commodity contracts are counted in lots whose size the file does not state.
        return Instrument(symbol=symbol, asset_class=AssetClass.FUTURE, currency=CURRENCY, multiplier=None)
    return _derivative(symbol, row)


def _derivative(symbol: str, row: Row) -> Instrument:
    """Return a future or an option; its quantity is printed in units, so a point is worth one rupee."""
    if _FUTURE.fullmatch(symbol.upper()):
        return Instrument(symbol=symbol, asset_class=AssetClass.FUTURE, currency=CURRENCY, multiplier=ONE)
    if not symbol.upper().endswith(("CE", "PE")):
        raise CellError("symbol", symbol, f"{symbol[:40]!r} is neither a future nor an option.")
    return Instrument(
        symbol=symbol, asset_class=AssetClass.OPTION, currency=CURRENCY, multiplier=ONE, option=_terms(symbol, row)
    )


def _terms(symbol: str, row: Row) -> OptionTerms | None:
    """Return an option's terms; a monthly symbol has no day, so its expiry must come from the file's column."""
    expiry = row.day("expiry_date", formats=DATES) if row.text("expiry_date") else None
    weekly = _WEEKLY.fullmatch(symbol.upper())
    if weekly and (expiry is None or expiry == _weekly_expiry(weekly)):
        expiry = expiry or _weekly_expiry(weekly)
        return _build_terms(weekly, expiry)
    monthly = _MONTHLY.fullmatch(symbol.upper())
    return _build_terms(monthly, expiry) if monthly else None


def _build_terms(match: re.Match[str], expiry: date | None) -> OptionTerms | None:
    if expiry is None:
        return None
    return option_terms(underlying=match["root"], expiry=expiry, strike=Decimal(match["strike"]), right=match["right"])


def _weekly_expiry(match: re.Match[str]) -> date | None:
    month = _WEEK_MONTHS.get(match["month"]) or int(match["month"])
    try:
        return date(2000 + int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Zerodha tradebook",
    broker="Zerodha",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
    currency=CURRENCY,
)
