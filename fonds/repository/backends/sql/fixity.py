"""The state of checking, in tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, insert, select, update

from fonds.repository.backends.sql import leases, tables
from fonds.repository.backends.sql import results as recorded
from fonds.repository.backends.sql.database import Database, now
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ports.catalogue import Check, Coverage, Problem, Run, Slice
from fonds.repository.ports.fixity import Claim, OpenRun, Outstanding, Result

runs, intents, checks, problems, aips, entries = (
    tables.runs, tables.intents, tables.checks, tables.problems, tables.aips, tables.package_copies,
)  # fmt: skip

_SAME = and_(checks.c.objid == aips.c.objid, checks.c.version == aips.c.version)


def _run(row: Row[Any]) -> Run:
    return Run(
        row.id,
        row.scope,
        row.started,
        row.ended,
        row.complete,
        row.packages,
        row.files,
        row.bytes,
        row.problems,
    )


def problem_value(row: Row[Any]) -> Problem:
    """Return a problem as its row says it."""
    return Problem(
        row.objid,
        row.version,
        row.copy,
        row.path,
        row.result,
        row.expected,
        row.actual,
        row.found,
        not row.closed,
    )


def _badness(check: Check) -> tuple[bool, str]:
    """Sort a problem before what is well, and an old check before a new one."""
    return check.result == "ok", check.checked


def _in_store(copy: str) -> Select[Any]:
    joined = aips.outerjoin(checks, and_(_SAME, checks.c.copy == copy))
    times = func.coalesce(checks.c.checked, "").label("checked"), func.coalesce(checks.c.good, "").label("good")
    return select(aips.c.objid, aips.c.version, aips.c.files, aips.c.bytes, *times).select_from(joined)


def _in_copy(copy: str) -> Select[Any]:
    """Select what was good in a further copy once: what was written there was read back then, by no audit."""
    there = and_(entries.c.objid == aips.c.objid, entries.c.version == aips.c.version, entries.c.copy == copy)
    joined = aips.join(entries, there).outerjoin(checks, and_(_SAME, checks.c.copy == copy))
    # Of two values, SQLite's max() is the greater one.
    checked = func.max(func.coalesce(checks.c.checked, ""), entries.c.verified).label("checked")
    columns = aips.c.objid, aips.c.version, aips.c.files, aips.c.bytes, checked, entries.c.verified.label("good")
    return select(*columns).select_from(joined).where(entries.c.verified != "")


class SqlFixity:
    """Implements ``ports.catalogue.Fixity``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, scope: str, *, owner: str = "", seconds: float = 600) -> int:
        """Record that a run starts."""
        row = {"scope": scope, "started": now(), "complete": False, "owner": owner, "until": now(seconds)}
        with self._database.writing() as connection:
            number: int = connection.execute(insert(runs).values(row).returning(runs.c.id)).scalar_one()
            return number

    def claim(self, run: int, packages: Sequence[tuple[str, int]], copy: str, *, since: str = "") -> Claim:
        """Record what is about to be read, as far as nobody else reads it."""
        with self._database.writing() as connection:
            return leases.claim(connection, run, packages, copy, since)

    def drop(self, run: int, packages: Sequence[tuple[str, int]], copy: str) -> None:
        """Take back what was about to be read."""
        with self._database.writing() as connection:
            leases.drop(connection, run, packages, copy)

    def renew(self, run: int, *, seconds: float = 600) -> bool:
        """Put off when a run must be heard from."""
        with self._database.writing() as connection:
            return leases.renew(connection, run, seconds)

    def release(self, run: int) -> None:
        """Let others abandon a run."""
        with self._database.writing() as connection:
            connection.execute(update(runs).where(runs.c.id == run, runs.c.ended == "").values(until=""))

    def open_runs(self) -> Sequence[OpenRun]:
        """Return the runs that have not ended."""
        with self._database.reading() as connection:
            return leases.open_runs(connection)

    def abandon(self, run: int, logged: Sequence[Result], *, gone: bool) -> bool:
        """End a run that nobody goes on with, and take over what only the log has of it."""
        with self._database.writing() as connection:
            if not leases.abandon(connection, run, gone=gone):
                return False
            meant = leases.meant(connection, run)
            recorded.record(connection, run, [one for one in logged if recorded.key_of(one.check) in meant])
            return True

    def record(self, run: int, check: Check, problems: Sequence[Problem], *, files: int, size: int) -> None:
        """Record the result of one version of a package."""
        self.record_all(run, [Result(check, problems, files, size)])

    def record_all(self, run: int, results: Sequence[Result]) -> None:
        """Record results in one transaction."""
        with self._database.writing() as connection:
            recorded.record(connection, run, results)

    def end(self, run: int) -> Run:
        """Record the end of a run; it is complete only when no intent is left without a result."""
        with self._database.writing() as connection:
            complete = leases.left(connection, run) == 0
            same = (runs.c.id == run) & (runs.c.ended == "")
            connection.execute(update(runs).where(same).values(ended=now(), complete=complete))
            return _run(connection.execute(select(runs).where(runs.c.id == run)).one())

    def run(self, run_id: int) -> Run | None:
        """Return a run."""
        with self._database.reading() as connection:
            row = connection.execute(select(runs).where(runs.c.id == run_id)).one_or_none()
            return _run(row) if row else None

    def runs(self, *, offset: int = 0, limit: int = 20) -> Slice[Run]:
        """Return runs, newest first."""
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(runs)) or 0
            found = connection.execute(select(runs).order_by(runs.c.id.desc()).offset(offset).limit(limit))
            return Slice([_run(row) for row in found], total, offset, limit)

    def outstanding(self, copy: str, *, since: str) -> Iterator[Outstanding]:
        """Yield what was not read in a copy since a time, by the oldest check of each dossier."""
        found = (_in_store if copy == MAIN_COPY else _in_copy)(copy).subquery()
        late = found.c.checked < since
        oldest = func.min(found.c.checked).over(partition_by=found.c.objid)
        statement = select(found).where(late).order_by(oldest, found.c.objid, found.c.version)
        with self._database.reading() as connection:
            for row in connection.execute(statement.execution_options(yield_per=1000)):
                yield Outstanding(*row)

    def read_since(self, when: str) -> tuple[int, int]:
        """Return how many versions, and bytes, were checked since a time."""
        sums = select(func.count(), func.coalesce(func.sum(aips.c.bytes), 0)).select_from(checks.join(aips, _SAME))
        with self._database.reading() as connection:
            row = connection.execute(sums.where(checks.c.checked >= when)).one()
            return row[0], row[1]

    def check(self, objid: str) -> Check | None:
        """Return the last check that speaks for all versions."""
        held, found = self._checks(objid)
        worst = min(found, key=_badness, default=None)
        checked = {check.version for check in found if check.copy == MAIN_COPY}
        return worst if worst and (worst.result != "ok" or len(checked) == held) else None

    def checks(self, objid: str) -> Mapping[int, Check]:
        """Return the last check of each version, the worst one of its copies."""
        # Of several of one version the last one stays: the worst.
        return {check.version: check for check in sorted(self._checks(objid)[1], key=_badness, reverse=True)}

    def _checks(self, objid: str) -> tuple[int, list[Check]]:
        """Return how many versions of a package are held, and the last check of each in each copy."""
        columns = [checks.c[name] for name in Check.__dataclass_fields__]
        statement = select(*columns).select_from(checks.join(aips, _SAME)).where(checks.c.objid == objid)
        with self._database.reading() as connection:
            held = connection.scalar(select(func.count()).select_from(aips).where(aips.c.objid == objid)) or 0
            return held, [Check(*row) for row in connection.execute(statement)]

    def problems(self, *, objid: str = "", offset: int = 0, limit: int = 50) -> Slice[Problem]:
        """Return open problems, newest first."""
        wanted = [problems.c.closed == ""] + ([problems.c.objid == objid] if objid else [])
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(problems).where(*wanted)) or 0
            statement = select(problems).where(*wanted).order_by(problems.c.id.desc()).offset(offset).limit(limit)
            return Slice([problem_value(row) for row in connection.execute(statement)], total, offset, limit)

    def coverage(self, before: str) -> Coverage:
        """Return how well the holdings are checked."""
        joined = aips.outerjoin(checks, and_(_SAME, checks.c.copy == MAIN_COPY))
        never, late = checks.c.checked.is_(None), checks.c.checked < before
        statement = select(
            func.count(),
            func.coalesce(func.sum(case((never, 1), else_=0)), 0),
            func.coalesce(func.sum(case((late, 1), else_=0)), 0),
            func.coalesce(func.min(checks.c.checked), ""),
            func.coalesce(func.max(checks.c.checked), ""),
        )
        unsolved = select(func.count()).select_from(problems).where(problems.c.closed == "")
        with self._database.reading() as connection:
            row = connection.execute(statement.select_from(joined)).one()
            return Coverage(row[0], row[1], row[2], row[3], row[4], connection.scalar(unsolved) or 0)

    def restore(self, checks: Iterable[tuple[Check, Sequence[Problem]]]) -> None:
        """Take over checks and what they found, in order."""
        with self._database.writing() as connection:
            for check, found in checks:
                recorded.put_checks(connection, [check])
                recorded.replace_problems(connection, check, found)
