"""What providers said, in the database: the last good prices and profiles, and what the gate refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from data.db.engine import Session
from data.db.provider_tables import company_profiles, quote_refusals, stock_quotes
from domain.market import Profile, Quote
from domain.quote_feeds import Refusal

KEPT_REFUSALS = 500
_CHUNK = 500
_QUOTE = (
    "symbol", "provider", "price", "currency", "previous_close", "open", "high", "low", "bid", "ask", "volume",
    "as_of", "fetched_at",
)  # fmt: skip
_PROFILE = (
    "symbol", "provider", "name", "exchange", "currency", "sector", "country", "asset_class", "market_cap", "logo",
    "website", "phone", "listed_on",
)  # fmt: skip


def keep_quotes(session: Session, quotes: Sequence[Quote]) -> None:
    """Keep prices that passed the gate; a row with a later instant stays as it is."""
    rows = [{name: getattr(quote, name) for name in _QUOTE} for quote in quotes]
    _upsert(session, stock_quotes, rows, keys=("symbol",), newer_by="as_of")


def read_quotes(session: Session, symbols: Sequence[str]) -> dict[str, Quote]:
    """Return the last good prices of symbols."""
    found: dict[str, Quote] = {}
    for first in range(0, len(symbols), _CHUNK):
        query = select(stock_quotes).where(stock_quotes.c.symbol.in_(symbols[first : first + _CHUNK]))
        for row in session.execute(query):
            found[row.symbol] = Quote(**{name: getattr(row, name) for name in _QUOTE})
    return found


def count_quotes(session: Session) -> dict[str, int]:
    """Return how many of the last good prices are from each provider."""
    query = select(stock_quotes.c.provider, func.count().label("rows")).group_by(stock_quotes.c.provider)
    return {str(row.provider): int(row.rows) for row in session.execute(query)}


def keep_profile(session: Session, profile: Profile, *, at: datetime) -> None:
    """Keep a provider's profile of a symbol."""
    row = {name: getattr(profile, name) for name in _PROFILE} | {"fetched_at": at}
    _upsert(session, company_profiles, [row], keys=("symbol", "provider"), newer_by="fetched_at")


def find_profile(session: Session, symbol: str, provider: str) -> tuple[Profile, datetime] | None:
    """Return a provider's last profile of a symbol and when it came, None when there is none."""
    table = company_profiles.c
    query = select(company_profiles).where(table.symbol == symbol, table.provider == provider)
    row = session.execute(query).first()
    return None if row is None else (Profile(**{name: getattr(row, name) for name in _PROFILE}), row.fetched_at)


def add_refusals(session: Session, refusals: Sequence[Refusal]) -> None:
    """Write down what the gate refused; beyond the newest few hundred the oldest go."""
    names = tuple(Refusal.__dataclass_fields__)
    session.execute(insert(quote_refusals), [{name: getattr(item, name) for name in names} for item in refusals])
    table = quote_refusals.c
    last = select(table.id).order_by(table.id.desc()).offset(KEPT_REFUSALS).limit(1).scalar_subquery()
    session.execute(delete(quote_refusals).where(table.id <= last))


def read_refusals(session: Session, *, limit: int) -> list[Refusal]:
    """Return what the gate refused, newest first."""
    query = select(quote_refusals).order_by(quote_refusals.c.id.desc()).limit(limit)
    names = tuple(Refusal.__dataclass_fields__)
    return [Refusal(**{name: getattr(row, name) for name in names}) for row in session.execute(query)]


def _upsert(
    session: Session, table: Table, rows: list[dict[str, Any]], *, keys: tuple[str, ...], newer_by: str
) -> None:
    """Insert rows or replace those with the same keys, unless what is there is newer."""
    if not rows:
        return
    dialect = sqlite if session.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    given = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    replacing = statement.on_conflict_do_update(
        index_elements=list(keys), set_=given, where=statement.excluded[newer_by] >= table.c[newer_by]
    )
    session.execute(replacing, rows)
