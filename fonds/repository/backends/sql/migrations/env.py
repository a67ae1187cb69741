"""Run by Alembic: applies the versions on the connection that ``migrate`` hands over."""

from __future__ import annotations

from alembic import context

from fonds.repository.backends.sql.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
