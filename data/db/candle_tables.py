"""Tables beside the candle store: what it lacks, and splits that its providers made known."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint

from data.db.schema import metadata
from data.db.types import ExactDecimal, UtcInstant

# Stretches of trading without bars that a provider was asked for. The bars themselves lie in files (ADR 0028).
candle_gaps = Table(
    "candle_gaps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("provider", String(24), nullable=False),
    Column("symbol", String(64), nullable=False),
    Column("interval", String(4), nullable=False),
    Column("start_at", UtcInstant, nullable=False),
    Column("end_at", UtcInstant, nullable=False),
    Column("state", String(8), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("checked_at", UtcInstant, nullable=False),
    UniqueConstraint("provider", "symbol", "interval", "start_at"),
)

# Splits that were seen when a provider restated bars that are kept: public facts, nobody's own.
known_splits = Table(
    "known_splits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("symbol", String(64), nullable=False),
    Column("effective_at", UtcInstant, nullable=False),
    Column("ratio_new", ExactDecimal, nullable=False),
    Column("ratio_old", ExactDecimal, nullable=False),
    Column("provider", String(24), nullable=False),
    Column("seen_at", UtcInstant, nullable=False),
    UniqueConstraint("symbol", "effective_at"),
    Index("ix_known_splits_symbol", "symbol"),
)
