"""Quotes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.market import Quote
from web.api.contract import Topic
from web.api.values import FloatText, Schema, Words
from web.context import current_owner, services

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
    unknown: list[str] = Field(
        description="Symbols without a price now: nobody knows them, or who does gives no answer yet."
    )
    next_cursor: str | None = None


class RefusalRow(Schema):
    """An answer that the gate put aside."""

    provider: str
    reason: str
    value: str
    refused_at: datetime


class PriceWhy(Schema):
    """A price with what it rests on."""

    symbol: str
    quote: QuoteRow | None
    provider_title: str
    fetched_at: datetime | None
    age_seconds: float | None = Field(description="Age of the price at its provider.")
    change_formula: str
    exchange: str
    zone: str = Field(description='Zone of the sessions of its market, "" where that is not known.')
    adjusted: Literal["raw"] = Field(description="The last price is as paid; bars are restated for splits.")
    checks: list[str] = Field(description="What the price was checked for; none for a simulated one.")
    refused: list[RefusalRow] = Field(description="Answers put aside in the last seven days, newest first.")
    year_low: FloatText | None
    year_high: FloatText | None
    year_bars: int = Field(description="Daily bars of the last 364 days.")
    year_from: datetime | None
    year_to: datetime | None
    trades_behind: int = Field(description="None: a price of the market rests on no trade.")


@TOPIC.get("/quotes/<symbol>/why", PriceWhy)
def explain_price(symbol: str) -> PriceWhy:
    """Return where the price of a symbol is from, what it was checked for, and what its change is against."""
    derived = services().price_derivations.derive(current_owner(), symbol)
    found, quote, year = derived.found, derived.found.quote, derived.found.year
    return PriceWhy(
        symbol=found.symbol,
        quote=None if quote is None else _quote_row(quote),
        provider_title=derived.title,
        fetched_at=None if quote is None else quote.fetched_at,
        age_seconds=derived.age_seconds,
        change_formula="last price − previous close",
        exchange=found.profile.exchange,
        zone="" if found.status is None else found.status.venue.zone,
        adjusted="raw",
        checks=list(derived.checks),
        refused=[
            RefusalRow(provider=item.provider, reason=item.reason, value=item.value, refused_at=item.refused_at)
            for item in derived.refused
        ],
        year_low=None if year is None else year.low,
        year_high=None if year is None else year.high,
        year_bars=0 if year is None else year.days,
        year_from=derived.bars_from,
        year_to=derived.bars_to,
        trades_behind=0,
    )


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
