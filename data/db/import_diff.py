"""What one import changed, in the database: its fills by line, and which rows were here before it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from data.db.engine import Session
from data.db.import_rows import brought_by
from data.db.tables import deleted_executions, executions, imports, instruments, ledger_events
from domain.accounts import AccountId, ImportId
from domain.executions import ExecutionKind, Side
from domain.import_diff import AddedFill, KeptRow, KnownRun
from domain.periods import from_micros

if TYPE_CHECKING:  # the column tables load with the first file
    from domain.columns import ExecutionBatch

LOOKED_AT = 20_000
"""Rows of a file that are looked up one by one; of those behind them only the number is kept."""
RUNS = 1_000
_CHUNK = 500


def note_known(session: Session, account_id: AccountId, batch: ExecutionBatch, *, import_id: ImportId) -> None:
    """Keep which rows of a file were here already, and which import brought them."""
    rows = [row for row, kind in enumerate(batch.kind[:LOOKED_AT].tolist()) if kind == ExecutionKind.TRADE]
    found: dict[str, int | None] = {}
    for start in range(0, len(rows), _CHUNK):
        chunk = [batch.identity[row] for row in rows[start : start + _CHUNK]]
        query = select(executions.c.identity, executions.c.import_id).where(
            executions.c.account_id == account_id, executions.c.identity.in_(chunk)
        )
        found.update({row.identity: row.import_id for row in session.execute(query)})
    lines = sorted((int(batch.line[row]), found.get(batch.identity[row])) for row in rows)
    runs = find_runs(lines, import_id=int(import_id))
    session.execute(update(imports).where(imports.c.id == import_id).values(known_rows=json.dumps(runs[:RUNS])))


def find_runs(lines: Iterable[tuple[int, int | None]], *, import_id: int) -> list[list[int | None]]:
    """Return [first line, last line, rows, import] of rows that came with the same earlier import.

    Args:
        lines: Line and import of each row, by line.
        import_id: The import that is looked at: its own rows are new and end a run.
    """
    runs: list[list[int | None]] = []
    is_open = False
    for line, origin in lines:
        if origin == import_id:
            is_open = False
            continue
        if is_open and runs[-1][3] == origin:
            runs[-1][1:3] = [line, (runs[-1][2] or 0) + 1]
        else:
            runs.append([line, line, 1, origin])
        is_open = True
    return runs


def list_known(session: Session, import_id: ImportId) -> list[KnownRun]:
    """Return the rows of an import that were here already, by line."""
    kept = session.execute(select(imports.c.known_rows).where(imports.c.id == import_id)).scalar_one()
    runs = json.loads(kept)
    origins = sorted({run[3] for run in runs if run[3] is not None})
    named = {
        row.id: (row.filename, row.created_at)
        for start in range(0, len(origins), _CHUNK)
        for row in session.execute(
            select(imports.c.id, imports.c.filename, imports.c.created_at).where(
                imports.c.id.in_(origins[start : start + _CHUNK])
            )
        )
    }
    nothing: tuple[str, datetime | None] = ("", None)
    return [
        KnownRun(
            first=first,
            last=last,
            rows=rows,
            batch=origin,
            filename=named.get(origin, nothing)[0],
            created_at=named.get(origin, nothing)[1],
        )
        for first, last, rows, origin in runs
    ]


def list_added(
    session: Session, account_id: AccountId, import_id: ImportId, *, limit: int, offset: int
) -> list[AddedFill]:
    """Return fills an import brought, by their line in the file."""
    deleted = select(deleted_executions.c.execution_id).where(deleted_executions.c.account_id == account_id)
    query = (
        select(executions, instruments.c.symbol, instruments.c.asset_class, executions.c.id.in_(deleted).label("gone"))
        .join(instruments, instruments.c.id == executions.c.instrument_id)
        .where(brought_by(account_id, import_id))
        .where(executions.c.kind == int(ExecutionKind.TRADE))
        .order_by(executions.c.line, executions.c.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        AddedFill(
            line=row.line,
            executed_at=from_micros(row.executed_at),
            symbol=row.symbol,
            asset_class=row.asset_class,
            kind=ExecutionKind(row.kind),
            side=Side(row.side),
            quantity=row.quantity,
            price=row.price,
            fees=row.fees,
            fee_currency=row.fee_currency,
            is_deleted=bool(row.gone),
        )
        for row in session.execute(query)
    ]


def count_kept(session: Session, account_id: AccountId, import_id: ImportId) -> int:
    """Return how many other rows an import brought; those that were here already are not counted."""
    mine = (ledger_events.c.account_id == account_id) & (ledger_events.c.import_id == import_id)
    return int(session.execute(select(func.count()).select_from(ledger_events).where(mine)).scalar_one())


def list_kept(
    session: Session, account_id: AccountId, import_id: ImportId, *, limit: int, offset: int
) -> list[KeptRow]:
    """Return other rows an import brought, by line."""
    mine = (ledger_events.c.account_id == account_id) & (ledger_events.c.import_id == import_id)
    query = select(ledger_events).where(mine).order_by(ledger_events.c.line, ledger_events.c.id)
    return [
        KeptRow(
            line=row.line,
            label=row.label,
            occurred_at=row.occurred_at,
            symbol=row.symbol,
            amount=row.amount,
            currency=row.currency,
            reason=row.reason or row.description,
        )
        for row in session.execute(query.limit(limit).offset(offset))
    ]


def find_period(session: Session, account_id: AccountId, import_id: ImportId) -> tuple[datetime, datetime] | None:
    """Return the time of the first and the last fill an import brought, None when it brought none."""
    span = func.min(executions.c.executed_at), func.max(executions.c.executed_at)
    query = select(*span).where(brought_by(account_id, import_id))
    first, last = session.execute(query).one()
    return None if first is None else (from_micros(int(first)), from_micros(int(last)))
