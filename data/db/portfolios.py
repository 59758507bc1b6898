"""Portfolios, their targets, and the exchange rates, closes, sectors and lots that people give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from data.db.engine import Session
from data.db.portfolio_tables import daily_closes, fx_rates, instrument_sectors, lot_picks, portfolio_targets
from data.db.tables import portfolio_accounts, portfolios
from domain.accounts import AccountId, UserId
from domain.errors import NotFoundError
from domain.portfolios import Dimension, FxRate, PortfolioPlan, Target
from domain.tax import CostMethod, TaxRegime

CHUNK = 200


def list_plans(session: Session, owner: UserId) -> list[PortfolioPlan]:
    """Return the owner's portfolios by name."""
    rows = session.execute(select(portfolios).where(portfolios.c.owner_id == owner).order_by(portfolios.c.name)).all()
    ids = [row.id for row in rows]
    members, targets = _members(session, ids), _targets(session, ids)
    return [_plan(row, members.get(row.id, ()), targets.get(row.id, ())) for row in rows]


def list_benchmarks(session: Session, owner: UserId) -> list[tuple[frozenset[AccountId], str]]:
    """Return accounts and benchmark of the owner's portfolios that have one, by name."""
    chosen = select(portfolios.c.id, portfolios.c.benchmark, portfolio_accounts.c.account_id)
    query = chosen.join(portfolio_accounts, portfolio_accounts.c.portfolio_id == portfolios.c.id)
    query = query.where(portfolios.c.owner_id == owner, portfolios.c.benchmark != "").order_by(portfolios.c.name)
    members: dict[int, set[AccountId]] = {}
    texts: dict[int, str] = {}
    for row in session.execute(query):
        members.setdefault(int(row.id), set()).add(AccountId(row.account_id))
        texts[int(row.id)] = str(row.benchmark)
    return [(frozenset(accounts), texts[number]) for number, accounts in members.items()]


def get_plan(session: Session, owner: UserId, portfolio_id: int) -> PortfolioPlan:
    """Return one portfolio.

    Raises:
        NotFoundError: If the owner has no such portfolio.
    """
    query = select(portfolios).where(portfolios.c.owner_id == owner, portfolios.c.id == portfolio_id)
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError("No such portfolio.")
    members, targets = _members(session, [row.id]), _targets(session, [row.id])
    return _plan(row, members.get(row.id, ()), targets.get(row.id, ()))


def _plan(row: Any, members: Sequence[AccountId], targets: Sequence[Target]) -> PortfolioPlan:
    return PortfolioPlan(
        id=int(row.id),
        name=row.name,
        currency=row.currency,
        account_ids=tuple(members),
        benchmark=row.benchmark,
        regime=TaxRegime(row.tax_regime),
        method=CostMethod(row.lot_method),
        rate_days=int(row.rate_days),
        targets=tuple(targets),
    )


def _members(session: Session, ids: Sequence[int]) -> dict[int, tuple[AccountId, ...]]:
    found: dict[int, tuple[AccountId, ...]] = {}
    table = portfolio_accounts.c
    query = select(portfolio_accounts).where(table.portfolio_id.in_(ids)).order_by(table.account_id)
    for row in session.execute(query):
        found[row.portfolio_id] = (*found.get(row.portfolio_id, ()), AccountId(row.account_id))
    return found


def _targets(session: Session, ids: Sequence[int]) -> dict[int, tuple[Target, ...]]:
    found: dict[int, tuple[Target, ...]] = {}
    table = portfolio_targets.c
    query = select(portfolio_targets).where(table.portfolio_id.in_(ids)).order_by(table.dimension, table.name)
    for row in session.execute(query):
        item = Target(dimension=Dimension(row.dimension), name=row.name, weight=row.weight)
        found[row.portfolio_id] = (*found.get(row.portfolio_id, ()), item)
    return found


def update_plan(session: Session, owner: UserId, portfolio_id: int, **values: Any) -> None:
    """Change columns of a portfolio; the caller has checked them.

    Raises:
        NotFoundError: If the owner has no such portfolio.
    """
    mine = (portfolios.c.owner_id == owner) & (portfolios.c.id == portfolio_id)
    if not session.execute(update(portfolios).where(mine).values(**values)).rowcount:
        raise NotFoundError("No such portfolio.")


