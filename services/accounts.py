"""Accounts and portfolios: adding, changing, choosing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from data.db import accounts as table
from data.db.engine import Database, Session
from data.db.executions import count_executions
from data.db.portfolios import update_plan, write_members
from domain.accounts import Account, AccountId, LotMethod, Portfolio, PortfolioId, UserId
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.money import parse_plain_decimal
from domain.periods import Clock

NAME_LIMIT = 120

_OF_THE_MACHINE = ("localtime", "posix", "right", "Factory")
"""What a folder of zones also holds: not names that mean the same on another machine."""


class AccountService:
    """Use cases around accounts and portfolios."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def list_accounts(self, owner: UserId) -> list[Account]:
        """Return the owner's accounts by name."""
        with self._db.read() as session:
            return table.list_accounts(session, owner)

    def account(self, owner: UserId, account_id: int) -> Account:
        """Return one account; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            return table.get_account(session, owner, account_id)

    def choose(self, owner: UserId, text: str) -> tuple[AccountId, ...]:
        """Return the accounts meant by names or ids, separated by commas; () for an empty text, which means all.

        Raises:
            NotFoundError: If the owner has no such account.
        """
        if not text.strip():
            return ()
        mine = self.list_accounts(owner)
        known = {str(int(item.id)): item.id for item in mine} | {item.name: item.id for item in mine}
        whole = " ".join(text.split())
        parts = [whole] if whole in known else [" ".join(part.split()) for part in text.split(",") if part.strip()]
        for part in parts:
            if part not in known:
                raise NotFoundError(f"There is no account {part[:60]!r}.", hint="Use the name or the id of your own.")
        return tuple(dict.fromkeys(known[part] for part in parts))

    def create(self, owner: UserId, name: str, **values: Any) -> Account:
        """Add an account.

        Args:
            owner: Its owner.
            name: Shown everywhere; unique among the owner's accounts.
            **values: Any of broker, currency, timezone, lot_method, starting_balance (text).

        Raises:
            InvalidInputError: If a value is not valid.
            ConflictError: If the name is taken.
        """
        with self._db.begin() as session:
            if table.find_account(session, owner, check_name(name)) is not None:
                raise ConflictError(f"There is already an account called {name.strip()!r}.")
            account_id = table.add_account(
                session, owner, created_at=self._clock(), name=check_name(name), **check_values(values)
            )
            return table.get_account(session, owner, account_id)

    def update(self, owner: UserId, account_id: AccountId, **values: Any) -> Account:
        """Change an account; a changed lot method or time zone rebuilds its ledger."""
        changes = check_values(values)
        with self._db.begin() as session:
            account = table.get_account(session, owner, account_id, lock=True)
            if "name" in values:
                changes["name"] = check_name(values["name"])
                twin = table.find_account(session, owner, changes["name"])
                if twin is not None and twin.id != account.id:
                    raise ConflictError(f"There is already an account called {changes['name']!r}.")
            if changes:
                table.update_account(session, owner, account_id, **changes)
                table.bump_revision(session, account_id, append_only=False)
            return table.get_account(session, owner, account_id)

    def delete(self, owner: UserId, account_id: AccountId) -> None:
        """Delete an account with all its executions and notes; what it gave to others stays there with its cost."""
        from services.transfer_books import release_account  # noqa: PLC0415 - with what reads ledgers

        with self._db.begin() as session:
            table.get_account(session, owner, account_id, lock=True)
            release_account(session, owner, account_id, now=self._clock())
            table.delete_account(session, owner, account_id)

    def list_portfolios(self, owner: UserId) -> list[Portfolio]:
        """Return the owner's portfolios."""
        with self._db.read() as session:
            return table.list_portfolios(session, owner)

    def save_portfolio(self, owner: UserId, name: str, currency: str, account_ids: Sequence[int]) -> PortfolioId:
        """Add a portfolio, or replace the one of this name."""
        with self._db.begin() as session:
            mine = [table.get_account(session, owner, item).id for item in account_ids]
            return table.save_portfolio(
                session, owner, name=check_name(name), currency=check_currency(currency), account_ids=mine
            )

    def put_portfolio(
        self, owner: UserId, portfolio_id: int | None, *, name: str, currency: str, account_ids: Sequence[int]
    ) -> PortfolioId:
        """Add a portfolio (None) or change one, its name too; returns its id.

        Raises:
            NotFoundError: If the owner has no such portfolio.
            ConflictError: If another one has the name.
        """
        wanted = check_name(name)
        with self._db.begin() as session:
            found = {item.id: item.name for item in table.list_portfolios(session, owner)}
            if portfolio_id is not None and portfolio_id not in found:
                raise NotFoundError("No such portfolio.")
            if any(known == wanted for key, known in found.items() if key != portfolio_id):
                raise ConflictError(f"There is already a portfolio called {wanted!r}.")
            mine = [table.get_account(session, owner, item).id for item in account_ids]
            code = check_currency(currency)
            if portfolio_id is None:
                return table.save_portfolio(session, owner, name=wanted, currency=code, account_ids=mine)
            update_plan(session, owner, portfolio_id, name=wanted, currency=code)
            write_members(session, portfolio_id, mine)
            return PortfolioId(portfolio_id)

    def execution_counts(self, owner: UserId) -> dict[AccountId, int]:
        """Return how many executions each of the owner's accounts holds."""
        with self._db.read() as session:
            return {item.id: count_executions(session, item.id) for item in table.list_accounts(session, owner)}

    def delete_portfolio(self, owner: UserId, portfolio_id: int) -> None:
        """Delete a portfolio; its accounts stay."""
        with self._db.begin() as session:
            table.delete_portfolio(session, owner, PortfolioId(portfolio_id))


