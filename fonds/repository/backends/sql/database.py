"""The connection: durable settings, write transactions that take their lock at once, errors in our own words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from fonds.errors import FondsError
from fonds.packaging.interrupts import Held

BUSY_SECONDS = 30


def now(offset_seconds: float = 0) -> str:
    """Return the time as ISO 8601 UTC with milliseconds; such strings sort as times do."""
    return (datetime.now(UTC) + timedelta(seconds=offset_seconds)).isoformat(timespec="milliseconds")


class Database:
    """One SQLite file in WAL mode with ``synchronous=FULL``: an acknowledged commit survives a power cut.

    On a file system that is mounted read-only it can still be read. Raises FondsError CATALOGUE_LOCKED (another
    process held it for ``busy_seconds``), CATALOGUE_READ_ONLY, CATALOGUE_FULL or CATALOGUE_BROKEN with the path and the
    reason.
    """

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self.engine: Engine = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        event.listen(self.engine, "connect", _durable)
        event.listen(self.engine, "begin", _begin)

    def _connect(self) -> sqlite3.Connection:
        # A path is not an URL: a '?', '#' or '%' in it means nothing.
        uri = f"file:{quote(str(self.path.absolute()))}" + ("?immutable=1" if self._nobody_can_write() else "")
        return sqlite3.connect(uri, uri=True, timeout=self._busy_seconds, check_same_thread=False)

    def _nobody_can_write(self) -> bool:
        """Say whether the file cannot change while it is open. What a crash left in a -wal file must not be skipped."""
        wal = Path(f"{self.path}-wal")
        try:
            mounted = os.statvfs(self.path)
        except OSError:
            return False
        return bool(mounted.f_flag & os.ST_RDONLY) and not wal.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for reading."""
        with self._errors(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction: committed and durable when the ``with`` ends, or nothing of it happened.

        An interrupt waits for its end: a transaction that is left open would keep out whoever writes next.
        """
        with Held(), self._errors():
            connection = self.engine.connect().execution_options(write=True)
            with connection, connection.begin():
                yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            raise FondsError(_code(error.orig), path=self.path, reason=str(error.orig)) from error

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _code(error: BaseException | None) -> str:
    name = getattr(error, "sqlite_errorname", "")
    return next((code for start, code in _CODES.items() if name.startswith(start)), "CATALOGUE_BROKEN")


# By the beginnings of SQLite's (extended) result codes. A catalogue in a folder where its -wal and -shm files cannot
# be made "cannot be opened".
_CODES = {
    "SQLITE_BUSY": "CATALOGUE_LOCKED",
    "SQLITE_LOCKED": "CATALOGUE_LOCKED",
    "SQLITE_READONLY": "CATALOGUE_READ_ONLY",
    "SQLITE_CANTOPEN": "CATALOGUE_READ_ONLY",
    "SQLITE_FULL": "CATALOGUE_FULL",
    "SQLITE_IOERR": "CATALOGUE_FAILED",
    "SQLITE_PROTOCOL": "CATALOGUE_LOCKED",
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