def write_members(session: Session, portfolio_id: int, account_ids: Sequence[AccountId]) -> None:
    """Set the accounts of a portfolio, which the caller knows to be the owner's, as are the accounts."""
    session.execute(delete(portfolio_accounts).where(portfolio_accounts.c.portfolio_id == portfolio_id))
    if account_ids:
        rows = [{"portfolio_id": portfolio_id, "account_id": item} for item in dict.fromkeys(account_ids)]
        session.execute(insert(portfolio_accounts), rows)


def write_targets(session: Session, portfolio_id: int, targets: Sequence[Target]) -> None:
    """Set the targets of a portfolio that the caller knows to be the owner's."""
    session.execute(delete(portfolio_targets).where(portfolio_targets.c.portfolio_id == portfolio_id))
    rows = [
        {"portfolio_id": portfolio_id, "dimension": item.dimension.value, "name": item.name, "weight": item.weight}
        for item in targets
    ]
    if rows:
        session.execute(insert(portfolio_targets), rows)


def read_rates(session: Session, owner: UserId, *, limit: int | None = None) -> list[FxRate]:
    """Return the owner's rates, newest day first; all of them, or so many."""
    table = fx_rates.c
    query = select(fx_rates).where(table.owner_id == owner).order_by(table.day.desc(), table.base, table.quote)
    return [
        FxRate(day=row.day, base=row.base, quote=row.quote, rate=row.rate, source=row.source)
        for row in session.execute(query.limit(limit) if limit is not None else query)
    ]


def rate_state(session: Session, owner: UserId) -> tuple[int, datetime | None]:
    """Return how many rates the owner has and when one was last set: what values are cached by."""
    query = select(func.count(), func.max(fx_rates.c.updated_at)).where(fx_rates.c.owner_id == owner)
    row = session.execute(query).one()
    return int(row[0]), row[1]


def pair_counts(session: Session, owner: UserId) -> list[tuple[str, str, int, date, date, str]]:
    """Return (base, quote, rates, first day, last day, a source) of each pair."""
    table = fx_rates.c
    query = (
        select(table.base, table.quote, func.count(), func.min(table.day), func.max(table.day), func.max(table.source))
        .where(table.owner_id == owner)
        .group_by(table.base, table.quote)
        .order_by(table.base, table.quote)
    )
    return [(row[0], row[1], int(row[2]), row[3], row[4], row[5]) for row in session.execute(query)]


def write_rates(session: Session, owner: UserId, rates: Iterable[FxRate], *, updated_at: datetime) -> int:
    """Set rates; those of the same pair and day are replaced. Returns how many were given."""
    wanted = {(item.base, item.quote, item.day): item for item in rates}
    keys = list(wanted)
    for base, quote in sorted({(key[0], key[1]) for key in keys}):
        days = [key[2] for key in keys if key[:2] == (base, quote)]
        for start in range(0, len(days), CHUNK):
            delete_rates(session, owner, base, quote, days[start : start + CHUNK])
    rows = [
        {
            "owner_id": owner,
            "base": item.base,
            "quote": item.quote,
            "day": item.day,
            "rate": item.rate,
            "source": item.source,
            "updated_at": updated_at,
        }
        for item in wanted.values()
    ]
    if rows:
        session.execute(insert(fx_rates), rows)
    return len(rows)


def delete_rates(session: Session, owner: UserId, base: str, quote: str, days: Sequence[date] = ()) -> int:
    """Remove the rates of a pair, all of them or those of some days; returns how many."""
    table = fx_rates.c
    mine = (table.owner_id == owner) & (table.base == base) & (table.quote == quote)
    chosen = mine & table.day.in_(list(days)) if days else mine
    return int(session.execute(delete(fx_rates).where(chosen)).rowcount)


def read_closes(session: Session, owner: UserId, symbol: str) -> list[tuple[date, Decimal]]:
    """Return the closes that the owner gave for a symbol, oldest first."""
    table = daily_closes.c
    query = select(table.day, table.close).where(table.owner_id == owner, table.symbol == symbol).order_by(table.day)
    return [(row.day, row.close) for row in session.execute(query)]


