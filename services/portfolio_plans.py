"""Saved portfolios: their accounts, currency, benchmark, targets and rules; and which one a filter means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from data.db import accounts as account_table
from data.db import portfolios as table
from data.db.engine import Database
from data.db.users import get_user
from domain.accounts import AccountId, PortfolioId, UserId
from domain.errors import ConflictError, InvalidInputError
from domain.filters import LedgerFilter
from domain.money import parse_plain_decimal
from domain.portfolios import ALL_ACCOUNTS, Dimension, PortfolioPlan, Target, parse_benchmark
from domain.tax import CostMethod, TaxRegime
from services.accounts import check_currency, check_name

MOST_TARGETS = 200
MOST_RATE_DAYS = 366


class PortfolioPlanService:
    """Use cases around saved portfolios."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def plans(self, owner: UserId) -> list[PortfolioPlan]:
        """Return the owner's portfolios by name."""
        with self._db.read() as session:
            return table.list_plans(session, owner)

    def plan(self, owner: UserId, portfolio_id: int) -> PortfolioPlan:
        """Return one portfolio; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            return table.get_plan(session, owner, portfolio_id)

    def resolve(self, owner: UserId, chosen: LedgerFilter) -> PortfolioPlan:
        """Return the portfolio that a filter means.

        That is the saved one with exactly these accounts (and currency, where several have them); else the accounts
        themselves, in the filter's currency or the owner's.
        """
        with self._db.read() as session:
            accounts = account_table.list_accounts(session, owner)
            every = {item.id for item in accounts}
            saved = [item for item in table.list_plans(session, owner) if _fits(item, chosen, every)]
            if saved:
                return saved[0]
            known = {item.id: item for item in accounts}
            name = ALL_ACCOUNTS
            if chosen.accounts:
                names = [account_table.get_account(session, owner, item).name for item in chosen.accounts]
                name = names[0] if len(names) == 1 else f"{len(names)} accounts"
            mine = [known[item] for item in chosen.accounts if item in known] or accounts
            single = {item.currency for item in mine}
            own = get_user(session, owner).base_currency
            currency = chosen.currency or (single.pop() if len(single) == 1 else own)
        return PortfolioPlan(id=None, name=name, currency=currency, account_ids=chosen.accounts)

    def every_account(self, owner: UserId) -> tuple[AccountId, ...]:
        """Return the accounts that an empty choice means: all of the owner's."""
        with self._db.read() as session:
            return tuple(account.id for account in account_table.list_accounts(session, owner))

    def save(self, owner: UserId, portfolio_id: int | None, **values: Any) -> PortfolioPlan:
        """Add a portfolio (None) or change one.

        Args:
            owner: Its owner.
            portfolio_id: The one to change.
            **values: Any of name, currency, account_ids, benchmark, regime, method, rate_days; what is left out stays.

        Raises:
            InvalidInputError: If a value is not valid.
            ConflictError: If the name is taken.
            NotFoundError: If the portfolio or an account is not the owner's.
        """
        changes = _check(values)
        with self._db.begin() as session:
            known = {item.id: item.name for item in table.list_plans(session, owner)}
            wanted = changes.get("name")
            if wanted is not None and any(name == wanted for key, name in known.items() if key != portfolio_id):
                raise ConflictError(f"There is already a portfolio called {wanted!r}.")
            members = [account_table.get_account(session, owner, item).id for item in values.get("account_ids") or ()]
            number = portfolio_id
            if number is None:
                if wanted is None:
                    raise InvalidInputError("A portfolio needs a name.", field="name")
                currency = changes.get("currency") or get_user(session, owner).base_currency
                number = account_table.save_portfolio(
                    session, owner, name=wanted, currency=currency, account_ids=members
                )
            elif values.get("account_ids") is not None:
                table.get_plan(session, owner, number)
                table.write_members(session, number, members)
            if changes:
                table.update_plan(session, owner, number, **changes)
            return table.get_plan(session, owner, number)

    def delete(self, owner: UserId, portfolio_id: int) -> None:
        """Delete a portfolio; its accounts stay. NotFoundError when it is not the owner's."""
        with self._db.begin() as session:
            table.get_plan(session, owner, portfolio_id)
            account_table.delete_portfolio(session, owner, PortfolioId(portfolio_id))

    def set_targets(
        self,
        owner: UserId,
        portfolio_id: int,
        dimension: Dimension,
        weights: Mapping[str, str | Decimal],
        *,
        alone: bool = False,
    ) -> PortfolioPlan:
        """Set the wanted shares of one dimension, in percent; what is left to 100 is cash.

        With `alone` the targets of other dimensions go.

        Raises:
            InvalidInputError: If a share is not from 0 to 100, or they add up to more than 100.
            NotFoundError: If the portfolio is not the owner's.
        """
        targets = [
            Target(dimension=dimension, name=_part_name(name), weight=_share(name, text))
            for name, text in weights.items()
            if str(text).strip()
        ]
        if len(targets) > MOST_TARGETS:
            raise InvalidInputError(f"A portfolio has at most {MOST_TARGETS} targets.", field="targets")
        total = sum((item.weight for item in targets), Decimal(0))
        if total > 1:
            raise InvalidInputError(
                f"The targets add up to {total * 100:f} %, which is more than 100 %.",
                field="targets",
                hint="Lower some of them; what is left to 100 % stays in cash.",
            )
        with self._db.begin() as session:
            plan = table.get_plan(session, owner, portfolio_id)
            kept = [item for item in plan.targets if item.dimension is not dimension and not alone]
            table.write_targets(session, portfolio_id, [*kept, *targets])
            return replace(plan, targets=(*kept, *targets))

    def sectors(self, owner: UserId) -> dict[str, str]:
        """Return the sectors that the owner gave, by symbol."""
        with self._db.read() as session:
            return table.read_sectors(session, owner)

    def set_sector(self, owner: UserId, symbol: str, sector: str) -> None:
        """Say which sector a symbol belongs to; "" leaves it to the provider."""
        name, text = _part_name(symbol), " ".join(sector.split())
        if len(text) > 80 or not (text.isprintable() or not text):
            raise InvalidInputError("A sector has at most 80 visible characters.", field="sector")
        with self._db.begin() as session:
            table.write_sector(session, owner, name, text)

    def lots(self, owner: UserId, account_ids: Sequence[AccountId]) -> dict[int, dict[int, Decimal]]:
        """Return the chosen lots of the owner's accounts: by closing execution, quantity by opening execution."""
        with self._db.read() as session:
            mine = [account_table.get_account(session, owner, item).id for item in account_ids]
            found = table.read_picks(session, mine)
        return {close: lots for picks in found.values() for close, lots in picks.items()}


