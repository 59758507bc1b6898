"""Quotes and candles."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.errors import InvalidInputError
from domain.market import BarInterval, Quote
from domain.periods import from_micros
from web.api.contract import Topic
from web.api.cursors import read_cursor, write_cursor
from web.api.values import FloatText, Moment, Printable, Schema, Words
from web.context import services

TOPIC = Topic("Market", "/api/v1", "Prices of the configured provider; simulated ones say so.")
MOST_SYMBOLS = 100


def check_symbols(symbols: tuple[str, ...]) -> tuple[str, ...]:
    """Return the symbols; ValueError for none, too many or too long ones."""
    if not 1 <= len(symbols) <= MOST_SYMBOLS or any(len(symbol) > 64 for symbol in symbols):
        message = f"give 1 to {MOST_SYMBOLS} symbols of at most 64 characters, separated by commas"
        raise ValueError(message)
    return symbols


class QuoteQuery(Schema):
    """Whose prices."""

    symbols: Annotated[Words, AfterValidator(check_symbols)] = Field(description="Comma separated, at most 100.")


class QuoteRow(Schema):
    """The last price of a symbol."""

    symbol: str
    price: FloatText
    currency: str
    as_of: datetime
    provider: str
    stale: bool
    simulated: bool
    previous_close: FloatText | None
    change: FloatText | None
    change_fraction: float | None
    open: FloatText | None
    high: FloatText | None
    low: FloatText | None


class QuoteList(Schema):
    """Quotes in the order asked for."""

    items: list[QuoteRow]
    unknown: list[str] = Field(description="Symbols that nobody has a price of.")
    next_cursor: str | None = None


class CandleQuery(Schema):
    """Which candles."""

    symbol: Printable = Field(min_length=1, max_length=64)
    interval: Literal["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"] = "1d"
    from_: Moment | None = Field(None, alias="from", description="First day in UTC, or first instant.")
    to: Moment | None = Field(None, description="Last day in UTC, included; or an instant, itself not included.")
    cursor: str = Field("", description="`next_cursor` of the page before; later pages are earlier candles.")
    limit: int = Field(500, ge=1, le=5_000)


class CandleRow(Schema):
    """Prices over [start, start + interval)."""

    start: datetime
    open: FloatText
    high: FloatText
    low: FloatText
    close: FloatText
    volume: FloatText


class CandleList(Schema):
    """Candles by time: the last `limit` of the period; the next page holds those before."""

    items: list[CandleRow]
    symbol: str
    interval: str
    next_cursor: str | None


@TOPIC.get("/quotes", QuoteList, query=QuoteQuery)
def list_quotes(query: QuoteQuery) -> QuoteList:
    """Return the last prices of some symbols."""
    found = services().quotes.quotes(query.symbols)
    rows = [_quote_row(found[symbol]) for symbol in query.symbols if symbol in found]
    return QuoteList(items=rows, unknown=[symbol for symbol in query.symbols if symbol not in found])


@TOPIC.get("/candles", CandleList, query=CandleQuery, errors=(404, 503))
def list_candles(query: CandleQuery) -> CandleList:
    """Return the candles of a symbol.

    With `from`, a period that holds more than `limit` candles goes on through `next_cursor`, back in time.
    """
    start, end = _start(query.from_), instant_after(query.to)
    if start and end and end <= start:
        raise InvalidInputError(f"Parameter to={query.to} is before from={query.from_}.", field="to")
    before = read_cursor(query.cursor, size=1)
    bars = services().quotes.candles(
        query.symbol,
        BarInterval(query.interval),
        start=start,
        end=_cursor_end(before[0]) if before else end,
        limit=query.limit,
    )
    columns = (bars.start, bars.open, bars.high, bars.low, bars.close, bars.volume)
    names = ("open", "high", "low", "close", "volume")
    rows = [
        CandleRow(start=from_micros(at), **dict(zip(names, values, strict=True)))
        for at, *values in zip(*(column.tolist() for column in columns), strict=True)
    ]
    has_more = start is not None and len(rows) == query.limit and rows[0].start > start
    return CandleList(
        items=rows,
        symbol=query.symbol,
        interval=query.interval,
        next_cursor=write_cursor([int(bars.start[0])]) if has_more else None,
    )


def _cursor_end(micros: int) -> datetime:
    try:
        return from_micros(micros)
    except OverflowError as error:
        raise InvalidInputError("Parameter cursor is not one that this list gave out.", field="cursor") from error


def _start(moment: date | datetime | None) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), tzinfo=UTC)


def instant_after(moment: date | datetime | None) -> datetime | None:
    """Return the end of a period that is given by its last day in UTC, or by the first instant that is not in it."""
    first = _start(moment)
    return first if first is None or isinstance(moment, datetime) else first + timedelta(days=1)


def _quote_row(quote: Quote) -> QuoteRow:
    return QuoteRow(
        symbol=quote.symbol,
        price=quote.price,
        currency=quote.currency,
        as_of=quote.as_of,
        provider=quote.provider,
        stale=quote.stale,
        simulated=quote.simulated,
        previous_close=quote.previous_close,
        change=quote.change,
        change_fraction=quote.change_fraction,
        open=quote.open,
        high=quote.high,
        low=quote.low,
    )
