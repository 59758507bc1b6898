"""What belongs to a person on a chart: drawings, layouts, fills and the prices of open positions; sessions to shade."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from components import format as fmt
from domain.chart_drawings import (
    LONGEST_NAME,
    LONGEST_SETTINGS,
    LONGEST_TEXT,
    MOST_DRAWINGS,
    LayoutKind,
    write_drawings,
)
from web.api.contract import Topic
from web.api.values import FloatText, Moment, Printable, Schema
from web.context import current_owner, current_profile, services

if TYPE_CHECKING:
    from domain.chart_drawings import ChartLayout, Drawing

TOPIC = Topic("Candles and charts", "/api/v1/charts", "Drawings, layouts and one's own marks on price charts.")


class SymbolQuery(Schema):
    """Whose chart."""

    symbol: Printable = Field(min_length=1, max_length=32)


class MarksQuery(SymbolQuery):
    """Whose marks."""

    trade: int | None = Field(None, ge=1, description="The marks of this trade in place of all of the symbol's.")


class DrawnPoint(Schema):
    """A point of a drawing."""

    t: float = Field(description="Milliseconds since 1970 UTC.")
    p: float = Field(description="Price.")


class DrawingBody(Schema):
    """A drawing."""

    id: str = Field(min_length=1, max_length=40)
    kind: Literal["trend", "level", "rect", "measure", "text"]
    a: DrawnPoint
    b: DrawnPoint | None = Field(None, description="The other end of a trend line, rectangle or measure.")
    text: str = Field("", max_length=LONGEST_TEXT)


class DrawingList(Schema):
    """What is drawn on a symbol."""

    items: list[DrawingBody] = Field(max_length=MOST_DRAWINGS)


class LayoutBody(Schema):
    """A layout as it shall be."""

    kind: Literal["layout", "indicators"] = "layout"
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    settings: str = Field(
        max_length=LONGEST_SETTINGS, description="The query of the Market page: `interval=1h&ind=sma20,rsi14`."
    )


class LayoutRow(Schema):
    """A saved layout or set of indicators."""

    id: int
    kind: str
    name: str
    settings: str
    updated_at: datetime


class LayoutList(Schema):
    """Layouts by name."""

    items: list[LayoutRow]


class LayoutGone(Schema):
    """What is gone."""

    id: int


class MarkFill(Schema):
    """An own execution, restated for later splits."""

    at: datetime
    price: FloatText
    quantity: FloatText
    side: Literal["buy", "sell"]
    account: str


class MarkLevel(Schema):
    """A price that matters: average entry, planned stop, planned target of what is open."""

    kind: Literal["average", "stop", "target"]
    price: FloatText
    label: str
    since: datetime


class ChartMarks(Schema):
    """One's own marks on a symbol's chart."""

    symbol: str
    name: str
    exchange: str
    currency: str
    zone: str = Field(description="Zone of the reader's clock.")
    session_zone: str = Field(description="Zone whose midnight parts sessions.")
    places: int = Field(description="Decimals of the prices.")
    fills: list[MarkFill]
    levels: list[MarkLevel]
    holding: list[datetime] | None = Field(description="From when to when the trade was held; null for a symbol.")


class SessionQuery(SymbolQuery):
    """Which sessions."""

    from_: Moment = Field(alias="from")
    to: Moment


class SessionRow(Schema):
    """One session, half-open."""

    opens_at: datetime
    closes_at: datetime
    is_half_day: bool


class SessionList(Schema):
    """Sessions, ascending; empty where the market never closes or is not known."""

    items: list[SessionRow]


@TOPIC.get("/drawings", DrawingList, query=SymbolQuery)
def list_drawings(query: SymbolQuery) -> DrawingList:
    """Return what is drawn on a symbol."""
    return _drawn(services().chart_desk.drawings(current_owner(), query.symbol))


@TOPIC.put("/drawings", DrawingList, query=SymbolQuery, body=DrawingList)
def replace_drawings(query: SymbolQuery, body: DrawingList) -> DrawingList:
    """Put these drawings in the place of all others on a symbol; an empty list removes them."""
    items = [item.model_dump() for item in body.items]
    return _drawn(services().chart_desk.save_drawings(current_owner(), query.symbol, items))


@TOPIC.get("/layouts", LayoutList)
def list_layouts() -> LayoutList:
    """Return saved layouts and sets of indicators."""
    return LayoutList(items=[_layout(item) for item in services().chart_desk.layouts(current_owner())])


@TOPIC.post("/layouts", {201: LayoutRow}, body=LayoutBody)
def save_layout(body: LayoutBody) -> tuple[LayoutRow, int]:
    """Keep a layout under a name; one of that name is replaced."""
    found = services().chart_desk.save_layout(current_owner(), LayoutKind(body.kind), body.name, body.settings)
    return _layout(found), 201


@TOPIC.delete("/layouts/<int:layout_id>", LayoutGone, errors=(404,))
def delete_layout(layout_id: int) -> LayoutGone:
    """Delete a layout."""
    services().chart_desk.delete_layout(current_owner(), layout_id)
    return LayoutGone(id=layout_id)


@TOPIC.get("/marks", ChartMarks, query=MarksQuery, errors=(404, 503))
def list_marks(query: MarksQuery) -> ChartMarks:
    """Return one's own fills of a symbol and the prices of what is open, or those of one trade."""
    from services.studies import session_zone

    owner, desk = current_owner(), services().chart_desk
    marks = desk.trade_marks(owner, query.trade) if query.trade else desk.marks(owner, query.symbol)
    profile = marks.profile
    quote = services().quotes.quotes([profile.symbol]).get(profile.symbol)
    text = fmt.price(quote.price if quote else 100.0, asset_class=profile.asset_class)
    return ChartMarks(
        symbol=profile.symbol,
        name=profile.name,
        exchange=profile.exchange,
        currency=profile.currency,
        zone=current_profile().timezone,
        session_zone=session_zone(profile),
        places=len(text.partition(".")[2]),
        fills=[
            MarkFill(
                at=fill.at,
                price=fill.price,
                quantity=fill.quantity,
                side="buy" if fill.side > 0 else "sell",
                account=fill.account_name,
            )
            for fill in marks.fills
        ],
        levels=[
            MarkLevel(kind=item.kind, price=item.price, label=item.label, since=item.since)  # type: ignore[arg-type]
            for item in marks.levels
        ],
        holding=list(marks.holding) if marks.holding else None,
    )


@TOPIC.get("/sessions", SessionList, query=SessionQuery, errors=(404, 503))
def list_sessions(query: SessionQuery) -> SessionList:
    """Return the sessions of a symbol's market that touch a period of at most 800 days."""
    first, last = _start_of(query.from_), _start_of(query.to)
    found = services().chart_desk.sessions(query.symbol, first, last)
    rows = [
        SessionRow(opens_at=item.opens_at, closes_at=item.closes_at, is_half_day=item.is_half_day) for item in found
    ]
    return SessionList(items=rows)


def _start_of(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), tzinfo=UTC)


def _drawn(drawings: tuple[Drawing, ...]) -> DrawingList:
    return DrawingList(items=[DrawingBody.model_validate(item) for item in write_drawings(drawings)])


def _layout(item: ChartLayout) -> LayoutRow:
    return LayoutRow(
        id=item.id, kind=item.kind.value, name=item.name, settings=item.settings, updated_at=item.updated_at
    )
