"""What fees were for, in the database: beside the executions, so that files without kinds cost nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import delete, insert, select

from data.db.charge_tables import execution_charges as table
from data.db.engine import Session
from data.db.storage import sqlite_column, text_column
from data.db.tables import executions
from domain.accounts import AccountId, ImportId
from domain.charge_kinds import ChargeKind, Charges
from domain.columns import ChargeRows, ChargeTable, Decimals, ExecutionBatch

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
    if not len(batch.charges):
        return
    if isinstance(batch.charges, ChargeRows):
        _store_columns(session, batch.charges, ids, stored=stored, owner=owner)
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


def _store_columns(
    session: Session, charges: ChargeRows, ids: Ints, *, stored: Ints, owner: tuple[AccountId, ImportId | None]
) -> None:
    """Hand the columns of a large file to the driver; Core would look at each value."""
    chosen = np.isin(ids[charges.row], stored)
    amount = Decimals(charges.amount.units[chosen], charges.amount.places)
    sqlite = session.dialect.name == "sqlite"
    keys, kinds = ids[charges.row[chosen]].tolist(), charges.kind[chosen].tolist()
    amounts = sqlite_column(amount) if sqlite else text_column(amount)
    rows = zip(repeat(owner[0]), keys, kinds, amounts, repeat(owner[1]), strict=False)
    connection: Any = session.connection.dbapi_connection
    names = "account_id, execution_id, kind, amount, import_id"
    if sqlite:
        connection.executemany(f"INSERT INTO execution_charges ({names}) VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608 - constants
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY execution_charges ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


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
