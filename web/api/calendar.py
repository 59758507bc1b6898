"""The trading days of a filter, as the Calendar shows them."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from web.api.contract import Topic
from web.api.filters import LedgerQuery
from web.api.values import FloatText, Schema
from web.context import current_owner, services

TOPIC = Topic("Calendar", "/api/v1", "What was realised on each trading day, in the zone of its account.")


class DayRow(Schema):
    """One day with an exit."""

    day: date
    net_pnl: FloatText = Field(description="After fees.")
    gross_pnl: FloatText
    fees: FloatText
    trades: int = Field(description="Trades whose last exit lies in the day.")
    wins: int


class DayList(Schema):
    """Every day with an exit, oldest first."""

    items: list[DayRow]
    currency: str
    left_out: dict[str, int] = Field(description="Trades in other currencies, which are never added.")
    next_cursor: str | None = None


@TOPIC.get("/calendar", DayList, query=LedgerQuery, errors=(404,))
def read_calendar(query: LedgerQuery) -> DayList:
    """Return the result of every trading day; partial exits count on their day."""
    owner = current_owner()
    chosen = query.to_filter(owner)
    found = services().portfolio.days(owner, chosen)
    summary = services().portfolio.summary(owner, chosen)
    rows = [
        DayRow(day=day, net_pnl=item.net, gross_pnl=item.gross, fees=item.fees, trades=item.trades, wins=item.wins)
        for day, item in sorted(found.items())
    ]
    return DayList(items=rows, currency=summary.unit, left_out=dict(summary.left_out))