def find_or_add(session: Session, owner: UserId, name: str, *, clock: Clock, **values: Any) -> Account:
    """Return the owner's account of this name inside a transaction, adding it when new."""
    table.lock_owner(session, owner)
    found = table.find_account(session, owner, check_name(name))
    if found is not None:
        return table.get_account(session, owner, found.id, lock=True)
    account_id = table.add_account(session, owner, created_at=clock(), name=check_name(name), **check_values(values))
    return table.get_account(session, owner, account_id, lock=True)


def check_name(name: str) -> str:
    """Return a trimmed name of 1 to 120 characters.

    Raises:
        InvalidInputError: If it is empty, too long or holds control characters.
    """
    text = " ".join(name.split())
    if not text or len(text) > NAME_LIMIT or not text.isprintable():
        raise InvalidInputError("A name has 1 to 120 visible characters.", field="name")
    return text


def check_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return the storable form of an account's fields; the name is checked apart."""
    checks = {
        "broker": lambda text: str(text)[:120],
        "currency": check_currency,
        "timezone": check_timezone,
        "lot_method": check_lot_method,
        "starting_balance": check_balance,
    }
    return {name: checks[name](value) for name, value in values.items() if name in checks and value is not None}


def check_currency(text: str) -> str:
    """Return a currency code in upper case; InvalidInputError when it is not 3 to 12 letters or digits."""
    code = str(text).strip().upper()
    if not (code.isascii() and code.isalnum() and 3 <= len(code) <= 12):
        raise InvalidInputError(f"{text!r} is not a currency code.", field="currency", hint="For example USD.")
    return code


def check_timezone(text: str) -> str:
    """Return a known IANA time zone; InvalidInputError otherwise."""
    try:
        # Asking for the one zone: listing them all reads the whole folder of zones from disk.
        is_known = bool(ZoneInfo(text)) and not text.startswith(_OF_THE_MACHINE)
    except (ValueError, OSError, KeyError, TypeError):
        is_known = False
    if not is_known:
        raise InvalidInputError(f"{text!r} is not a time zone.", field="timezone", hint="For example America/New_York.")
    return str(text)


def check_lot_method(text: str) -> str:
    """Return a lot method's word; InvalidInputError otherwise."""
    try:
        return LotMethod(str(text).lower()).value
    except ValueError as error:
        known = ", ".join(LotMethod)
        raise InvalidInputError(f"{text!r} is not a lot method.", field="lot_method", hint=f"Use {known}.") from error


def check_balance(text: str) -> Decimal | None:
    """Return a starting balance, None for an empty text; InvalidInputError when it is not a number."""
    cleaned = str(text).replace(",", "").strip()
    if not cleaned:
        return None
    try:
        return parse_plain_decimal(cleaned)
    except ValueError as error:
        raise InvalidInputError(f"{text!r} is not a number.", field="starting_balance") from error
