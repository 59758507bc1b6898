"""Tables of charts: what is drawn on a symbol, saved layouts and sets of indicators."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from data.db.schema import metadata, owner_column
from data.db.types import UtcInstant

# One row a symbol: what is drawn is read and written together. `items` is JSON text.
chart_drawings = Table(
    "chart_drawings",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("symbol", String(32), nullable=False),
    Column("items", Text, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    UniqueConstraint("owner_id", "symbol"),
)

# `settings` is the query of a chart's address without its symbol.
chart_layouts = Table(
    "chart_layouts",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("kind", String(12), nullable=False),
    Column("name", String(60), nullable=False),
    Column("settings", Text, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    UniqueConstraint("owner_id", "kind", "name"),
)
