"""Tables of price alerts and of what their owners were told."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from data.db.schema import metadata, owner_column
from data.db.types import ExactDecimal, UtcInstant

# `seen_*` is the last price that is known to have been looked at; `version` grows with each change of a row.
price_alerts = Table(
    "price_alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("symbol", String(64), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("level", ExactDecimal, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("repeats", Boolean, nullable=False, server_default="0"),
    Column("expires_at", UtcInstant, nullable=True),
    Column("state", String(12), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("seen_price", Float(53), nullable=True),
    Column("seen_at", UtcInstant, nullable=True),
    Column("seen_close", Float(53), nullable=True),
    Column("seen_simulated", Boolean, nullable=False, server_default="0"),
    Column("fired_at", UtcInstant, nullable=True),
    Column("fired_price", Float(53), nullable=True),
    Column("fired_count", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="0"),
    Index("ix_price_alerts_owner_id_symbol", "owner_id", "symbol"),
    Index("ix_price_alerts_state", "state"),
)

# An alert never has two events of one ordinal: whoever comes second with the same crossing is refused.
alert_events = Table(
    "alert_events",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("alert_id", ForeignKey("price_alerts.id", ondelete="SET NULL"), nullable=True),
    Column("ordinal", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("symbol", String(64), nullable=False),
    Column("condition", String(12), nullable=False),
    Column("level", ExactDecimal, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("price", Float(53), nullable=False),
    Column("price_at", UtcInstant, nullable=False),
    Column("before", Float(53), nullable=False),
    Column("before_at", UtcInstant, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("told_at", UtcInstant, nullable=False),
    Column("read_at", UtcInstant, nullable=True),
    UniqueConstraint("alert_id", "ordinal"),
    Index("ix_alert_events_owner_id_id", "owner_id", "id"),
)
