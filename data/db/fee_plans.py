"""Fee plans of accounts, and fees that came with a later file than their fill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import bindparam, delete, insert, select, update

from data.db.correction_tables import fee_completions, fee_plans
from data.db.engine import Session
from data.db.executions import batch_costs
from data.db.import_rows import brought_by
from data.db.tables import executions
from domain.accounts import AccountId, ImportId
from domain.columns import ExecutionBatch
from domain.money import ZERO

_CHUNK = 500
_WHOLE_ACCOUNT = 20_000


def find_plan(session: Session, account_id: AccountId) -> str | None:
    """Return an account's plan as JSON text, None without one."""
    query = select(fee_plans.c.plan).where(fee_plans.c.account_id == account_id)
    text: str | None = session.execute(query).scalar()
    return text


def list_plans(session: Session, account_ids: Sequence[AccountId]) -> dict[AccountId, str]:
    """Return the plans of these accounts as JSON texts."""
    query = select(fee_plans.c.account_id, fee_plans.c.plan).where(fee_plans.c.account_id.in_(account_ids))
    return {AccountId(row.account_id): str(row.plan) for row in session.execute(query)}


def save_plan(session: Session, account_id: AccountId, text: str, *, updated_at: datetime) -> None:
    """Set an account's plan; the caller holds the account's lock."""
    delete_plan(session, account_id)
    session.execute(insert(fee_plans).values(account_id=account_id, plan=text, updated_at=updated_at))


def delete_plan(session: Session, account_id: AccountId) -> bool:
    """Take an account's plan away and return whether it had one."""
    return bool(session.execute(delete(fee_plans).where(fee_plans.c.account_id == account_id)).rowcount)


def complete_fees(
    session: Session,
    account_id: AccountId,
    batch: ExecutionBatch,
    *,
    instrument_ids: Sequence[int],
    import_id: ImportId,
    fresh: int,
) -> int:
    """Give stored fills without fees the fees that a later file states of the same fills.

    A fill is the same when identity, instrument, side and quantity are. What was there before is
    kept, so that taking the import back restores it.

    Args:
        session: A writing transaction.
        account_id: The account; the caller holds its lock.
        batch: What the file says, after its new rows were stored.
        instrument_ids: Database id of each of the batch's instruments.
        import_id: The import.
        fresh: How many rows of the batch were new; where all were, none can be known already.

    Returns:
        How many fills were completed.
    """
    if fresh == len(batch):
        return 0
    stated = {batch.identity[row]: row for row in np.flatnonzero(batch.fees.units != 0).tolist()}
    if not stated:
        return 0
    found = [
        (stored, stated[stored.identity])
        for stored in _without_fees(session, account_id, list(stated))
        if stored.identity in stated and _is_same(stored, batch, stated[stored.identity], instrument_ids)
    ]
    if found:
        _write(session, account_id, batch, found, import_id=import_id)
    return len(found)


def _without_fees(session: Session, account_id: AccountId, identities: Sequence[str]) -> list[Any]:
    wanted = executions.c.id, executions.c.identity, executions.c.instrument_id, executions.c.side
    query = select(*wanted, executions.c.quantity, executions.c.fee_currency).where(executions.c.fees == ZERO)
    if len(identities) > _WHOLE_ACCOUNT:
        return list(session.execute(query.where(executions.c.account_id == account_id)))
    found: list[Any] = []
    for start in range(0, len(identities), _CHUNK):
        chosen = executions.c.identity.in_(identities[start : start + _CHUNK])
        found += session.execute(query.where(executions.c.account_id == account_id, chosen))
    return found


def _is_same(stored: Any, batch: ExecutionBatch, row: int, instrument_ids: Sequence[int]) -> bool:
    same = stored.instrument_id == instrument_ids[int(batch.instrument[row])] and stored.side == int(batch.side[row])
    return bool(same and stored.quantity == batch.quantity.at(row))


def _write(
    session: Session,
    account_id: AccountId,
    batch: ExecutionBatch,
    found: Sequence[tuple[Any, int]],
    *,
    import_id: ImportId,
) -> None:
    cost, known = batch_costs(batch)
    completed = [
        {"account_id": account_id, "execution_id": item.id, "import_id": import_id, "fee_currency": item.fee_currency}
        for item, _ in found
    ]
    session.execute(insert(fee_completions), completed)
    values = [
        {
            "key": item.id,
            "stated": batch.fees.at(row),
            "coin": batch.fee_currencies[int(batch.fee_currency[row])],
            "own": cost.at(row) if known[row] else None,
        }
        for item, row in found
    ]
    change = update(executions).where(executions.c.id == bindparam("key"))
    new: dict[str, Any] = {"fees": bindparam("stated"), "fee_currency": bindparam("coin"), "cost": bindparam("own")}
    session.execute(change.values(**new), values)


def undo_completions(session: Session, account_id: AccountId, import_id: ImportId) -> int:
    """Take back the fees that an import gave to fills of others, and return how many there were.

    Call it before the import's own fills go: what later files gave to those is forgotten with them.
    """
    mine = fee_completions.c.account_id == account_id
    given = fee_completions.c.import_id == import_id
    before = select(fee_completions.c.fee_currency).where(mine, fee_completions.c.execution_id == executions.c.id)
    completed = select(fee_completions.c.execution_id).where(mine, given)
    back = {"fees": ZERO, "fee_currency": before.scalar_subquery(), "cost": ZERO}
    count = session.execute(update(executions).where(executions.c.id.in_(completed)).values(**back)).rowcount
    own = select(executions.c.id).where(brought_by(account_id, import_id))
    session.execute(delete(fee_completions).where(mine, given | fee_completions.c.execution_id.in_(own)))
    return int(count)
