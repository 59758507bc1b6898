"""Alembic's entry: the connection is given by `data.db.migrations`, which holds the lock."""

from __future__ import annotations

from alembic import context

from data.db.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=False,
)
context.run_migrations()
