"""The history of what people did to fills and trades."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from data.db.correction_tables import ledger_changes
from data.db.engine import Session
from data.db.tables import accounts
from domain.accounts import AccountId, UserId
from domain.errors import NotFoundError
from domain.fills import ChangeKind, FillChange, FillState

SUMMARY_LENGTH = 300
MOST_REVISIONS = 32


def add_change(
    session: Session,
    account_id: AccountId,
    kind: ChangeKind,
    summary: str,
    *,
    states: Mapping[int, tuple[FillState, FillState]],
    changed_at: datetime,
    revision: int | None = None,
) -> int:
    """Write an action down and return its id; `revision` is the ledger's that it made."""
    rows = {str(key): [before.to_dict(), after.to_dict()] for key, (before, after) in states.items()}
    result = session.execute(
        insert(ledger_changes).values(
            account_id=account_id,
            kind=kind.value,
            summary=summary[:SUMMARY_LENGTH],
            detail=json.dumps({"rows": rows, "revisions": [] if revision is None else [revision]}),
            changed_at=changed_at,
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def get_change(session: Session, owner: UserId, change_id: int) -> FillChange:
    """Return one action.

    Raises:
        NotFoundError: If the owner has no such action.
    """
    row = session.execute(_query(owner).where(ledger_changes.c.id == change_id)).first()
    if row is None:
        raise NotFoundError("No such change.")
    return _change(row)


def list_changes(
    session: Session,
    owner: UserId,
    *,
    account_ids: Sequence[AccountId] = (),
    limit: int = 100,
    before: int | None = None,
    standing: bool = False,
) -> list[FillChange]:
    """Return actions, newest first.

    Args:
        session: An open transaction.
        owner: Whose.
        account_ids: Of these accounts only; all by default.
        limit: Most actions.
        before: Go on after the one of this id.
        standing: Only those that were not taken back.
    """
    query = _query(owner).order_by(ledger_changes.c.id.desc()).limit(limit)
    if account_ids:
        query = query.where(ledger_changes.c.account_id.in_(list(account_ids)))
    if before is not None:
        query = query.where(ledger_changes.c.id < before)
    if standing:
        query = query.where(ledger_changes.c.undone_at.is_(None))
    return [_change(row) for row in session.execute(query)]


def mark_undone(session: Session, change_id: int, *, undone_at: datetime, revision: int | None = None) -> None:
    """Mark an action as taken back; `revision` is the ledger's that this made."""
    mine = ledger_changes.c.id == change_id
    values: dict[str, Any] = {"undone_at": undone_at}
    if revision is not None:
        detail = json.loads(session.execute(select(ledger_changes.c.detail).where(mine)).scalar_one())
        values["detail"] = json.dumps({**detail, "revisions": [*detail.get("revisions", ()), revision]})
    session.execute(update(ledger_changes).where(mine).values(**values))


def touched_between(session: Session, account_id: AccountId, after: int, until: int) -> set[int] | None:
    """Return the executions that were changed by hand between two revisions of a ledger.

    None when anything but changes by hand made one of these revisions, or there are very many.
    """
    missing, touched = set(range(after + 1, until + 1)), set[int]()
    if len(missing) > MOST_REVISIONS:
        return None
    latest = func.coalesce(ledger_changes.c.undone_at, ledger_changes.c.changed_at).desc()
    query = select(ledger_changes.c.detail).where(ledger_changes.c.account_id == account_id)
    for text in session.execute(query.order_by(latest, ledger_changes.c.id.desc()).limit(2 * MOST_REVISIONS)).scalars():
        detail = json.loads(text)
        made = missing.intersection(detail.get("revisions", ()))
        touched.update(int(key) for key in detail["rows"] if made)
        missing -= made
        if not missing:
            return touched
    return None


def _query(owner: UserId) -> Any:
    mine = ledger_changes.c.account_id == accounts.c.id
    query = select(ledger_changes, accounts.c.name.label("account_name")).join(accounts, mine)
    return query.where(accounts.c.owner_id == owner)


def _change(row: Row[Any]) -> FillChange:
    stored = json.loads(row.detail).get("rows", {})
    states = {
        int(key): (FillState.from_dict(before), FillState.from_dict(after)) for key, (before, after) in stored.items()
    }
    return FillChange(
        id=row.id,
        account_id=AccountId(row.account_id),
        account_name=row.account_name,
        kind=ChangeKind(row.kind),
        summary=row.summary,
        changed_at=row.changed_at,
        undone_at=row.undone_at,
        states=states,
    )
