"""Tables of what providers said: last prices and profiles, shared by everybody, and what the gate refused."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from data.db.schema import metadata
from data.db.types import UtcInstant

# The last price of each symbol that passed the gate, from whichever provider.
stock_quotes = Table(
    "stock_quotes",
    metadata,
    Column("symbol", String(64), primary_key=True),
    Column("provider", String(24), nullable=False),
    Column("price", Float(53), nullable=False),
    Column("currency", String(24), nullable=False),
    Column("previous_close", Float(53), nullable=True),
    Column("open", Float(53), nullable=True),
    Column("high", Float(53), nullable=True),
    Column("low", Float(53), nullable=True),
    Column("bid", Float(53), nullable=True),
    Column("ask", Float(53), nullable=True),
    Column("volume", Float(53), nullable=True),
    Column("as_of", UtcInstant, nullable=False),
    Column("fetched_at", UtcInstant, nullable=False),
)

# What symbols are called and where they belong; the last answer of each provider.
company_profiles = Table(
    "company_profiles",
    metadata,
    Column("symbol", String(64), primary_key=True),
    Column("provider", String(24), primary_key=True),
    Column("name", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("currency", String(24), nullable=False),
    Column("sector", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("asset_class", String(24), nullable=False),
    Column("market_cap", Float(53), nullable=True),
    Column("logo", Text, nullable=False),
    Column("website", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("listed_on", String(24), nullable=False),
    Column("fetched_at", UtcInstant, nullable=False),
)

# Answers that cannot be true, with the reason; the newest few hundred.
quote_refusals = Table(
    "quote_refusals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("provider", String(24), nullable=False),
    Column("symbol", String(64), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("last_good", Float(53), nullable=True),
    Column("refused_at", UtcInstant, nullable=False),
    Index("ix_quote_refusals_refused_at", "refused_at"),
)
