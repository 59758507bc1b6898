"""Watchlists, marks on symbols, tiles and saved screens in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from data.db.engine import Session
from data.db.watchlist_tables import market_tiles, saved_screens, symbol_marks, watched_symbols, watchlists
from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.screens import SavedScreen
from domain.watchlists import SymbolMark, Watchlist


def list_watchlists(session: Session, owner: UserId) -> list[Watchlist]:
    """Return the owner's lists in order, with their symbols."""
    query = select(watchlists).where(watchlists.c.owner_id == owner)
    rows = session.execute(query.order_by(watchlists.c.position, watchlists.c.id)).all()
    members: dict[int, list[str]] = {row.id: [] for row in rows}
    symbols = select(watched_symbols).join(watchlists, watchlists.c.id == watched_symbols.c.watchlist_id)
    symbols = symbols.where(watchlists.c.owner_id == owner).order_by(watched_symbols.c.position)
    for row in session.execute(symbols):
        members[row.watchlist_id].append(row.symbol)
    return [_watchlist(row, members[row.id]) for row in rows]


def add_watchlist(session: Session, owner: UserId, new: Watchlist, *, now: datetime) -> int:
    """Insert a list behind the others, with its symbols; the id of the argument is ignored."""
    behind = select(func.coalesce(func.max(watchlists.c.position), -1)).where(watchlists.c.owner_id == owner)
    values = {
        "owner_id": owner,
        "name": new.name,
        "description": new.description,
        "position": int(session.execute(behind).scalar_one()) + 1,
        "is_in_bar": new.is_in_bar,
        "created_at": now,
        "updated_at": now,
    }
    key = session.execute(insert(watchlists).values(**values)).inserted_primary_key
    number = int(key[0]) if key else 0
    _write_symbols(session, number, new.symbols)
    return number


def change_watchlist(session: Session, owner: UserId, changed: Watchlist, *, now: datetime) -> None:
    """Replace name, description and symbols of a list.

    Raises:
        NotFoundError: If the owner has no such list.
    """
    mine = (watchlists.c.owner_id == owner) & (watchlists.c.id == changed.id)
    values = {"name": changed.name, "description": changed.description, "updated_at": now}
    if session.execute(update(watchlists).where(mine).values(**values)).rowcount != 1:
        raise NotFoundError("No such watchlist.")
    session.execute(delete(watched_symbols).where(watched_symbols.c.watchlist_id == changed.id))
    _write_symbols(session, changed.id, changed.symbols)


def delete_watchlist(session: Session, owner: UserId, list_id: int) -> None:
    """Delete a list.

    Raises:
        NotFoundError: If the owner has no such list.
    """
    mine = (watchlists.c.owner_id == owner) & (watchlists.c.id == list_id)
    if session.execute(delete(watchlists).where(mine)).rowcount != 1:
        raise NotFoundError("No such watchlist.")


def order_watchlists(session: Session, owner: UserId, ids: Sequence[int]) -> None:
    """Put the owner's lists into an order; others' ids are passed over."""
    for position, number in enumerate(ids):
        mine = (watchlists.c.owner_id == owner) & (watchlists.c.id == number)
        session.execute(update(watchlists).where(mine).values(position=position))


def choose_bar(session: Session, owner: UserId, list_id: int) -> None:
    """Let one list of the owner feed the ticker bar."""
    chosen = update(watchlists).where(watchlists.c.owner_id == owner)
    session.execute(chosen.values(is_in_bar=watchlists.c.id == list_id))


def list_marks(session: Session, owner: UserId) -> dict[str, SymbolMark]:
    """Return the owner's marks by symbol."""
    query = select(symbol_marks).where(symbol_marks.c.owner_id == owner)
    return {
        row.symbol: SymbolMark(symbol=row.symbol, colour=row.colour, note=row.note) for row in session.execute(query)
    }


def save_mark(session: Session, owner: UserId, mark: SymbolMark, *, now: datetime) -> None:
    """Write a mark; an empty one is removed."""
    mine = (symbol_marks.c.owner_id == owner) & (symbol_marks.c.symbol == mark.symbol)
    session.execute(delete(symbol_marks).where(mine))
    if mark.colour or mark.note:
        values = {"symbol": mark.symbol, "colour": mark.colour, "note": mark.note, "updated_at": now}
        session.execute(insert(symbol_marks).values(owner_id=owner, **values))


def read_tiles(session: Session, owner: UserId) -> tuple[str, ...] | None:
    """Return the symbols of the owner's tiles, None when nothing was chosen."""
    text = session.execute(select(market_tiles.c.symbols).where(market_tiles.c.owner_id == owner)).scalar()
    return None if text is None else tuple(part for part in text.split(",") if part)


def write_tiles(session: Session, owner: UserId, symbols: Sequence[str]) -> None:
    """Replace the owner's tiles."""
    session.execute(delete(market_tiles).where(market_tiles.c.owner_id == owner))
    session.execute(insert(market_tiles).values(owner_id=owner, symbols=",".join(symbols)))


def list_screens(session: Session, owner: UserId) -> list[SavedScreen]:
    """Return the owner's screens by name."""
    query = select(saved_screens).where(saved_screens.c.owner_id == owner).order_by(saved_screens.c.name)
    return [SavedScreen(id=row.id, name=row.name, query=row.query) for row in session.execute(query)]


def save_screen(session: Session, owner: UserId, name: str, query: str, *, now: datetime) -> int:
    """Write a screen in place of the one of the same name; returns its id."""
    mine = (saved_screens.c.owner_id == owner) & (saved_screens.c.name == name)
    number = session.execute(select(saved_screens.c.id).where(mine)).scalar()
    values = {"query": query, "updated_at": now}
    if number is not None:
        session.execute(update(saved_screens).where(mine).values(**values))
        return int(number)
    key = session.execute(insert(saved_screens).values(owner_id=owner, name=name, **values)).inserted_primary_key
    return int(key[0]) if key else 0


def delete_screen(session: Session, owner: UserId, screen_id: int) -> None:
    """Delete a screen.

    Raises:
        NotFoundError: If the owner has no such screen.
    """
    mine = (saved_screens.c.owner_id == owner) & (saved_screens.c.id == screen_id)
    if session.execute(delete(saved_screens).where(mine)).rowcount != 1:
        raise NotFoundError("No such screen.")


def _write_symbols(session: Session, list_id: int, symbols: Sequence[str]) -> None:
    rows = [
        {"watchlist_id": list_id, "symbol": symbol, "position": position}
        for position, symbol in enumerate(dict.fromkeys(symbols))
    ]
    if rows:
        session.execute(insert(watched_symbols), rows)


def _watchlist(row: Any, symbols: Sequence[str]) -> Watchlist:
    return Watchlist(
        id=row.id,
        name=row.name,
        symbols=tuple(symbols),
        description=row.description,
        is_in_bar=row.is_in_bar,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
