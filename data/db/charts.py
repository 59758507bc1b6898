"""Drawings and layouts of charts in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from data.db.chart_tables import chart_drawings, chart_layouts
from data.db.engine import Session
from domain.accounts import UserId
from domain.chart_drawings import ChartLayout, Drawing, LayoutKind, read_drawings, write_drawings


def list_drawings(session: Session, owner: UserId, symbol: str) -> tuple[Drawing, ...]:
    """Return what the owner has drawn on a symbol."""
    mine = (chart_drawings.c.owner_id == owner) & (chart_drawings.c.symbol == symbol)
    text = session.execute(select(chart_drawings.c["items"]).where(mine)).scalar()
    return read_drawings(json.loads(text)) if text else ()


def write_chart(session: Session, owner: UserId, symbol: str, drawings: Sequence[Drawing], now: datetime) -> None:
    """Put these drawings in the place of all others on the symbol."""
    mine = (chart_drawings.c.owner_id == owner) & (chart_drawings.c.symbol == symbol)
    if not drawings:
        session.execute(delete(chart_drawings).where(mine))
        return
    values = {"items": json.dumps(write_drawings(drawings), separators=(",", ":")), "updated_at": now}
    if session.execute(update(chart_drawings).where(mine).values(**values)).rowcount == 0:
        session.execute(insert(chart_drawings).values(owner_id=owner, symbol=symbol, **values))


def list_layouts(session: Session, owner: UserId) -> list[ChartLayout]:
    """Return the owner's layouts and sets of indicators by name."""
    mine = chart_layouts.c.owner_id == owner
    query = select(chart_layouts).where(mine).order_by(chart_layouts.c.kind, chart_layouts.c.name)
    return [
        ChartLayout(
            id=row.id, kind=LayoutKind(row.kind), name=row.name, settings=row.settings, updated_at=row.updated_at
        )
        for row in session.execute(query)
    ]


def save_layout(
    session: Session, owner: UserId, kind: LayoutKind, name: str, *, settings: str, now: datetime
) -> ChartLayout:
    """Insert a layout, or replace the one of its kind and name."""
    mine = (chart_layouts.c.owner_id == owner) & (chart_layouts.c.kind == kind) & (chart_layouts.c.name == name)
    values = {"settings": settings, "updated_at": now}
    if session.execute(update(chart_layouts).where(mine).values(**values)).rowcount == 0:
        session.execute(insert(chart_layouts).values(owner_id=owner, kind=kind.value, name=name, **values))
    found = session.execute(select(chart_layouts.c.id).where(mine)).scalar_one()
    return ChartLayout(id=found, kind=kind, name=name, settings=settings, updated_at=now)


def delete_layout(session: Session, owner: UserId, layout_id: int) -> bool:
    """Delete a layout; False when the owner has none of this id."""
    mine = (chart_layouts.c.owner_id == owner) & (chart_layouts.c.id == layout_id)
    return session.execute(delete(chart_layouts).where(mine)).rowcount > 0
