"""Files that a spreadsheet saved anew: their fills are known by what they say, and the user is told so."""

from __future__ import annotations

from dataclasses import replace

from data.db.engine import Session
from data.db.resaved import recognise
from domain.accounts import Account
from domain.statements import Statement


def recognise_fills(session: Session, account: Account | None, statement: Statement) -> Statement:
    """Return the statement with the rows marked as known that are stored in another spelling."""
    if account is None or not account.revision:
        return statement
    executions, count = recognise(session, account.id, statement.executions)
    if not count:
        return statement
    note = (
        f"{count:,} fills are written otherwise than before, but are of the same instrument, side, quantity, price and "
        "time as fills that are here: they count as duplicates. A spreadsheet that saves a file anew changes it so."
    )
    return replace(statement, executions=executions, notes=(*statement.notes, note))
