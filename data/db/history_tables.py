"""Tables of the history that keeps itself, and of what providers say of splits and dividends."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from data.db.schema import metadata
from data.db.types import ExactDecimal, UtcInstant

# What is kept current by itself, one row a symbol and width. `next_at` is also the claim: whoever moves it works.
kept_history = Table(
    "kept_history",
    metadata,
    Column("symbol", String(64), primary_key=True),
    Column("interval", String(4), primary_key=True),
    Column("provider", String(24), nullable=False, server_default=""),
    Column("next_at", UtcInstant, nullable=False),
    # Up to where a provider's own bars are kept; what lies behind came live and is fetched again.
    Column("fetched_to", UtcInstant, nullable=True),
    Column("last_at", UtcInstant, nullable=True),
    Column("added", Integer, nullable=False, server_default="0"),
    Column("gaps", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
)

# Splits and dividends as providers state them: public facts, nobody's own.
provider_actions = Table(
    "provider_actions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("symbol", String(64), nullable=False),
    Column("provider", String(24), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("effective_at", UtcInstant, nullable=False),
    Column("ratio_new", ExactDecimal, nullable=True),
    Column("ratio_old", ExactDecimal, nullable=True),
    Column("amount", ExactDecimal, nullable=True),
    Column("seen_at", UtcInstant, nullable=False),
    UniqueConstraint("symbol", "provider", "kind", "effective_at"),
)
