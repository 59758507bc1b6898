"""Price alerts and their events in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from data.db.alert_tables import alert_events, price_alerts
from data.db.engine import Session
from domain.accounts import UserId
from domain.alerts import (
    MOST_EVENTS,
    AlertDraft,
    AlertEvent,
    AlertKind,
    AlertState,
    EventKind,
    PriceAlert,
    Sight,
)
from domain.errors import NotFoundError


def list_alerts(session: Session, owner: UserId, symbol: str = "") -> list[PriceAlert]:
    """Return the owner's alerts, of one symbol where it is given, the newest first."""
    query = select(price_alerts).where(price_alerts.c.owner_id == owner)
    if symbol:
        query = query.where(price_alerts.c.symbol == symbol)
    return [_alert(row) for row in session.execute(query.order_by(price_alerts.c.id.desc()))]


def get_alert(session: Session, owner: UserId, alert_id: int) -> PriceAlert:
    """Return one alert.

    Raises:
        NotFoundError: If the owner has no such alert.
    """
    row = session.execute(select(price_alerts).where(_mine(owner, alert_id))).one_or_none()
    if row is None:
        raise NotFoundError("No such alert.")
    return _alert(row)


def add_alert(session: Session, owner: UserId, draft: AlertDraft, seen: Sight | None, now: datetime) -> int:
    """Insert an alert that is armed and return its id."""
    values = {"owner_id": owner, "state": AlertState.ARMED.value, "created_at": now, **_drafted(draft), **_seen(seen)}
    key = session.execute(insert(price_alerts).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


def change_alert(session: Session, alert: PriceAlert) -> None:
    """Write what an owner may change of an alert, its state and what it has seen.

    Raises:
        NotFoundError: If it is gone.
    """
    draft = AlertDraft(
        symbol=alert.symbol,
        kind=alert.kind,
        level=alert.level,
        note=alert.note,
        repeats=alert.repeats,
        expires_at=alert.expires_at,
    )
    values = {"state": alert.state.value, "version": price_alerts.c.version + 1, **_drafted(draft), **_seen(alert.seen)}
    mine = _mine(UserId(alert.owner), alert.id)
    if session.execute(update(price_alerts).where(mine).values(**values)).rowcount != 1:
        raise NotFoundError("No such alert.")


def delete_alert(session: Session, owner: UserId, alert_id: int) -> None:
    """Delete an alert; what it has told stays.

    Raises:
        NotFoundError: If the owner has no such alert.
    """
    get_alert(session, owner, alert_id)
    events = alert_events.c.alert_id == alert_id
    session.execute(update(alert_events).where(events).values(alert_id=None))
    session.execute(delete(price_alerts).where(_mine(owner, alert_id)))


def read_stamp(session: Session) -> tuple[Any, ...]:
    """Return values that change whenever an alert that is armed does, of whichever owner."""
    columns = price_alerts.c
    values = func.count(), func.max(columns.id), func.max(columns.created_at), func.sum(columns.version)
    return tuple(session.execute(select(*values).where(columns.state == AlertState.ARMED.value)).one())


def list_armed(session: Session) -> list[PriceAlert]:
    """Return the armed alerts of all owners: for whoever looks at prices, never for a page."""
    armed = price_alerts.c.state == AlertState.ARMED.value
    return [_alert(row) for row in session.execute(select(price_alerts).where(armed))]


def note_sights(session: Session, sights: Sequence[tuple[PriceAlert, Sight]]) -> None:
    """Keep what alerts have seen; one that is not what it was when it was read is left alone."""
    if not sights:
        return
    rows = [
        {"alert": alert.id, "read": alert.version, "next": alert.version + 1, **_seen(seen)} for alert, seen in sights
    ]
    is_same = (price_alerts.c.id == bindparam("alert")) & (price_alerts.c.version == bindparam("read"))
    change = update(price_alerts).where(is_same, price_alerts.c.state == AlertState.ARMED.value)
    columns: dict[str, Any] = {name: bindparam(name) for name in _seen(None)}
    session.execute(change.values(version=bindparam("next"), **columns), rows)


def fire(session: Session, alert: PriceAlert, event: AlertEvent, seen: Sight, *, state: AlertState) -> bool:
    """Let an alert speak: its new state and its event, together or not at all.

    Returns:
        False when it is not what it was when it was read: somebody has changed it, or another process was first.
    """
    values = {
        "state": state.value,
        "version": alert.version + 1,
        "fired_at": event.told_at,
        "fired_price": event.price,
        "fired_count": event.ordinal,
        **_seen(seen),
    }
    if session.execute(update(price_alerts).where(_unchanged(alert)).values(**values)).rowcount != 1:
        return False
    session.execute(insert(alert_events).values(owner_id=alert.owner, **_event_values(event)))
    _forget_oldest(session, UserId(alert.owner))
    return True


def list_events(session: Session, owner: UserId, *, limit: int, after: int = 0, symbol: str = "") -> list[AlertEvent]:
    """Return the owner's events whose id is above one, the newest first."""
    query = select(alert_events).where(alert_events.c.owner_id == owner, alert_events.c.id > after)
    if symbol:
        query = query.where(alert_events.c.symbol == symbol)
    return [_event(row) for row in session.execute(query.order_by(alert_events.c.id.desc()).limit(limit))]


def count_unread(session: Session, owner: UserId) -> int:
    """Return how many of the owner's events nobody has read."""
    unread = (alert_events.c.owner_id == owner) & alert_events.c.read_at.is_(None)
    return int(session.execute(select(func.count()).where(unread)).scalar_one())


def mark_read(session: Session, owner: UserId, up_to: int, now: datetime) -> int:
    """Note that the owner's events up to an id were read, and return how many were not before."""
    unread = (alert_events.c.owner_id == owner) & (alert_events.c.id <= up_to) & alert_events.c.read_at.is_(None)
    return int(session.execute(update(alert_events).where(unread).values(read_at=now)).rowcount)


def newest_events(session: Session, owners: Collection[UserId]) -> Mapping[UserId, int]:
    """Return the id of the newest event of each owner that has one."""
    newest = select(alert_events.c.owner_id, func.max(alert_events.c.id)).group_by(alert_events.c.owner_id)
    found = session.execute(newest.where(alert_events.c.owner_id.in_(sorted(owners))))
    return {UserId(int(owner)): int(number) for owner, number in found}


def _forget_oldest(session: Session, owner: UserId) -> None:
    mine = alert_events.c.owner_id == owner
    kept = select(alert_events.c.id).where(mine).order_by(alert_events.c.id.desc()).offset(MOST_EVENTS).limit(1)
    oldest = session.execute(kept).scalar()
    if oldest is not None:
        session.execute(delete(alert_events).where(mine & (alert_events.c.id <= oldest)))


def _mine(owner: UserId, alert_id: int) -> Any:
    return (price_alerts.c.owner_id == owner) & (price_alerts.c.id == alert_id)


def _unchanged(alert: PriceAlert) -> Any:
    is_same = (price_alerts.c.id == alert.id) & (price_alerts.c.version == alert.version)
    return is_same & (price_alerts.c.state == AlertState.ARMED.value)


def _drafted(draft: AlertDraft) -> dict[str, Any]:
    return {
        "symbol": draft.symbol,
        "kind": draft.kind.value,
        "level": draft.level,
        "note": draft.note,
        "repeats": draft.repeats,
        "expires_at": draft.expires_at,
    }


def _seen(seen: Sight | None) -> dict[str, Any]:
    return {
        "seen_price": seen.price if seen else None,
        "seen_at": seen.at if seen else None,
        "seen_close": seen.previous_close if seen else None,
        "seen_simulated": bool(seen and seen.simulated),
    }


def _event_values(event: AlertEvent) -> dict[str, Any]:
    words = {"kind": event.kind.value, "condition": event.condition.value}
    names = ("alert_id", "ordinal", "symbol", "level", "note", "price", "price_at", "before", "before_at")
    return {**words, **{name: getattr(event, name) for name in (*names, "simulated", "told_at", "read_at")}}


def _alert(row: Any) -> PriceAlert:
    seen = None
    if row.seen_price is not None:
        seen = Sight(
            price=row.seen_price, at=row.seen_at, previous_close=row.seen_close, simulated=bool(row.seen_simulated)
        )
    return PriceAlert(
        id=row.id,
        owner=row.owner_id,
        symbol=row.symbol,
        kind=AlertKind(row.kind),
        level=row.level,
        note=row.note,
        repeats=bool(row.repeats),
        expires_at=row.expires_at,
        state=AlertState(row.state),
        created_at=row.created_at,
        seen=seen,
        fired_at=row.fired_at,
        fired_price=row.fired_price,
        fired_count=row.fired_count,
        version=row.version,
    )


def _event(row: Any) -> AlertEvent:
    return AlertEvent(
        id=row.id,
        alert_id=row.alert_id,
        ordinal=row.ordinal,
        kind=EventKind(row.kind),
        symbol=row.symbol,
        condition=AlertKind(row.condition),
        level=row.level,
        note=row.note,
        price=row.price,
        price_at=row.price_at,
        before=row.before,
        before_at=row.before_at,
        simulated=bool(row.simulated),
        told_at=row.told_at,
        read_at=row.read_at,
    )
