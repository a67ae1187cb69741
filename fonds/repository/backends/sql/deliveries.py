"""The register of deliveries in the catalogue."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from fonds.repository.backends.sql import tables
from fonds.repository.backends.sql.database import Database
from fonds.repository.ports.catalogue import Slice
from fonds.repository.ports.deliveries import Entry

deliveries = tables.deliveries


class SqlDeliveries:
    """Implements ``ports.deliveries.Deliveries``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, entry: Entry) -> None:
        """Write an entry, over the one of the same number."""
        columns = {
            "number": entry.number,
            "kind": entry.kind,
            "at": entry.when,
            "agent": entry.agent,
            "source": entry.source,
            "vendor": entry.vendor,
            "vendor_key": entry.vendor_key,
            "seal": entry.seal,
            "record": json.dumps(entry.record, ensure_ascii=False),
        }
        statement = insert(deliveries).values(columns)
        with self._database.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=columns))

    def get(self, number: int) -> Entry | None:
        """Return one delivery."""
        with self._database.reading() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.number == number)).one_or_none()
            return _entry(row) if row else None

    def recent(self, *, vendor_key: str = "", offset: int = 0, limit: int = 50) -> Slice[Entry]:
        """Return deliveries, newest first."""
        wanted = [deliveries.c.vendor_key == vendor_key] if vendor_key else []
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(deliveries).where(*wanted)) or 0
            statement = select(deliveries).where(*wanted).order_by(deliveries.c.number.desc())
            rows = connection.execute(statement.offset(offset).limit(limit))
            return Slice([_entry(row) for row in rows], total, offset, limit)

    def vendors(self) -> list[tuple[str, str, int]]:
        """Return every vendor by name."""
        # Of a group, SQLite takes the other columns from the row that has the maximum: the name as last written.
        named = (
            select(deliveries.c.vendor_key, deliveries.c.vendor, func.count(), func.max(deliveries.c.number))
            .where(deliveries.c.vendor_key != "")
            .group_by(deliveries.c.vendor_key)
            .order_by(deliveries.c.vendor_key)
        )
        with self._database.reading() as connection:
            return [(key, name, count) for key, name, count, _ in connection.execute(named)]

    def clear(self) -> None:
        """Forget everything."""
        with self._database.writing() as connection:
            connection.execute(delete(deliveries))


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.number, row.kind, row.at, row.agent, row.source, row.vendor, row.vendor_key, row.seal,
        json.loads(row.record),
    )  # fmt: skip
