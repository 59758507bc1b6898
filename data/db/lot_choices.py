"""The history of chosen lots; the choices that hold are rows of `lot_picks`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, select, update

from data.db.engine import Session
from data.db.portfolio_tables import lot_choices
from data.db.tables import accounts
from domain.accounts import AccountId, UserId
from domain.errors import NotFoundError
from domain.lot_choices import LotChoice, Lots
from domain.money import decimal_text

SUMMARY_LENGTH = 300


def add_choice(
    session: Session,
    account_id: AccountId,
    close_id: int,
    *,
    summary: str,
    states: tuple[Lots, Lots],
    changed_at: datetime,
) -> int:
    """Write a choice down and return its id; `states` are what was chosen before and after it."""
    before, after = states
    values = {
        "account_id": account_id,
        "close_id": close_id,
        "summary": summary[:SUMMARY_LENGTH],
        "before": _to_text(before),
        "after": _to_text(after),
        "changed_at": changed_at,
    }
    return int(session.execute(insert(lot_choices).values(**values)).inserted_primary_key[0])  # type: ignore[index]


def list_choices(
    session: Session, owner: UserId, *, account_ids: Sequence[AccountId] = (), limit: int = 50
) -> list[LotChoice]:
    """Return what was chosen, newest first; of all accounts where none is named."""
    query = _query(owner).order_by(lot_choices.c.id.desc()).limit(limit)
    if account_ids:
        query = query.where(lot_choices.c.account_id.in_(list(account_ids)))
    return [_choice(row) for row in session.execute(query)]


def get_choice(session: Session, owner: UserId, choice_id: int) -> LotChoice:
    """Return one line of the history.

    Raises:
        NotFoundError: If the owner has no such line.
    """
    row = session.execute(_query(owner).where(lot_choices.c.id == choice_id)).first()
    if row is None:
        raise NotFoundError("No such choice of lots.")
    return _choice(row)


def mark_undone(session: Session, choice_id: int, *, undone_at: datetime) -> None:
    """Mark a choice as taken back."""
    session.execute(update(lot_choices).where(lot_choices.c.id == choice_id).values(undone_at=undone_at))


def _query(owner: UserId) -> Any:
    mine = lot_choices.c.account_id == accounts.c.id
    query = select(lot_choices, accounts.c.name.label("account_name")).join(accounts, mine)
    return query.where(accounts.c.owner_id == owner)


def _choice(row: Row[Any]) -> LotChoice:
    return LotChoice(
        id=row.id,
        account_id=AccountId(row.account_id),
        account_name=row.account_name,
        close_id=int(row.close_id),
        summary=row.summary,
        before=_from_text(row.before),
        after=_from_text(row.after),
        changed_at=row.changed_at,
        undone_at=row.undone_at,
    )


def _to_text(lots: Mapping[int, Decimal]) -> str:
    return json.dumps({str(key): decimal_text(value) for key, value in lots.items()})


def _from_text(text: str) -> Lots:
    return {int(key): Decimal(value) for key, value in json.loads(text).items()}
