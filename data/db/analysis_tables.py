"""Tables of what figures are worked out by: a default of each user, and what accounts have of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from data.db.schema import metadata
from data.db.types import ExactDecimal


def _values() -> tuple[Column[Any], ...]:
    """NULL takes the default; the risk-free rate is as a person enters it, "4.5" or dated rates."""
    return (
        Column("breakeven_money", ExactDecimal, nullable=True),
        Column("breakeven_r", ExactDecimal, nullable=True),
        Column("year_days", String(8), nullable=True),
        Column("risk_free", Text, nullable=True),
        Column("trials", Integer, nullable=True),
    )


analysis_defaults = Table(
    "analysis_defaults",
    metadata,
    Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    *_values(),
)

account_analysis = Table(
    "account_analysis",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    *_values(),
)
