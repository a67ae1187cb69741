"""The connection: durable settings, write transactions that take their lock at once, errors in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from fonds.errors import FondsError

BUSY_SECONDS = 30


def now(offset_seconds: float = 0) -> str:
    """Return the time as ISO 8601 UTC with milliseconds; such strings sort as times do."""
    return (datetime.now(UTC) + timedelta(seconds=offset_seconds)).isoformat(timespec="milliseconds")


class Database:
    """One SQLite file in WAL mode with ``synchronous=FULL``: an acknowledged commit survives a power cut.

    Raises FondsError CATALOGUE_LOCKED (another process held it for 30 seconds), CATALOGUE_READ_ONLY, CATALOGUE_FULL or
    CATALOGUE_BROKEN with the path and the reason.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine: Engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
        event.listen(self.engine, "connect", _durable)
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for reading."""
        with self._errors(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction: committed and durable when the ``with`` ends, or nothing of it happened."""
        with self._errors():
            connection = self.engine.connect().execution_options(write=True)
            with connection, connection.begin():
                yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            reason = str(error.orig)
            raise FondsError(_code(reason), path=self.path, reason=reason) from error

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _code(reason: str) -> str:
    for words, code in _CODES.items():
        if words in reason:
            return code
    return "CATALOGUE_BROKEN"


_CODES = {
    "locked": "CATALOGUE_LOCKED",
    "readonly": "CATALOGUE_READ_ONLY",
    "full": "CATALOGUE_FULL",
}


def _durable(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: `_begin` says which lock is wanted.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # IMMEDIATE waits for the lock here; a deferred transaction that later wants to write fails at once instead.
    immediate = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
