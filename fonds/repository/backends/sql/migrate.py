"""Bringing a catalogue to the tables of this version of Fonds."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from fonds.errors import FondsError
from fonds.repository.backends.sql.database import Database

HEAD = "0006"
"""The newest revision in ``migrations/versions``; a test compares the two."""


def migrate(database: Database) -> bool:
    """Bring the tables to this version; returns True when something was changed.

    Raises FondsError REPOSITORY_VERSION for a catalogue made by a newer Fonds.
    """
    if _revision(database) == HEAD:
        return False
    return _upgrade(database)


def _revision(database: Database) -> str | None:
    # Asked in plain SQL: loading Alembic would take longer than most commands do.
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def _upgrade(database: Database) -> bool:
    from alembic import command  # noqa: PLC0415 - see _revision
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with database.writing() as connection:
        # Asked again under the lock: of two processes that open a new catalogue, one makes the tables.
        present = inspect(connection).has_table("alembic_version")
        found = connection.scalar(text("SELECT version_num FROM alembic_version")) if present else None
        if found == HEAD:
            return False
        if found is not None and found not in known:
            raise FondsError("REPOSITORY_VERSION", path=database.path, found=found, supported=HEAD)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
