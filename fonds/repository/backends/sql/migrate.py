"""Bringing a catalogue to the tables of this version of Fonds."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from fonds.errors import FondsError
from fonds.repository.backends.sql.database import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def migrate(database: Database) -> bool:
    """Bring the tables to this version; returns True when something was changed.

    Raises FondsError REPOSITORY_VERSION for a catalogue made by a newer Fonds.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    with database.reading() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found == scripts.get_current_head():
        return False
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise FondsError("REPOSITORY_VERSION", path=database.path, found=found, supported=scripts.get_current_head())
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
