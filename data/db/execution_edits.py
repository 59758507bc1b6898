"""What people laid over executions: edits, deletion marks, lanes and joined trades. The rows stay as they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Table, delete, func, insert, literal, select

from data.db.correction_tables import execution_edits, execution_lanes, free_executions, trade_joins
from data.db.engine import Session
from data.db.import_rows import brought_by
from data.db.storage import from_column, rescale
from data.db.tables import deleted_executions, executions
from domain.accounts import AccountId, ImportId
from domain.columns import Decimals, ExecutionTable
from domain.fills import HAND_PREFIX, FillState, FillValues

_CHUNK = 500
_VALUES = ("instrument_id", "side", "quantity", "price", "fees", "fee_currency", "cost", "executed_at")
_LAID = ("execution_id", "instrument_id", "side", "quantity", "price", "cost", "executed_at")
_MARKS = (execution_edits, deleted_executions, execution_lanes, free_executions)


def lay_edits(
    session: Session, account_id: AccountId, table: ExecutionTable, *, ids: Sequence[int] | None = None
) -> ExecutionTable:
    """Return a table with the account's edits laid over its rows.

    Args:
        session: An open transaction.
        account_id: The account.
        table: Its executions, ascending by id.
        ids: Look at the edits of these executions only.
    """
    rows = _laid_rows(session, account_id, int(table.id[0]), ids) if len(table) else []
    if not rows:
        return table
    columns: list[Any] = list(zip(*rows, strict=True))
    wanted = np.array(columns[0], dtype=np.int64)
    at = np.minimum(np.searchsorted(table.id, wanted), len(table) - 1)
    here = np.flatnonzero(table.id[at] == wanted)
    at, chosen = at[here], [[column[row] for row in here.tolist()] for column in columns]
    known = np.array([value is not None for value in chosen[5]], dtype=bool)
    return replace(
        table,
        instrument=_put(table.instrument, at, chosen[1]),
        side=_put(table.side, at, chosen[2]),
        quantity=_put_exact(table.quantity, at, chosen[3]),
        price=_put_exact(table.price, at, chosen[4]),
        cost=_put_exact(table.cost, at, [0 if value is None else value for value in chosen[5]]),
        cost_known=_put(table.cost_known, at, known),
        executed_at=_put(table.executed_at, at, chosen[6]),
    )


def _laid_rows(session: Session, account_id: AccountId, first: int, ids: Sequence[int] | None) -> list[Any]:
    statement = (
        f"SELECT {','.join(_LAID)} FROM execution_edits "  # noqa: S608 - constants and integers
        f"WHERE account_id = {int(account_id)} AND execution_id >= {first}"
    )
    if ids is None:
        return list(session.exec_driver_sql(statement + " ORDER BY execution_id").fetchall())
    found: list[Any] = []
    for chunk in _chunks(ids):
        chosen = ",".join(str(int(item)) for item in chunk)
        found += session.exec_driver_sql(f"{statement} AND execution_id IN ({chosen})").fetchall()
    return found


def _put(column: Any, at: Any, values: Any) -> Any:
    changed = column.copy()
    changed[at] = values
    return changed


def _put_exact(column: Decimals, at: Any, values: Sequence[Any]) -> Decimals:
    fresh = from_column(values)
    places = max(column.places, fresh.places)
    old, new = rescale(column, places), rescale(fresh, places)
    if new.dtype == object and old.dtype != object:
        old = old.astype(object)
    return Decimals(_put(old, at, new), places)


def read_edits(session: Session, account_id: AccountId, ids: Sequence[int]) -> dict[int, FillValues]:
    """Return what is laid over these executions, by id."""
    return {row["execution_id"]: _values(row) for row in _rows_of(session, execution_edits, account_id, ids)}


def _values(row: Mapping[str, Any]) -> FillValues:
    return FillValues(**{name: row[name] for name in _VALUES})


def read_states(session: Session, account_id: AccountId, ids: Sequence[int]) -> dict[int, FillState]:
    """Return what people have made of these executions; every id is answered."""
    edits = read_edits(session, account_id, ids)
    gone = {row["execution_id"] for row in _rows_of(session, deleted_executions, account_id, ids)}
    lanes = {row["execution_id"]: row["lane"] for row in _rows_of(session, execution_lanes, account_id, ids)}
    free = {row["execution_id"] for row in _rows_of(session, free_executions, account_id, ids)}
    joined = {row["trade_id"] for row in _rows_of(session, trade_joins, account_id, ids)}
    return {
        key: FillState(
            deleted=key in gone, edit=edits.get(key), lane=lanes.get(key, 0), joined=key in joined, free=key in free
        )
        for key in ids
    }


def _rows_of(session: Session, table: Table, account_id: AccountId, ids: Sequence[int]) -> Iterator[Mapping[str, Any]]:
    key = table.c.trade_id if table is trade_joins else table.c.execution_id
    for chunk in _chunks(ids):
        query = select(table).where(table.c.account_id == account_id, key.in_(chunk))
        yield from (dict(row) for row in session.execute(query).mappings())


def write_states(
    session: Session, account_id: AccountId, states: Mapping[int, FillState], *, changed_at: datetime
) -> None:
    """Make these states those of their executions."""
    ids = list(states)
    _clear(session, account_id, ids)
    owned = {"account_id": account_id}
    _insert(
        session,
        execution_edits,
        [
            {**owned, "execution_id": key, "edited_at": changed_at, **_plain(state.edit)}
            for key, state in states.items()
            if state.edit is not None
        ],
    )
    gone = [key for key, state in states.items() if state.deleted]
    _insert(session, deleted_executions, [{**owned, "execution_id": key, "deleted_at": changed_at} for key in gone])
    lanes = {key: state.lane for key, state in states.items() if state.lane}
    _insert(session, execution_lanes, [{**owned, "execution_id": key, "lane": lane} for key, lane in lanes.items()])
    free = [key for key, state in states.items() if state.free]
    _insert(session, free_executions, [{**owned, "execution_id": key} for key in free])
    joined = [key for key, state in states.items() if state.joined]
    _insert(session, trade_joins, [{**owned, "trade_id": key} for key in joined])


def _plain(values: FillValues) -> dict[str, Any]:
    return {name: getattr(values, name) for name in _VALUES}


def _insert(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _clear(session: Session, account_id: AccountId, ids: Sequence[int]) -> None:
    for chunk in _chunks(ids):
        for table in _MARKS:
            session.execute(delete(table).where(table.c.account_id == account_id, table.c.execution_id.in_(chunk)))
        mine = (trade_joins.c.account_id == account_id) & trade_joins.c.trade_id.in_(chunk)
        session.execute(delete(trade_joins).where(mine))


def clear_import(session: Session, account_id: AccountId, import_id: ImportId) -> None:
    """Remove the marks of one import's executions, which are about to go: their ids may be given again."""
    mine = select(executions.c.id).where(brought_by(account_id, import_id))
    for table in _MARKS:
        session.execute(delete(table).where(table.c.account_id == account_id, table.c.execution_id.in_(mine)))
    session.execute(delete(trade_joins).where(trade_joins.c.account_id == account_id, trade_joins.c.trade_id.in_(mine)))


