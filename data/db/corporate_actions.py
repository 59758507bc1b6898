"""Corporate actions that owners entered, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, or_, select, update

from data.db.correction_tables import corporate_actions
from data.db.engine import Session
from data.db.tables import executions, instruments, ledger_events
from data.db.transfer_tables import transfers
from domain.accounts import AccountId, UserId
from domain.corporate_actions import ActionId, ActionKind, CorporateAction
from domain.errors import NotFoundError

_OF_OWNER = (
    select(corporate_actions)
    .where(corporate_actions.c.owner_id == bindparam("owner"))
    .order_by(corporate_actions.c.effective_at, corporate_actions.c.id)
)
_OF_ACCOUNT = _OF_OWNER.where(
    or_(corporate_actions.c.account_id.is_(None), corporate_actions.c.account_id == bindparam("account"))
)


def _action(row: Row[Any]) -> CorporateAction:
    return CorporateAction(
        id=ActionId(row.id),
        kind=ActionKind(row.kind),
        symbol=row.symbol,
        effective_at=row.effective_at,
        account_id=None if row.account_id is None else AccountId(row.account_id),
        ratio_new=row.ratio_new,
        ratio_old=row.ratio_old,
        new_symbol=row.new_symbol,
        cash=row.cash,
        cost_share=row.cost_share,
        note=row.note,
    )


def list_actions(
    session: Session, owner: UserId, *, account_id: AccountId | None = None
) -> tuple[CorporateAction, ...]:
    """Return an owner's actions by time, or those among them that hold for one account."""
    query, values = (_OF_OWNER, {}) if account_id is None else (_OF_ACCOUNT, {"account": account_id})
    return tuple(_action(row) for row in session.execute(query, {"owner": owner, **values}))


def get_action(session: Session, owner: UserId, action_id: int) -> CorporateAction:
    """Return one action.

    Raises:
        NotFoundError: If the owner has no such action.
    """
    query = select(corporate_actions).where(corporate_actions.c.owner_id == owner, corporate_actions.c.id == action_id)
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError("No such corporate action.")
    return _action(row)


def add_action(session: Session, owner: UserId, action: CorporateAction, *, created_at: datetime) -> ActionId:
    """Store an action and return its id."""
    values = {**_values(action), "owner_id": owner, "created_at": created_at}
    result = session.execute(insert(corporate_actions).values(**values))
    return ActionId(int(result.inserted_primary_key[0]))  # type: ignore[index]


def update_action(session: Session, owner: UserId, action: CorporateAction) -> None:
    """Replace what is stored of an action."""
    mine = (corporate_actions.c.owner_id == owner) & (corporate_actions.c.id == action.id)
    session.execute(update(corporate_actions).where(mine).values(**_values(action)))


def delete_action(session: Session, owner: UserId, action_id: int) -> None:
    """Remove an action."""
    mine = (corporate_actions.c.owner_id == owner) & (corporate_actions.c.id == action_id)
    session.execute(delete(corporate_actions).where(mine))


def accounts_holding(
    session: Session, owner: UserId, symbols: Sequence[str], account_ids: Sequence[AccountId]
) -> list[AccountId]:
    """Return those of some accounts with executions or transfers of, options on, or events about, some symbols."""
    named = instruments.c.symbol.in_(symbols) | instruments.c.underlying.in_(symbols)
    held = select(instruments.c.id).where(instruments.c.owner_id == owner, named)
    ids = list(session.execute(held).scalars())
    found: list[AccountId] = []
    for account_id in account_ids:
        fills = select(executions.c.id).where(
            executions.c.account_id == account_id, executions.c.instrument_id.in_(ids)
        )
        events = select(ledger_events.c.id).where(
            ledger_events.c.account_id == account_id, ledger_events.c.symbol.in_(symbols)
        )
        moves = select(transfers.c.id).where(
            transfers.c.to_account_id == account_id, transfers.c.instrument_id.in_(ids)
        )
        if any(session.execute(query.limit(1)).first() for query in (fills, events, moves)):
            found.append(account_id)
    return found


def _values(action: CorporateAction) -> dict[str, Any]:
    return {
        "account_id": action.account_id,
        "kind": action.kind.value,
        "symbol": action.symbol,
        "effective_at": action.effective_at,
        "ratio_new": action.ratio_new,
        "ratio_old": action.ratio_old,
        "new_symbol": action.new_symbol,
        "cash": action.cash,
        "cost_share": action.cost_share,
        "note": action.note,
    }
