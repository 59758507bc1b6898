"""What fees were for, in the database: beside the executions, so that files without kinds cost nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import delete, insert, select

from data.db.charge_tables import execution_charges as table
from data.db.engine import Session
from data.db.tables import executions
from domain.accounts import AccountId, ImportId
from domain.charge_kinds import ChargeKind, Charges
from domain.columns import ChargeTable, ExecutionBatch

if TYPE_CHECKING:
    from domain.columns import Ints

ROWS_AT_ONCE = 2_000


def store_charges(
    session: Session, batch: ExecutionBatch, ids: Ints, *, stored: Ints, owner: tuple[AccountId, ImportId | None]
) -> None:
    """Store the kinds of a batch's fees.

    Args:
        session: A writing transaction.
        batch: The rows.
        ids: Execution id of each row.
        stored: Ids of the rows that were new.
        owner: The account, and the import they belong to.
    """
    if not batch.charges:
        return
    known = set(stored.tolist())
    rows = [
        {
            "account_id": owner[0],
            "execution_id": int(ids[row]),
            "kind": int(kind),
            "amount": amount,
            "import_id": owner[1],
        }
        for row, kind, amount in batch.charges
        if int(ids[row]) in known
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(insert(table), rows[start : start + ROWS_AT_ONCE])


def forget_import(session: Session, account_id: AccountId, import_id: ImportId) -> None:
    """Remove the kinds that an import brought."""
    session.execute(delete(table).where(table.c.account_id == account_id, table.c.import_id == import_id))


def read_charges(session: Session, account_id: AccountId) -> ChargeTable:
    """Return the kinds of an account's fees in each instrument's currency, ordered by execution.

    Fees without a rate into it are left out. `cost` is what the file said the execution cost.
    """
    query = (
        select(table.c.execution_id, table.c.kind, table.c.amount, executions.c.fees, executions.c.cost)
        .join(executions, executions.c.id == table.c.execution_id)
        .where(table.c.account_id == account_id, executions.c.cost.is_not(None), executions.c.fees != Decimal(0))
        .order_by(table.c.execution_id, table.c.kind)
    )
    rows: list[Any] = list(session.execute(query))
    return ChargeTable(
        execution_id=np.array([row.execution_id for row in rows], dtype=np.int64),
        kind=np.array([row.kind for row in rows], dtype=np.int8),
        amount=np.array([float(row.amount * row.cost / row.fees) for row in rows], dtype=np.float64),
        cost=np.array([float(row.cost) for row in rows], dtype=np.float64),
    )


def charges_of(session: Session, account_id: AccountId, ids: Sequence[int]) -> dict[int, Charges]:
    """Return the kinds of some executions' fees, in the fees' currency, by execution id."""
    found: dict[int, list[tuple[ChargeKind, Any]]] = {}
    for start in range(0, len(ids), 500):
        chosen = table.c.execution_id.in_(list(ids[start : start + 500]))
        query = select(table).where(table.c.account_id == account_id, chosen).order_by(table.c.kind)
        for row in session.execute(query):
            found.setdefault(int(row.execution_id), []).append((ChargeKind(row.kind), row.amount))
    return {key: tuple(parts) for key, parts in found.items()}
