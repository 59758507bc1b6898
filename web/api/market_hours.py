"""When markets trade."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from domain.market_hours import MarketState, MarketStatus
from web.api.contract import Topic
from web.api.values import Schema, Words
from web.context import services

TOPIC = Topic("Market", "/api/v1/market-status", "Which markets are open, and until when.")


class MarketStatusQuery(Schema):
    """Which markets."""

    venues: Words = Field((), description="Codes such as `NYSE,NSE`; all known ones by default.")


class MarketStatusRow(Schema):
    """What one market is doing."""

    venue: str
    name: str
    timezone: str
    state: MarketState
    half_day: bool = Field(description="Whether the running or next session closes early.")
    session: date | None = Field(description="Day of the running session, else of the next one.")
    opens_at: datetime | None
    closes_at: datetime | None
    changes_at: datetime | None = Field(description="When the state changes; null when it never does.")
    seconds_left: int | None = Field(description="Seconds until then.")
    holiday: str


class MarketStatusList(Schema):
    """Markets in the order asked for."""

    at: datetime
    items: list[MarketStatusRow]


@TOPIC.get("", MarketStatusList, query=MarketStatusQuery)
def list_market_status(query: MarketStatusQuery) -> MarketStatusList:
    """Return which markets are open, opening or closed now."""
    found = services().market_hours.statuses(query.venues)
    return MarketStatusList(at=services().clock(), items=[_row(item) for item in found])


def _row(item: MarketStatus) -> MarketStatusRow:
    session, left = item.session, item.remaining
    return MarketStatusRow(
        venue=item.venue.code,
        name=item.venue.name,
        timezone=item.venue.zone,
        state=item.state,
        half_day=session is not None and session.is_half_day,
        session=None if session is None else session.day,
        opens_at=None if session is None else session.opens_at,
        closes_at=None if session is None else session.closes_at,
        changes_at=item.changes_at,
        seconds_left=None if left is None else int(left.total_seconds()),
        holiday=item.holiday,
    )
