"""Layouts of the overview in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from data.db.engine import Session
from data.db.report_tables import overview_layouts
from domain.accounts import UserId
from domain.overview import OverviewLayout, Placed, read_cards, write_cards


def list_layouts(session: Session, owner: UserId) -> list[OverviewLayout]:
    """Return the owner's saved layouts in the order they were made."""
    query = select(overview_layouts).where(overview_layouts.c.owner_id == owner).order_by(overview_layouts.c.id)
    return [
        OverviewLayout(name=row.name, cards=read_cards(row.cards), is_current=row.is_current)
        for row in session.execute(query)
    ]


def save_layout(session: Session, owner: UserId, name: str, cards: Sequence[Placed]) -> None:
    """Insert a layout, or replace the one of its name, and make it the current one."""
    leave_all(session, owner)
    mine = (overview_layouts.c.owner_id == owner) & (overview_layouts.c.name == name)
    values = {"cards": write_cards(cards), "is_current": True}
    if session.execute(update(overview_layouts).where(mine).values(**values)).rowcount == 0:
        session.execute(insert(overview_layouts).values(owner_id=owner, name=name, **values))


def leave_all(session: Session, owner: UserId) -> None:
    """Let no layout be the current one: then the owner sees the default."""
    mine = overview_layouts.c.owner_id == owner
    session.execute(update(overview_layouts).where(mine).values(is_current=False))


def delete_layout(session: Session, owner: UserId, name: str) -> None:
    """Delete a layout; a preset of the name shows again as it was."""
    mine = (overview_layouts.c.owner_id == owner) & (overview_layouts.c.name == name)
    session.execute(delete(overview_layouts).where(mine))