def edited_ids(session: Session, account_id: AccountId) -> list[int]:
    """Return the executions whose values somebody changed."""
    query = select(execution_edits.c.execution_id).where(execution_edits.c.account_id == account_id)
    return [int(key) for key in session.execute(query).scalars()]


def hand_made_ids(session: Session, account_id: AccountId) -> list[int]:
    """Return the executions that no file holds."""
    # Only GLOB lets SQLite go straight to them in the index of identities.
    operator, pattern = ("GLOB", f"{HAND_PREFIX}*") if session.dialect.name == "sqlite" else ("LIKE", f"{HAND_PREFIX}%")
    begins = executions.c.identity.op(operator, is_comparison=True)(literal(pattern))
    query = select(executions.c.id).where(executions.c.account_id == account_id, begins)
    return [int(key) for key in session.execute(query).scalars()]


def of_import(session: Session, account_id: AccountId, import_id: ImportId, ids: Sequence[int]) -> set[int]:
    """Return which of these executions came with an import."""
    found: set[int] = set()
    for chunk in _chunks(ids):
        query = select(executions.c.id).where(executions.c.id.in_(chunk), executions.c.import_id == import_id)
        found.update(session.execute(query.where(executions.c.account_id == account_id)).scalars())
    return found


def count_marks(session: Session, account_id: AccountId, import_id: ImportId) -> tuple[int, int]:
    """Return how many executions of an import people have edited, and how many they have deleted."""
    mine = select(executions.c.id).where(brought_by(account_id, import_id))

    def count(table: Table, *conditions: Any) -> int:
        query = select(func.count()).select_from(table)
        chosen = query.where(table.c.account_id == account_id, table.c.execution_id.in_(mine), *conditions)
        return int(session.execute(chosen).scalar_one())

    return count(execution_edits), count(deleted_executions, deleted_executions.c.import_id.is_(None))


def read_lanes(session: Session, account_id: AccountId) -> dict[int, int]:
    """Return the lane of every execution that was set apart, by id."""
    query = select(execution_lanes.c.execution_id, execution_lanes.c.lane)
    rows = session.execute(query.where(execution_lanes.c.account_id == account_id))
    return {int(row.execution_id): int(row.lane) for row in rows}


def read_free(session: Session, account_id: AccountId) -> list[int]:
    """Return the executions of which somebody said that they cost nothing, ascending."""
    query = select(free_executions.c.execution_id).where(free_executions.c.account_id == account_id)
    return sorted(int(key) for key in session.execute(query).scalars())


def read_joins(session: Session, account_id: AccountId) -> frozenset[int]:
    """Return the trades that were merged into the one before them, by the id of their opening execution."""
    rows = session.execute(select(trade_joins.c.trade_id).where(trade_joins.c.account_id == account_id))
    return frozenset(int(row.trade_id) for row in rows)


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    items = list(ids)
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