def list_closes(session: Session, owner: UserId) -> list[tuple[str, int, date, date]]:
    """Return for each symbol with closes of its owner how many there are, the first day and the last, by symbol."""
    table = daily_closes.c
    counted = (table.symbol, func.count(), func.min(table.day), func.max(table.day))
    query = select(*counted).where(table.owner_id == owner).group_by(table.symbol).order_by(table.symbol)
    return [(row[0], int(row[1]), row[2], row[3]) for row in session.execute(query)]


def delete_closes(session: Session, owner: UserId, symbol: str) -> int:
    """Remove the closes that the owner gave for a symbol; returns how many."""
    mine = (daily_closes.c.owner_id == owner) & (daily_closes.c.symbol == symbol)
    return int(session.execute(delete(daily_closes).where(mine)).rowcount)


def close_state(session: Session, owner: UserId) -> tuple[int, datetime | None, tuple[str, ...]]:
    """Return how many closes the owner gave, when the last one was set, and for which symbols."""
    table = daily_closes.c
    query = select(func.count(), func.max(table.updated_at)).where(table.owner_id == owner)
    row = session.execute(query).one()
    names = session.execute(select(table.symbol).where(table.owner_id == owner).distinct().order_by(table.symbol))
    return int(row[0]), row[1], tuple(names.scalars())


def write_closes(
    session: Session, owner: UserId, symbol: str, closes: Mapping[date, Decimal], *, source: str, updated_at: datetime
) -> int:
    """Set closes of a symbol; those of the same day are replaced. Returns how many were given."""
    table, days = daily_closes.c, sorted(closes)
    for start in range(0, len(days), CHUNK):
        chosen = table.day.in_(days[start : start + CHUNK])
        session.execute(delete(daily_closes).where(table.owner_id == owner, table.symbol == symbol, chosen))
    rows = [
        {
            "owner_id": owner,
            "symbol": symbol,
            "day": day,
            "close": closes[day],
            "source": source,
            "updated_at": updated_at,
        }
        for day in days
    ]
    if rows:
        session.execute(insert(daily_closes), rows)
    return len(rows)


def read_sectors(session: Session, owner: UserId) -> dict[str, str]:
    """Return the sectors that the owner gave, by symbol."""
    query = select(instrument_sectors).where(instrument_sectors.c.owner_id == owner)
    return {row.symbol: row.sector for row in session.execute(query)}


def write_sector(session: Session, owner: UserId, symbol: str, sector: str) -> None:
    """Set the sector of a symbol; "" takes it away."""
    table = instrument_sectors.c
    session.execute(delete(instrument_sectors).where(table.owner_id == owner, table.symbol == symbol))
    if sector:
        session.execute(insert(instrument_sectors).values(owner_id=owner, symbol=symbol, sector=sector))


def read_picks(session: Session, account_ids: Sequence[AccountId]) -> dict[AccountId, dict[int, dict[int, Decimal]]]:
    """Return the chosen lots of these accounts: by closing execution, quantity by opening execution."""
    found: dict[AccountId, dict[int, dict[int, Decimal]]] = {}
    query = select(lot_picks).where(lot_picks.c.account_id.in_(list(account_ids))).order_by(lot_picks.c.open_id)
    for row in session.execute(query):
        closes = found.setdefault(AccountId(row.account_id), {})
        closes.setdefault(int(row.close_id), {})[int(row.open_id)] = row.quantity
    return found


def write_picks(session: Session, account_id: AccountId, close_id: int, lots: Mapping[int, Decimal]) -> None:
    """Set the lots that a sale closes; an empty mapping leaves it to the portfolio's method."""
    mine = (lot_picks.c.account_id == account_id) & (lot_picks.c.close_id == close_id)
    session.execute(delete(lot_picks).where(mine))
    rows = [
        {"account_id": account_id, "close_id": close_id, "open_id": key, "quantity": value}
        for key, value in lots.items()
    ]
    if rows:
        session.execute(insert(lot_picks), rows)
