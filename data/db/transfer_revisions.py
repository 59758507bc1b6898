"""Ledgers that hold what other accounts gave them: when those change, they change too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, insert, select, update

from data.db.engine import Session
from data.db.tables import accounts
from data.db.transfer_tables import transfer_revisions, transfers
from domain.accounts import AccountId

KEPT_REVISIONS = 64


def bump_receivers(session: Session, account_id: AccountId) -> None:
    """Let the ledgers that hold lots of an account follow its change, and those that hold lots of theirs."""
    # Asked with every fill, and nearly always for nothing: building the statement would cost more than answering it.
    gave = f"SELECT 1 FROM transfers WHERE from_account_id = {int(account_id)} LIMIT 1"  # noqa: S608 - an integer
    if session.exec_driver_sql(gave).first() is not None:
        bump_moved(session, receivers(session, [account_id]) - {account_id})


def bump_moved(session: Session, account_ids: Iterable[AccountId]) -> None:
    """Let ledgers of which only what came from elsewhere changed have a new revision, marked as such."""
    mine = accounts.c.id
    for account_id in sorted(set(account_ids)):
        grown = {"revision": accounts.c.revision + 1, "rebuilt_revision": accounts.c.revision + 1}
        change = update(accounts).where(mine == account_id).values(**grown).returning(accounts.c.revision)
        revision = int(session.execute(change).scalar_one())
        old = transfer_revisions.c.revision < revision - KEPT_REVISIONS
        session.execute(delete(transfer_revisions).where(transfer_revisions.c.account_id == account_id, old))
        session.execute(insert(transfer_revisions).values(account_id=account_id, revision=revision))


def receivers(session: Session, account_ids: Sequence[AccountId]) -> set[AccountId]:
    """Return the accounts that hold lots of some accounts, straight or by way of others; these are among them."""
    found, new = set(account_ids), set(account_ids)
    table = transfers.c
    while new:
        query = select(table.to_account_id).where(table.from_account_id.in_(sorted(new)))
        given = session.execute(query.where(table.to_account_id.is_not(None)).distinct()).scalars()
        new = {AccountId(int(item)) for item in given} - found
        found |= new
    return found


def is_only_moved(session: Session, account_id: AccountId, after: int, until: int) -> bool:
    """Whether nothing but transfers made the revisions of a ledger from one on up to another."""
    table = transfer_revisions.c
    made = (table.account_id == account_id) & (table.revision > after) & (table.revision <= until)
    return int(session.execute(select(func.count()).where(made)).scalar_one()) == until - after
