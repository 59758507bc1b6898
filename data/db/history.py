"""The history that keeps itself, in the database: what is in use, what is due, and what came of it.

Whoever moves `next_at` on, in one statement that names the old instant, does the work: so one of all processes does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, Row, cast, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data.db.chart_tables import chart_drawings
from data.db.engine import Session
from data.db.history_tables import kept_history
from data.db.tables import executions, instruments
from data.db.watchlist_tables import watched_symbols
from domain.history import HistoryItem
from domain.market import BarInterval
from domain.periods import to_micros

LIST = ""
"""Symbol and width of the row that stands for the list itself: when it is made anew."""
_DUST = 1e-12


def list_items(session: Session) -> list[HistoryItem]:
    """Return what is kept current, by symbol and width."""
    query = select(kept_history).where(kept_history.c.symbol != LIST)
    found = [_item(row) for row in session.execute(query)]
    return sorted(found, key=lambda item: (item.symbol, item.interval.width))


def due_item(session: Session, now: datetime) -> HistoryItem | None:
    """Return what is due for the longest time, None when nothing is."""
    wanted = (kept_history.c.symbol != LIST) & (kept_history.c.next_at <= now)
    row = session.execute(select(kept_history).where(wanted).order_by(kept_history.c.next_at).limit(1)).first()
    return None if row is None else _item(row)


def next_due(session: Session) -> datetime | None:
    """Return when something is due next, the list itself included."""
    found: datetime | None = session.execute(select(func.min(kept_history.c.next_at))).scalar()
    return found


def claim(session: Session, item: HistoryItem, until: datetime) -> bool:
    """Take an item until an instant; False when somebody else was faster."""
    mine = _of(item.symbol, item.interval.value) & (kept_history.c.next_at == item.next_at)
    return bool(session.execute(update(kept_history).where(mine).values(next_at=until)).rowcount == 1)


def claim_list(session: Session, now: datetime, until: datetime) -> bool:
    """Take the making of the list when it is due; the first time of all, too."""
    mine = _of(LIST, LIST) & (kept_history.c.next_at <= now)
    if session.execute(update(kept_history).where(mine).values(next_at=until)).rowcount == 1:
        return True
    dialect = sqlite if session.dialect.name == "sqlite" else postgresql
    row = dialect.insert(kept_history).values(symbol=LIST, interval=LIST, next_at=until)
    made = row.on_conflict_do_nothing().returning(kept_history.c.symbol)
    return session.execute(made).first() is not None


def note_list(session: Session, *, unserved: int, at: datetime) -> None:
    """Note when the list was made and how many symbols have no provider."""
    session.execute(update(kept_history).where(_of(LIST, LIST)).values(gaps=unserved, last_at=at))


def read_list(session: Session) -> tuple[int, datetime | None]:
    """Return how many symbols have no provider and when the list was made."""
    row = session.execute(select(kept_history).where(_of(LIST, LIST))).first()
    return (0, None) if row is None else (row.gaps, row.last_at)


def expire_list(session: Session, at: datetime) -> None:
    """Let the list be made anew soon."""
    session.execute(update(kept_history).where(_of(LIST, LIST)).values(next_at=at))


def set_items(session: Session, wanted: Iterable[tuple[str, BarInterval]], *, at: datetime) -> None:
    """Keep these and no others current; new ones are due at an instant."""
    query = select(kept_history.c.symbol, kept_history.c.interval).where(kept_history.c.symbol != LIST)
    known = {(row.symbol, row.interval) for row in session.execute(query)}
    names = {(symbol, interval.value) for symbol, interval in wanted}
    for symbol, interval in known - names:
        session.execute(delete(kept_history).where(_of(symbol, interval)))
    for symbol, interval in sorted(names - known):
        session.execute(insert(kept_history).values(symbol=symbol, interval=interval, next_at=at))


def note_outcome(session: Session, item: HistoryItem) -> None:
    """Write down how an item stands."""
    names = ("provider", "next_at", "fetched_to", "last_at", "added", "gaps", "failures", "error")
    values = {name: getattr(item, name) for name in names}
    session.execute(update(kept_history).where(_of(item.symbol, item.interval.value)).values(**values))


def hurry(session: Session, symbols: Sequence[str], interval: BarInterval, at: datetime) -> int:
    """Let items be due at an instant, unless they are due before; returns how many."""
    mine = kept_history.c.symbol.in_(symbols) & (kept_history.c.interval == interval.value)
    later = kept_history.c.next_at > at
    return int(session.execute(update(kept_history).where(mine, later).values(next_at=at)).rowcount)


def symbols_in_use(session: Session, since: datetime, asset_classes: Sequence[str]) -> set[str]:
    """Return the symbols that anybody watches, draws on, holds, or traded since an instant."""
    found = set(session.execute(select(watched_symbols.c.symbol).distinct()).scalars())
    found |= set(session.execute(select(chart_drawings.c.symbol).where(chart_drawings.c.updated_at >= since)).scalars())
    held = func.abs(func.sum(cast(executions.c.quantity, Float) * executions.c.side)) > _DUST
    lately = func.max(executions.c.executed_at) >= to_micros(since)
    query = (
        select(instruments.c.symbol)
        .join(executions, executions.c.instrument_id == instruments.c.id)
        .where(instruments.c.asset_class.in_(asset_classes))
        .group_by(executions.c.account_id, instruments.c.id, instruments.c.symbol)
        .having(held | lately)
    )
    return found | set(session.execute(query).scalars())


def _of(symbol: str, interval: str) -> ColumnElement[bool]:
    return (kept_history.c.symbol == symbol) & (kept_history.c.interval == interval)


def _item(row: Row[Any]) -> HistoryItem:
    names = ("symbol", "provider", "next_at", "fetched_to", "last_at", "added", "gaps", "failures", "error")
    values = {name: getattr(row, name) for name in names}
    return HistoryItem(interval=BarInterval(row.interval), **values)