def _fits(plan: PortfolioPlan, chosen: LedgerFilter, every: set[AccountId]) -> bool:
    """Whether a plan has exactly the chosen accounts; nothing chosen is all of them."""
    wanted = set(chosen.accounts) or every
    return bool(wanted) and set(plan.account_ids) == wanted and chosen.currency in ("", plan.currency)


def _check(values: Mapping[str, Any]) -> dict[str, Any]:
    checks = {
        "name": ("name", check_name),
        "currency": ("currency", check_currency),
        "benchmark": ("benchmark", _check_benchmark),
        "regime": ("tax_regime", _check_regime),
        "method": ("lot_method", _check_method),
        "rate_days": ("rate_days", _check_days),
    }
    return {
        checks[name][0]: checks[name][1](value)
        for name, value in values.items()
        if name in checks and value is not None
    }


def _check_benchmark(text: str) -> str:
    cleaned = " ".join(str(text).split())
    if len(cleaned) > 200:
        raise InvalidInputError("A benchmark has at most 200 characters.", field="benchmark")
    parse_benchmark(cleaned)
    return cleaned


def _check_regime(text: str) -> str:
    try:
        return TaxRegime(str(text).lower()).value
    except ValueError as error:
        raise InvalidInputError(f"{text!r} is not a set of tax rules.", field="regime", hint="us, uk or in.") from error


def _check_method(text: str) -> str:
    try:
        return CostMethod(str(text).lower()).value
    except ValueError as error:
        known = ", ".join(CostMethod)
        raise InvalidInputError(f"{text!r} is not a lot method.", field="method", hint=f"Use {known}.") from error


def _check_days(value: object) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= MOST_RATE_DAYS):
        raise InvalidInputError(f"A rate may be 0 to {MOST_RATE_DAYS} days old.", field="rate_days")
    return int(text)


def _part_name(text: str) -> str:
    name = " ".join(str(text).split())
    if not name or len(name) > 160 or not name.isprintable():
        raise InvalidInputError("A part has a name of 1 to 160 visible characters.", field="name")
    return name


def _share(name: str, text: str | Decimal) -> Decimal:
    try:
        value = parse_plain_decimal(str(text).strip().removesuffix("%").strip()) / 100
    except ValueError as error:
        raise InvalidInputError(f"{str(text)[:20]!r} is not a percentage ({name}).", field="targets") from error
    if not 0 <= value <= 1:
        raise InvalidInputError(f"The target of {name} is not from 0 to 100 %.", field="targets")
    return value
