"""Tables of what somebody watches: lists, their symbols, marks on symbols, tiles and saved screens."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from data.db.schema import metadata, owner_column
from data.db.types import UtcInstant

# At most one list of an owner feeds the ticker bar; without one it is the first.
watchlists = Table(
    "watchlists",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(256), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
    Column("is_in_bar", Boolean, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    UniqueConstraint("owner_id", "name"),
)

watched_symbols = Table(
    "watched_symbols",
    metadata,
    Column("watchlist_id", ForeignKey("watchlists.id", ondelete="CASCADE"), primary_key=True),
    Column("symbol", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
)

# Colour and note belong to the symbol: they are the same in every list and on its page.
symbol_marks = Table(
    "symbol_marks",
    metadata,
    Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("symbol", String(64), primary_key=True),
    Column("colour", String(12), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("updated_at", UtcInstant, nullable=False),
)

# `symbols` is comma separated; no row is the usual choice, an empty text is none.
market_tiles = Table(
    "market_tiles",
    metadata,
    Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("symbols", Text, nullable=False),
)

# `query` is that of the page's address.
saved_screens = Table(
    "saved_screens",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(80), nullable=False),
    Column("query", Text, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    UniqueConstraint("owner_id", "name"),
)
