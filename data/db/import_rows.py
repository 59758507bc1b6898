"""Which executions an import brought, looked up without an index of their own.

An import's executions are stored together, so their ids lie in a range that the import remembers. An
index of the column would cost a twelfth of every large import.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, update

from data.db.engine import Session
from data.db.tables import executions, imports
from domain.accounts import AccountId, ImportId


def note_range(session: Session, import_id: ImportId, ids: Any) -> None:
    """Remember between which ids an import's executions lie; `ids` are all of them, in any order."""
    if len(ids):
        values = {"first_execution": int(ids.min()), "last_execution": int(ids.max())}
        session.execute(update(imports).where(imports.c.id == import_id).values(**values))


def brought_by(account_id: AccountId, import_id: ImportId) -> ColumnElement[bool]:
    """Return the condition for the executions of an account that an import brought."""
    mine = imports.c.id == import_id
    first = select(imports.c.first_execution).where(mine).scalar_subquery()
    last = select(imports.c.last_execution).where(mine).scalar_subquery()
    # The sum keeps SQLite from walking the whole account: the range of ids is what is looked up.
    is_own = executions.c.account_id + 0 == account_id
    return executions.c.id.between(first, last) & (executions.c.import_id == import_id) & is_own
