"""What moves cash in the database: printed balances, movements beside trades, fees in other currencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import delete, func, insert, literal, select

from data.db.correction_tables import balance_assertions, execution_edits
from data.db.engine import Session
from data.db.storage import from_column
from data.db.tables import executions, imports, instruments, ledger_events
from domain.accounts import AccountId, ImportId
from domain.cash import PrintedTable
from domain.periods import to_micros
from domain.statements import OtherKind, PrintedBalance

MOVING = tuple(
    kind.value
    for kind in OtherKind
    if kind.is_cash or kind in (OtherKind.CONVERSION, OtherKind.CORPORATE_ACTION, OtherKind.ROUND_TRIP)
)
SETTLES = "settles:"
CHUNK = 500


def insert_balances(
    session: Session, account_id: AccountId, balances: Sequence[PrintedBalance], *, import_id: ImportId | None
) -> int:
    """Keep the printed balances of a file; those already kept are passed over. Returns how many were new."""
    known = _known(session, account_id, [item.identity for item in balances])
    values = [
        {
            "account_id": account_id,
            "identity": item.identity,
            "occurred_at": item.occurred_at,
            "amount": item.amount,
            "currency": item.currency[:24],
            "position": item.position,
            "line": item.line,
            "import_id": import_id,
        }
        for item in balances
        if item.identity not in known
    ]
    if values:
        session.execute(insert(balance_assertions), values)
    return len(values)


def _known(session: Session, account_id: AccountId, identities: Sequence[str]) -> set[str]:
    mine = balance_assertions.c.account_id == account_id
    column = balance_assertions.c.identity
    if not identities or session.execute(select(column).where(mine).limit(1)).first() is None:
        return set()
    found: set[str] = set()
    for start in range(0, len(identities), CHUNK):
        chosen = column.in_(identities[start : start + CHUNK])
        found.update(session.execute(select(column).where(mine, chosen)).scalars())
    return found


def delete_balances(session: Session, account_id: AccountId, import_id: ImportId) -> None:
    """Remove the printed balances of one import."""
    mine = (balance_assertions.c.account_id == account_id) & (balance_assertions.c.import_id == import_id)
    session.execute(delete(balance_assertions).where(mine))


def read_balances(session: Session, account_id: AccountId) -> dict[str, PrintedTable]:
    """Return the printed balances of an account by currency."""
    table = balance_assertions.c
    query = select(table.currency, table.occurred_at, table.amount, table.line, table.position, table.import_id)
    rows = session.execute(query.where(table.account_id == account_id).order_by(table.currency)).all()
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.currency, []).append(row)
    return {currency: _printed(group) for currency, group in found.items()}


def accounts_with_balances(session: Session, account_ids: Sequence[AccountId]) -> list[AccountId]:
    """Return those of the accounts whose files print balances."""
    column = balance_assertions.c.account_id
    found = set(session.execute(select(column).where(column.in_(list(account_ids))).distinct()).scalars())
    return [item for item in account_ids if item in found]


def _printed(rows: Sequence[Any]) -> PrintedTable:
    return PrintedTable(
        at=np.array([to_micros(row.occurred_at) for row in rows], dtype=np.int64),
        amount=from_column([row.amount for row in rows]),
        line=np.array([row.line for row in rows], dtype=np.int64),
        position=np.array([row.position for row in rows], dtype=np.int64),
        import_id=np.array([row.import_id or 0 for row in rows], dtype=np.int64),
    )


def read_movements(session: Session, account_id: AccountId) -> Sequence[Any]:
    """Return the rows of an account's files that may have moved cash, oldest first.

    Rows have id, kind, occurred_at, symbol, amount, currency, quantity, description and reason.
    """
    table = ledger_events.c
    query = select(
        table.id, table.kind, table.label, table.occurred_at, table.symbol, table.amount, table.currency,
        table.quantity, table.description, table.reason,
    )  # fmt: skip
    mine = (table.account_id == account_id) & table.kind.in_(MOVING)
    moved = table.amount.is_not(None) & table.occurred_at.is_not(None)
    return session.execute(query.where(mine, moved).order_by(table.occurred_at, table.id)).all()


def read_events(session: Session, account_id: AccountId, ids: Sequence[int]) -> dict[int, Any]:
    """Return whole ledger events of an account by id."""
    found: dict[int, Any] = {}
    for start in range(0, len(ids), CHUNK):
        chosen = ledger_events.c.id.in_(list(ids[start : start + CHUNK]))
        rows = session.execute(select(ledger_events).where(ledger_events.c.account_id == account_id, chosen))
        found.update({int(row.id): row for row in rows})
    return found


def read_foreign_fees(
    session: Session, account_id: AccountId, *, after: int = 0, last: int | None = None
) -> list[tuple[int, Any, str]]:
    """Return (execution, fee, currency) of the fills whose fee is not in their instrument's currency.

    Only of those with an id above `after`, and up to `last` where it is given.
    """
    edit, fill = execution_edits.c, executions.c
    currency = func.coalesce(edit.fee_currency, fill.fee_currency)
    fees = func.coalesce(edit.fees, fill.fees, type_=fill.fees.type)
    joined = executions.outerjoin(
        execution_edits, (edit.account_id == fill.account_id) & (edit.execution_id == fill.id)
    ).join(instruments, instruments.c.id == func.coalesce(edit.instrument_id, fill.instrument_id))
    query = (
        select(fill.id, fees.label("fees"), currency.label("currency"))
        .select_from(joined)
        .where(currency != instruments.c.currency, currency != "")
    )
    if after:
        # What is added keeps the database from walking the whole account: the ids are what is looked up.
        query = query.where(fill.id > after, fill.account_id + 0 == account_id)
    else:
        query = query.where(fill.account_id == account_id)
    if last is not None:
        query = query.where(fill.id <= last)
    return [(int(row.id), row.fees, row.currency) for row in session.execute(query) if row.fees]


def read_settlements(session: Session, account_id: AccountId) -> list[tuple[int, Any, str]]:
    """Return (execution, amount, currency) of the fills that the broker booked in another currency.

    A fill that was edited by hand settles as edited, so it is left out.
    """
    event, fill, edit = ledger_events.c, executions.c, execution_edits.c
    mine = (event.account_id == account_id) & (event.kind == OtherKind.SETTLEMENT.value)
    if session.execute(select(event.id).where(mine).limit(1)).first() is None:
        return []
    joined = ledger_events.join(
        executions, (fill.account_id == event.account_id) & (event.identity == literal(SETTLES) + fill.identity)
    ).outerjoin(execution_edits, (edit.account_id == fill.account_id) & (edit.execution_id == fill.id))
    query = select(fill.id, event.amount, event.currency).select_from(joined)
    rows = session.execute(query.where(mine, edit.execution_id.is_(None)))
    return [(int(row.id), row.amount, row.currency) for row in rows]


def read_filenames(session: Session, account_id: AccountId) -> dict[int, str]:
    """Return the file name of each import of an account."""
    query = select(imports.c.id, imports.c.filename).where(imports.c.account_id == account_id)
    return {int(row.id): row.filename for row in session.execute(query)}
