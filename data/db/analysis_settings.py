"""Settings of the analysis in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Table, delete, insert, select

from data.db.accounts import get_account
from data.db.analysis_tables import account_analysis, analysis_defaults
from data.db.engine import Session
from data.db.tables import accounts
from domain.accounts import AccountId, UserId
from domain.analysis_rules import AnalysisSettings, YearDays, read_rates


def read_settings(session: Session, owner: UserId) -> tuple[AnalysisSettings, dict[AccountId, AnalysisSettings]]:
    """Return a user's default, and what accounts have of their own by account."""
    row = session.execute(select(analysis_defaults).where(analysis_defaults.c.owner_id == owner)).first()
    mine = (
        select(account_analysis)
        .join(accounts, accounts.c.id == account_analysis.c.account_id)
        .where(accounts.c.owner_id == owner)
    )
    own = {AccountId(item.account_id): _settings(item) for item in session.execute(mine)}
    return AnalysisSettings() if row is None else _settings(row), own


def _settings(row: Row[Any]) -> AnalysisSettings:
    return AnalysisSettings(
        breakeven_money=row.breakeven_money,
        breakeven_r=row.breakeven_r,
        year_days=None if row.year_days is None else YearDays(row.year_days),
        risk_free=None if row.risk_free is None else read_rates(row.risk_free),
        trials=row.trials,
    )


def save_default(session: Session, owner: UserId, settings: AnalysisSettings) -> None:
    """Replace a user's default."""
    _replace(session, analysis_defaults, {"owner_id": owner}, settings)


def save_own(session: Session, owner: UserId, account_id: int, settings: AnalysisSettings) -> None:
    """Replace what an account has of its own; nothing of its own takes its row away.

    Raises:
        NotFoundError: If the owner has no such account.
    """
    account = get_account(session, owner, account_id, lock=True)
    _replace(session, account_analysis, {"account_id": account.id}, settings)


def _replace(session: Session, table: Table, key: dict[str, int], settings: AnalysisSettings) -> None:
    (name, value) = next(iter(key.items()))
    session.execute(delete(table).where(table.c[name] == value))
    if settings == AnalysisSettings():
        return
    values = {
        "breakeven_money": settings.breakeven_money,
        "breakeven_r": settings.breakeven_r,
        "year_days": None if settings.year_days is None else settings.year_days.value,
        "risk_free": None if settings.risk_free is None else settings.risk_free.text,
        "trials": settings.trials,
    }
    session.execute(insert(table).values(**key, **values))
