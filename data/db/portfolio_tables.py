"""Tables of portfolios: targets, exchange rates, closes and sectors that a person gives, chosen lots with history."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text

from data.db.schema import WIDE_KEY, account_column, metadata
from data.db.types import ExactDecimal, UtcInstant

# Wanted share of each part of a portfolio; `dimension` is symbol, class, sector, currency or account.
portfolio_targets = Table(
    "portfolio_targets",
    metadata,
    Column("portfolio_id", ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True),
    Column("dimension", String(12), primary_key=True),
    Column("name", String(160), primary_key=True),
    Column("weight", ExactDecimal, nullable=False),
)

# Units of `quote` for one unit of `base` on a day. The source "fixed" holds from its day on without end.
fx_rates = Table(
    "fx_rates",
    metadata,
    Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("base", String(12), primary_key=True),
    Column("quote", String(12), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("rate", ExactDecimal, nullable=False),
    Column("source", String(24), nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
)

# Closes that a person gives for what no provider quotes, or in place of a provider's.
daily_closes = Table(
    "daily_closes",
    metadata,
    Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("symbol", String(160), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("close", ExactDecimal, nullable=False),
    Column("source", String(24), nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
)

instrument_sectors = Table(
    "instrument_sectors",
    metadata,
    Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("symbol", String(160), primary_key=True),
    Column("sector", String(80), nullable=False),
)

# Which lots a sale closes, where a person told the broker: the rest follows the portfolio's method.
lot_picks = Table(
    "lot_picks",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("close_id", WIDE_KEY, primary_key=True),
    Column("open_id", WIDE_KEY, primary_key=True),
    Column("quantity", ExactDecimal, nullable=False),
)

# What was chosen when: `before` and `after` are JSON, quantity by opening execution.
lot_choices = Table(
    "lot_choices",
    metadata,
    Column("id", Integer, primary_key=True),
    account_column(),
    Column("close_id", WIDE_KEY, nullable=False),
    Column("summary", String(300), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    Column("undone_at", UtcInstant, nullable=True),
    Index("ix_lot_choices_account_id_id", "account_id", "id"),
)
