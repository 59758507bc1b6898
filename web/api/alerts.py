"""Price alerts, and what they have told."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from domain.alerts import MOST_EVENTS, NOTE_LIMIT, AlertDraft, AlertKind
from web.api.contract import Topic
from web.api.values import DecimalText, FloatText, Moment, Printable, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from datetime import date

    from domain.alerts import AlertEvent, PriceAlert

TOPIC = Topic(
    "Price alerts",
    "/api/v1",
    "What you want to be told about a price. Alerts are looked at by the server whichever page is open, and speak once "
    "for each crossing, however many servers run. Old and refused prices never make one speak.",
)
Kind = Literal["crosses", "above", "below", "rises", "falls"]
_LEVEL = "A price; for `rises` and `falls` the fraction of the previous close (`0.02` is 2 %)."


class AlertQuery(Schema):
    """Which alerts."""

    symbol: Printable = Field("", max_length=64)


class AlertBody(Schema):
    """An alert as it shall be. `crosses` speaks in either direction."""

    symbol: Printable = Field(min_length=1, max_length=64)
    kind: Kind = "crosses"
    level: DecimalText = Field(description=_LEVEL)
    note: str = Field("", max_length=NOTE_LIMIT)
    repeats: bool = Field(default=False, description="Told every time, at most once in five minutes; otherwise once.")
    expires_at: Moment | None = Field(None, description="It ends with this instant, or with the beginning of this day.")


class AlertChange(Schema):
    """What to change; what is left out stays. Another condition or level arms the alert anew."""

    kind: Kind | None = None
    level: DecimalText | None = Field(None, description=_LEVEL)
    note: str | None = Field(None, max_length=NOTE_LIMIT)
    repeats: bool | None = None
    expires_at: Moment | None = Field(None, description="null takes the end away.")
    state: Literal["armed", "paused"] | None = None


class AlertRow(Schema):
    """One alert. `fired` has spoken and is done, `expired` has run out of time."""

    id: int
    symbol: str
    kind: Kind
    level: DecimalText
    note: str
    repeats: bool
    expires_at: datetime | None
    state: Literal["armed", "paused", "fired", "expired"]
    created_at: datetime
    seen_price: FloatText | None = Field(description="The last price it is known to have looked at.")
    seen_at: datetime | None
    fired_at: datetime | None
    fired_price: FloatText | None
    fired_count: int


class AlertList(Schema):
    """Alerts, armed ones first."""

    items: list[AlertRow]
    next_cursor: str | None = None


class EventQuery(Schema):
    """Which events."""

    symbol: Printable = Field("", max_length=64)
    after: int = Field(0, ge=0, description="Only events whose id is larger.")
    limit: int = Field(50, ge=1, le=MOST_EVENTS)


class EventRow(Schema):
    """What was told. `gap`: the level lies in a gap, no price near it was seen. `restated`: the alert was paused."""

    id: int
    alert_id: int | None = Field(description="null when the alert is gone.")
    kind: Literal["crossed", "gap", "restated"]
    symbol: str
    condition: Kind
    level: DecimalText
    note: str
    price: FloatText
    price_at: datetime
    before: FloatText = Field(description="The price seen before.")
    before_at: datetime
    simulated: bool
    told_at: datetime
    read_at: datetime | None


class EventList(Schema):
    """What was told, the newest first."""

    items: list[EventRow]
    unread: int
    next_cursor: str | None = None


class ReadBody(Schema):
    """Up to where it was read."""

    up_to: int = Field(ge=1, description="The id of the newest event that was read.")


class ReadAnswer(Schema):
    """How much was read now."""

    marked: int
    unread: int


class Deleted(Schema):
    """What was deleted."""

    id: int


@TOPIC.get("/alerts", AlertList, query=AlertQuery)
def list_alerts(query: AlertQuery) -> AlertList:
    """List the alerts."""
    return AlertList(items=[_alert(item) for item in services().alerts.alerts(current_owner(), query.symbol)])


@TOPIC.post("/alerts", {201: AlertRow}, body=AlertBody, errors=(404,))
def add_alert(body: AlertBody) -> tuple[AlertRow, int]:
    """Arm a new alert. It compares with the price of this moment."""
    draft = AlertDraft(
        symbol=body.symbol,
        kind=AlertKind(body.kind),
        level=body.level,
        note=body.note,
        repeats=body.repeats,
        expires_at=_instant(body.expires_at),
    )
    return _alert(services().alerts.create(current_owner(), draft)), 201


@TOPIC.get("/alerts/<int:alert_id>", AlertRow, errors=(404,))
def show_alert(alert_id: int) -> AlertRow:
    """Return one alert."""
    return _alert(services().alerts.get(current_owner(), alert_id))


@TOPIC.patch("/alerts/<int:alert_id>", AlertRow, body=AlertChange, errors=(404,))
def change_alert(alert_id: int, body: AlertChange) -> AlertRow:
    """Change an alert, pause it, or arm it again."""
    owner, alerts = current_owner(), services().alerts
    names = ("level", "note", "repeats")
    changes: dict[str, Any] = {name: value for name in names if (value := getattr(body, name)) is not None}
    if body.kind is not None:
        changes["kind"] = AlertKind(body.kind)
    if "expires_at" in body.model_fields_set:
        changes["expires_at"] = _instant(body.expires_at)
    found = alerts.change(owner, alert_id, **changes) if changes else alerts.get(owner, alert_id)
    if body.state is not None:
        found = alerts.switch(owner, alert_id, is_on=body.state == "armed")
    return _alert(found)


@TOPIC.delete("/alerts/<int:alert_id>", Deleted, errors=(404,))
def delete_alert(alert_id: int) -> Deleted:
    """Delete an alert. What it has told stays."""
    services().alerts.delete(current_owner(), alert_id)
    return Deleted(id=alert_id)


@TOPIC.get("/alert-events", EventList, query=EventQuery)
def list_alert_events(query: EventQuery) -> EventList:
    """List what the alerts have told."""
    owner, alerts = current_owner(), services().alerts
    found = alerts.events(owner, limit=query.limit, after=query.after, symbol=query.symbol.upper())
    return EventList(items=[_event(item) for item in found], unread=alerts.unread(owner))


@TOPIC.post("/alert-events/read", {200: ReadAnswer}, body=ReadBody)
def read_alert_events(body: ReadBody) -> ReadAnswer:
    """Note that what was told has been read."""
    owner, alerts = current_owner(), services().alerts
    return ReadAnswer(marked=alerts.mark_read(owner, body.up_to), unread=alerts.unread(owner))


def _instant(moment: date | datetime | None) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), UTC)


def _alert(item: PriceAlert) -> AlertRow:
    names = ("id", "symbol", "level", "note", "repeats", "expires_at", "created_at")
    shown = {name: getattr(item, name) for name in (*names, "fired_at", "fired_price", "fired_count")}
    return AlertRow(
        kind=item.kind.value,
        state=item.state.value,
        seen_price=item.seen.price if item.seen else None,
        seen_at=item.seen.at if item.seen else None,
        **shown,
    )


def _event(item: AlertEvent) -> EventRow:
    names = ("id", "alert_id", "symbol", "level", "note", "price", "price_at", "before", "before_at", "simulated")
    shown = {name: getattr(item, name) for name in (*names, "told_at", "read_at")}
    return EventRow(kind=item.kind.value, condition=item.condition.value, **shown)
