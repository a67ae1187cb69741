"""Who is reading what, in tables: an intent of a run that goes on is a lease."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, func, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert_insert

from fonds.repository.backends.sql import tables
from fonds.repository.backends.sql.database import now
from fonds.repository.ports.fixity import Claim, OpenRun

runs, intents, checks = tables.runs, tables.intents, tables.checks
_MANY = 400
"""Versions in one statement."""

Key = tuple[str, int]


def claim(connection: Connection, run: int, packages: Sequence[Key], copy: str, since: str) -> Claim:
    """Give a run the versions that nobody else reads, or has read since a time."""
    held: set[Key] = set()
    read: dict[Key, bool] = {}
    for some in _pieces(packages):
        held.update(_held(connection, run, some, copy))
        read.update(_read(connection, some, copy, since) if since else {})
    granted = [one for one in packages if one not in held and one not in read]
    if granted:
        rows = [{"run": run, "objid": objid, "version": version, "copy": copy} for objid, version in granted]
        connection.execute(upsert_insert(intents).on_conflict_do_nothing(), rows)
    return Claim(granted, [one for one in packages if one in held], read)


def _pieces(packages: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(packages), _MANY):
        yield packages[start : start + _MANY]


def _held(connection: Connection, run: int, packages: Sequence[Key], copy: str) -> Iterator[Key]:
    others = select(runs.c.id).where(runs.c.ended == "", runs.c.id != run)
    wanted = tuple_(intents.c.objid, intents.c.version).in_(packages) & (intents.c.copy == copy)
    found = connection.execute(select(intents.c.objid, intents.c.version).where(intents.c.run.in_(others), wanted))
    return ((objid, version) for objid, version in found)


def _read(connection: Connection, packages: Sequence[Key], copy: str, since: str) -> Iterator[tuple[Key, bool]]:
    wanted = tuple_(checks.c.objid, checks.c.version).in_(packages) & (checks.c.copy == copy)
    columns = (checks.c.objid, checks.c.version, checks.c.result)
    found = connection.execute(select(*columns).where(wanted, checks.c.checked >= since))
    return (((objid, version), result == "ok") for objid, version, result in found)


def drop(connection: Connection, run: int, packages: Sequence[Key], copy: str) -> None:
    """Take intents back."""
    for some in _pieces(packages):
        wanted = tuple_(intents.c.objid, intents.c.version).in_(some) & (intents.c.copy == copy)
        connection.execute(delete(intents).where(intents.c.run == run, wanted))


def renew(connection: Connection, run: int, seconds: float) -> bool:
    """Put off the end of a run's leases, as long as it was not abandoned."""
    alive = (runs.c.id == run) & (runs.c.ended == "")
    return connection.execute(update(runs).where(alive).values(until=now(seconds))).rowcount == 1


def abandon(connection: Connection, run: int, *, gone: bool) -> bool:
    """End a run that nobody goes on with; False when somebody does, or when it has ended."""
    over = (runs.c.id == run) & (runs.c.ended == "")
    if not gone:
        over &= runs.c.until < now()
    return connection.execute(update(runs).where(over).values(ended=now(), complete=False)).rowcount == 1


def meant(connection: Connection, run: int) -> set[tuple[str, int, str]]:
    """Return the OBJID, version and copy of what a run still means to read."""
    found = connection.execute(select(intents.c.objid, intents.c.version, intents.c.copy).where(intents.c.run == run))
    return {(objid, version, copy) for objid, version, copy in found}


def open_runs(connection: Connection) -> Sequence[OpenRun]:
    """Return the runs that have not ended."""
    columns = (runs.c.id, runs.c.owner, runs.c.until, runs.c.started)
    return [OpenRun(*row) for row in connection.execute(select(*columns).where(runs.c.ended == "").order_by(runs.c.id))]


def left(connection: Connection, run: int) -> int:
    """Count what a run still means to read."""
    return connection.scalar(select(func.count()).select_from(intents).where(intents.c.run == run)) or 0
