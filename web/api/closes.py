"""Daily closes that a user gives for what no provider quotes."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from web.api.contract import Topic
from web.api.values import DecimalText, Printable, Schema
from web.context import current_owner, services

TOPIC = Topic(
    "Rates and closes",
    "/api/v1/closes",
    "Daily closes of your own, in the currency of the instrument. On the same day they come before a provider's.",
)


class CloseRow(Schema):
    """The closes of one symbol."""

    symbol: str
    count: int
    first: date
    last: date


class CloseList(Schema):
    """Symbols with closes of your own."""

    items: list[CloseRow]
    next_cursor: str | None = None


class CloseBody(Schema):
    """Closes by day."""

    symbol: Printable = Field(min_length=1, max_length=160)
    closes: dict[date, DecimalText] = Field(min_length=1, max_length=20_000)


class SymbolQuery(Schema):
    """Which symbol."""

    symbol: Printable = Field(min_length=1, max_length=160)


class Counted(Schema):
    """How many closes there were."""

    closes: int


@TOPIC.get("", CloseList)
def list_closes() -> CloseList:
    """List the symbols with closes of your own."""
    return CloseList(
        items=[
            CloseRow(symbol=row.symbol, count=row.count, first=row.first, last=row.last)
            for row in services().portfolios.closes.given(current_owner())
        ]
    )


@TOPIC.put("", Counted, body=CloseBody)
def put_closes(body: CloseBody) -> Counted:
    """Set closes of a symbol; those of the same day are replaced."""
    return Counted(closes=services().portfolios.closes.save(current_owner(), body.symbol, body.closes))


@TOPIC.delete("", Counted, query=SymbolQuery)
def delete_closes(query: SymbolQuery) -> Counted:
    """Remove the closes of a symbol, so that a provider's count again."""
    return Counted(closes=services().portfolios.closes.delete(current_owner(), query.symbol))
