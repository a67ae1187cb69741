"""The state of checking, in tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert_insert

from fonds.repository.backends.sql import tables
from fonds.repository.backends.sql.database import Database, now
from fonds.repository.backends.sql.rows import aip_value
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ports.catalogue import Aip, Check, Coverage, Problem, Run, Slice

runs, intents, checks, problems, aips = (
    tables.runs, tables.intents, tables.checks, tables.problems, tables.aips,
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


def _problem(row: Row[Any]) -> Problem:
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


def _put_check(connection: Connection, check: Check) -> None:
    columns = {name: getattr(check, name) for name in Check.__dataclass_fields__}
    statement = upsert_insert(checks).values(columns)
    connection.execute(statement.on_conflict_do_update(index_elements=["objid", "version", "copy"], set_=columns))


def _badness(check: Check) -> tuple[bool, str]:
    """Sort a problem before what is well, and an old check before a new one."""
    return check.result == "ok", check.checked


class SqlFixity:
    """Implements ``ports.catalogue.Fixity``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, scope: str) -> int:
        """Record that a run starts."""
        row = {"scope": scope, "started": now(), "complete": False}
        with self._database.writing() as connection:
            number: int = connection.execute(insert(runs).values(row).returning(runs.c.id)).scalar_one()
            return number

    def intend(self, run: int, packages: Sequence[tuple[str, int]], copy: str) -> None:
        """Record that these packages are about to be read."""
        if not packages:
            return
        with self._database.writing() as connection:
            rows = [{"run": run, "objid": objid, "version": version, "copy": copy} for objid, version in packages]
            connection.execute(upsert_insert(intents).on_conflict_do_nothing(), rows)

    def record(self, run: int, check: Check, problems: Sequence[Problem], *, files: int, size: int) -> None:
        """Record the result of one version of a package."""
        read = intents.c
        same = (read.run == run) & (read.objid == check.objid) & (read.copy == check.copy)
        same &= read.version == check.version
        sums = {
            "packages": runs.c.packages + 1, "files": runs.c.files + files, "bytes": runs.c.bytes + size,
            "problems": runs.c.problems + len(problems),
        }  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(delete(intents).where(same))
            _put_check(connection, check)
            _replace_problems(connection, check, problems)
            connection.execute(update(runs).where(runs.c.id == run).values(sums))

    def end(self, run: int) -> Run:
        """Record the end of a run; it is complete only when no intent is left without a result."""
        left = select(func.count()).select_from(intents).where(intents.c.run == run)
        with self._database.writing() as connection:
            complete = connection.scalar(left) == 0
            connection.execute(update(runs).where(runs.c.id == run).values(ended=now(), complete=complete))
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

    def due(self, before: str, *, copy: str, limit: int = 100) -> Sequence[Aip]:
        """Return the versions never checked or last checked before a time, by the oldest check of each dossier."""
        joined = aips.outerjoin(checks, and_(_SAME, checks.c.copy == copy))
        late = or_(checks.c.checked.is_(None), checks.c.checked < before)
        oldest = func.min(func.coalesce(checks.c.checked, "")).over(partition_by=aips.c.objid)
        statement = select(aips).select_from(joined).where(late).order_by(oldest, aips.c.objid, aips.c.version)
        with self._database.reading() as connection:
            return [aip_value(row) for row in connection.execute(statement.limit(limit))]

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
            return Slice([_problem(row) for row in connection.execute(statement)], total, offset, limit)

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
                _put_check(connection, check)
                _replace_problems(connection, check, found)


def _replace_problems(connection: Connection, check: Check, found: Sequence[Problem]) -> None:
    same = (problems.c.objid == check.objid) & (problems.c.copy == check.copy) & (problems.c.closed == "")
    same &= problems.c.version == check.version
    known = {(row.path, row.result): row for row in connection.execute(select(problems).where(same))}
    current = {(problem.path, problem.result) for problem in found}
    for key, row in known.items():
        if key not in current:
            connection.execute(update(problems).where(problems.c.id == row.id).values(closed=check.checked))
    for problem in found:
        columns = {name: getattr(problem, name) for name in Problem.__dataclass_fields__ if name not in _OF_THE_ROW}
        again = known.get((problem.path, problem.result))
        if again is None:
            connection.execute(insert(problems).values({**columns, "found": check.checked, "closed": ""}))
        else:
            connection.execute(update(problems).where(problems.c.id == again.id).values(columns))


_OF_THE_ROW = {"found", "open"}
