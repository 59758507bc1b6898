"""Quotes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from domain.market import Quote
from web.api.contract import Topic
from web.api.values import FloatText, Schema, Words
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


@TOPIC.get("/quotes", QuoteList, query=QuoteQuery)
def list_quotes(query: QuoteQuery) -> QuoteList:
    """Return the last prices of some symbols."""
    found = services().quotes.quotes(query.symbols)
    rows = [_quote_row(found[symbol]) for symbol in query.symbols if symbol in found]
    return QuoteList(items=rows, unknown=[symbol for symbol in query.symbols if symbol not in found])


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
