"""The further copies and what is in them, in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, and_, case, delete, func, or_, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert_insert

from fonds.repository.backends.sql import tables
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.rows import aip_value
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.copies import FAILED, VERIFIED, Copy, CopySummary, PackageCopy

aips, copies, entries = tables.aips, tables.copies, tables.package_copies

_SAME = and_(entries.c.objid == aips.c.objid, entries.c.version == aips.c.version)


class SqlCopies:
    """Implements ``ports.copies.Copies``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, copy: Copy) -> None:
        """Remember a copy."""
        statement = upsert_insert(copies).values(asdict(copy))
        with self._database.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=asdict(copy)))

    def forget(self, name: str) -> None:
        """Forget a copy and what is in it."""
        with self._database.writing() as connection:
            connection.execute(delete(entries).where(entries.c.copy == name))
            connection.execute(delete(copies).where(copies.c.name == name))

    def copies(self) -> Sequence[Copy]:
        """Return all copies."""
        with self._database.reading() as connection:
            return _copies(connection)

    def copy(self, name: str) -> Copy | None:
        """Return the copy of this name."""
        return next((copy for copy in self.copies() if copy.name == name), None)

    def record(self, found: Sequence[PackageCopy]) -> None:
        """Write down how it stands with versions in copies."""
        if not found:
            return
        statement = upsert_insert(entries)
        new = {name: statement.excluded[name] for name in ("state", "verified", "due", "reason")}
        statement = statement.on_conflict_do_update(index_elements=["objid", "version", "copy"], set_=new)
        with self._database.writing() as connection:
            connection.execute(statement, [asdict(one) for one in found])

    def entries(self, objid: str, version: int) -> Sequence[PackageCopy]:
        """Return what is known of one version."""
        same = (entries.c.objid == objid) & (entries.c.version == version)
        columns = [entries.c[name] for name in PackageCopy.__dataclass_fields__]
        with self._database.reading() as connection:
            found = connection.execute(select(*columns).where(same).order_by(entries.c.copy))
            return [PackageCopy(*row) for row in found]

    def lacking(self, name: str, *, after: tuple[str, int] = ("", 0), limit: int = 100) -> Sequence[Aip]:
        """Return the stored versions that are not verified in a copy."""
        joined = aips.outerjoin(entries, and_(_SAME, entries.c.copy == name))
        statement = (
            select(aips)
            .select_from(joined)
            .where(or_(entries.c.state.is_(None), entries.c.state != VERIFIED))
            .where(tuple_(aips.c.objid, aips.c.version) > after)
            .order_by(aips.c.objid, aips.c.version)
        )
        with self._database.reading() as connection:
            return [aip_value(row) for row in connection.execute(statement.limit(limit))]

    def summaries(self) -> Sequence[CopySummary]:
        """Return how far each copy is."""
        with self._database.reading() as connection:
            return [_summary(copy, connection) for copy in _copies(connection)]

    def below(self, required: int, *, but: str = "") -> int:
        """Count the versions with too few verified copies."""
        good = and_(_SAME, entries.c.state == VERIFIED, entries.c.copy != but)
        few = (
            select(aips.c.id)
            .select_from(aips.outerjoin(entries, good))
            .group_by(aips.c.id)
            .having(1 + func.count(entries.c.copy) < required)
        )
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(few.subquery())) or 0

    def clear(self) -> None:
        """Forget everything."""
        with self._database.writing() as connection:
            connection.execute(delete(entries))
            connection.execute(delete(copies))


def _copies(connection: Connection) -> list[Copy]:
    columns = [copies.c[name] for name in Copy.__dataclass_fields__]
    return [Copy(*row) for row in connection.execute(select(*columns).order_by(copies.c.name))]


def _summary(copy: Copy, connection: Connection) -> CopySummary:
    good, failed = entries.c.state == VERIFIED, entries.c.state == FAILED
    bad = or_(entries.c.state.is_(None), ~good)
    sums = [
        func.sum(case((good, 1), else_=0)),
        func.sum(case((good & aips.c.current, aips.c.bytes), else_=0)),
        func.sum(case((bad, 1), else_=0)),
        func.sum(case((bad, aips.c.bytes), else_=0)),
        func.sum(case((failed, 1), else_=0)),
    ]
    times = [func.min(case((good, entries.c.verified))), func.max(case((good, entries.c.verified)))]
    statement = select(*(func.coalesce(one, 0) for one in sums), *(func.coalesce(one, "") for one in times))
    joined = aips.outerjoin(entries, and_(_SAME, entries.c.copy == copy.name))
    return CopySummary(copy, *connection.execute(statement.select_from(joined)).one())
