"""Accounts and portfolios in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from data.db.engine import Session
from data.db.tables import accounts, portfolio_accounts, portfolios, users
from data.db.transfer_revisions import bump_receivers
from domain.accounts import Account, AccountId, LotMethod, Portfolio, PortfolioId, UserId
from domain.errors import NotFoundError
from domain.money import decimal_text

# What every fill asks is written down once: putting such a statement together costs more than running it.
_ONE = select(accounts).where(accounts.c.owner_id == bindparam("owner"), accounts.c.id == bindparam("account"))
_ONE_LOCKED = _ONE.with_for_update()
_GROWN = (
    update(accounts)
    .where(accounts.c.id == bindparam("account"))
    .values(revision=accounts.c.revision + 1)
    .returning(accounts.c.revision)
)
_REBUILT = _GROWN.values(rebuilt_revision=accounts.c.revision + 1)


def _account(row: Row[Any]) -> Account:
    balance = row.starting_balance
    return Account(
        id=AccountId(row.id),
        name=row.name,
        broker=row.broker,
        currency=row.currency,
        timezone=row.timezone,
        lot_method=LotMethod(row.lot_method),
        starting_balance="" if balance is None else decimal_text(balance),
        revision=row.revision,
    )


def list_accounts(session: Session, owner: UserId) -> list[Account]:
    """Return the owner's accounts by name."""
    rows = session.execute(select(accounts).where(accounts.c.owner_id == owner).order_by(accounts.c.name))
    return [_account(row) for row in rows]


def get_account(session: Session, owner: UserId, account_id: int, *, lock: bool = False) -> Account:
    """Return one account, locked against other writers when asked.

    Raises:
        NotFoundError: If the owner has no such account.
    """
    return _account(_get_row(session, owner, account_id, lock=lock))


def get_account_state(session: Session, owner: UserId, account_id: int) -> tuple[Account, int]:
    """Return one account and its last revision that did more than add executions.

    Raises:
        NotFoundError: If the owner has no such account.
    """
    row = _get_row(session, owner, account_id)
    return _account(row), int(row.rebuilt_revision)


def _get_row(session: Session, owner: UserId, account_id: int, *, lock: bool = False) -> Row[Any]:
    row = session.execute(_ONE_LOCKED if lock else _ONE, {"owner": owner, "account": account_id}).first()
    if row is None:
        raise NotFoundError("No such account.")
    return row


def lock_owner(session: Session, owner: UserId) -> None:
    """Let one transaction at a time add accounts and instruments of an owner; SQLite has one writer anyway.

    Rows that refer to the user, such as a new session, are not kept waiting.
    """
    session.execute(select(users.c.id).where(users.c.id == owner).with_for_update(key_share=True))


def find_account(session: Session, owner: UserId, name: str) -> Account | None:
    """Return the owner's account of this name."""
    row = session.execute(select(accounts).where(accounts.c.owner_id == owner, accounts.c.name == name)).first()
    return None if row is None else _account(row)


def add_account(session: Session, owner: UserId, *, created_at: datetime, **values: Any) -> AccountId:
    """Insert an account and return its id."""
    result = session.execute(insert(accounts).values(owner_id=owner, created_at=created_at, **values))
    return AccountId(int(result.inserted_primary_key[0]))  # type: ignore[index]


def update_account(session: Session, owner: UserId, account_id: AccountId, **values: Any) -> None:
    """Change fields of an account; the caller has checked them."""
    mine = (accounts.c.owner_id == owner) & (accounts.c.id == account_id)
    session.execute(update(accounts).where(mine).values(**values))


def delete_account(session: Session, owner: UserId, account_id: AccountId) -> None:
    """Delete an account with everything in it."""
    session.execute(delete(accounts).where(accounts.c.owner_id == owner, accounts.c.id == account_id))


def bump_revision(session: Session, account_id: AccountId, *, append_only: bool) -> int:
    """Let the ledger's revision grow by one and return it; ledgers that hold lots of it follow.

    Args:
        session: An open transaction.
        account_id: The account that changed.
        append_only: Whether only executions were added, so that a book need not be built anew.
    """
    change = _GROWN if append_only else _REBUILT
    revision = int(session.execute(change, {"account": account_id}).scalar_one())
    bump_receivers(session, account_id)
    return revision


def revisions(session: Session, owner: UserId) -> dict[AccountId, tuple[int, int]]:
    """Return (revision, last rebuilding revision) of each of the owner's accounts."""
    query = select(accounts.c.id, accounts.c.revision, accounts.c.rebuilt_revision).where(accounts.c.owner_id == owner)
    return {AccountId(row.id): (row.revision, row.rebuilt_revision) for row in session.execute(query)}


def rebuilt_revision(session: Session, account_id: AccountId) -> int:
    """Return the last revision of an account that did more than add executions."""
    query = select(accounts.c.rebuilt_revision).where(accounts.c.id == account_id)
    return int(session.execute(query).scalar() or 0)


def starting_balance(session: Session, owner: UserId, account_ids: Sequence[AccountId]) -> Decimal | None:
    """Return the sum of the starting balances, None when one of them is unknown."""
    query = select(accounts.c.starting_balance).where(accounts.c.owner_id == owner, accounts.c.id.in_(account_ids))
    found = [row.starting_balance for row in session.execute(query)]
    return None if not found or None in found else sum(found, Decimal(0))


def list_portfolios(session: Session, owner: UserId) -> list[Portfolio]:
    """Return the owner's portfolios with their accounts, by name."""
    rows = session.execute(select(portfolios).where(portfolios.c.owner_id == owner).order_by(portfolios.c.name)).all()
    members = session.execute(
        select(portfolio_accounts).where(portfolio_accounts.c.portfolio_id.in_([row.id for row in rows]))
    ).all()
    return [
        Portfolio(
            id=PortfolioId(row.id),
            name=row.name,
            currency=row.currency,
            account_ids=tuple(AccountId(item.account_id) for item in members if item.portfolio_id == row.id),
        )
        for row in rows
    ]


def save_portfolio(
    session: Session, owner: UserId, *, name: str, currency: str, account_ids: Sequence[AccountId]
) -> PortfolioId:
    """Insert a portfolio or replace the one of this name."""
    session.execute(delete(portfolios).where(portfolios.c.owner_id == owner, portfolios.c.name == name))
    result = session.execute(insert(portfolios).values(owner_id=owner, name=name, currency=currency))
    portfolio_id = PortfolioId(int(result.inserted_primary_key[0]))  # type: ignore[index]
    if account_ids:
        rows = [{"portfolio_id": portfolio_id, "account_id": account_id} for account_id in account_ids]
        session.execute(insert(portfolio_accounts), rows)
    return portfolio_id


def delete_portfolio(session: Session, owner: UserId, portfolio_id: PortfolioId) -> None:
    """Delete a portfolio; its accounts stay."""
    session.execute(delete(portfolios).where(portfolios.c.owner_id == owner, portfolios.c.id == portfolio_id))
