"""What reports count, in tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, and_, case, func, or_, select

from fonds.repository.backends.sql import tables
from fonds.repository.backends.sql.database import Database
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ports.catalogue import Problem, Run, Slice
from fonds.repository.ports.reports import Cycle, ProblemRow

runs, checks, problems, aips, entries = (
    tables.runs, tables.checks, tables.problems, tables.aips, tables.package_copies,
)  # fmt: skip


class SqlReports:
    """Implements ``ports.reports.Reports``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cycle(self, copy: str, before: str) -> Cycle:
        """Return how far the checking of a copy is."""
        joined, checked, good, wanted = _checked(copy)
        never = checked.is_(None)
        due = or_(good.is_(None), good < before)
        sums = [
            func.count(),
            func.coalesce(func.sum(aips.c.bytes), 0),
            func.coalesce(func.sum(case((never, 1), else_=0)), 0),
            func.coalesce(func.sum(case((due, 1), else_=0)), 0),
            func.coalesce(func.sum(case((due, aips.c.bytes), else_=0)), 0),
            func.coalesce(func.min(checked), ""),
            func.coalesce(func.min(case((~due, good))), ""),
            func.coalesce(func.min(case((due, func.coalesce(good, aips.c.created)))), ""),
        ]
        with self._database.reading() as connection:
            return Cycle(copy, *connection.execute(select(*sums).select_from(joined).where(*wanted)).one())

    def runs(self, since: str, until: str, *, offset: int = 0, limit: int = 20) -> Slice[Run]:
        """Return the runs that started then, newest first."""
        columns = [runs.c[name] for name in Run.__dataclass_fields__]
        found, total = self._rows(columns, runs.c.started, (since, until), (offset, limit))
        return Slice([Run(*row) for row in found], total, offset, limit)

    def problem_rows(self, since: str, until: str, *, offset: int = 0, limit: int = 50) -> Slice[ProblemRow]:
        """Return the problems that were found then, newest first."""
        found, total = self._rows(_PROBLEM, problems.c.found, (since, until), (offset, limit))
        return Slice([_problem(row) for row in found], total, offset, limit)

    def problem_row(self, number: int) -> ProblemRow | None:
        """Return one problem by its number."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_PROBLEM).where(problems.c.id == number)).one_or_none()
            return _problem(tuple(row)) if row else None

    def _rows(
        self, columns: Sequence[ColumnElement[Any]], when: Column[str], span: tuple[str, str], part: tuple[int, int]
    ) -> tuple[list[tuple[Any, ...]], int]:
        """Return the rows of a table in a time, newest first, and how many there are; the first column is its id."""
        wanted = ([when >= span[0]] if span[0] else []) + ([when < span[1]] if span[1] else [])
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(when.table).where(*wanted)) or 0
            statement = select(*columns).where(*wanted).order_by(columns[0].desc()).offset(part[0]).limit(part[1])
            return [tuple(row) for row in connection.execute(statement)], total


Time = ColumnElement[str | None]


def _checked(copy: str) -> tuple[FromClause, Time, Time, list[ColumnElement[bool]]]:
    """Return the stored versions of a copy, when they were checked and found good last, and which of them count."""
    if copy == MAIN_COPY:
        same = and_(checks.c.objid == aips.c.objid, checks.c.version == aips.c.version, checks.c.copy == copy)
        return aips.outerjoin(checks, same), checks.c.checked, func.nullif(checks.c.good, ""), []
    same = and_(entries.c.objid == aips.c.objid, entries.c.version == aips.c.version)
    # What a copy does not have yet is the business of bringing it up to date.
    wanted = [entries.c.copy == copy, entries.c.verified != ""]
    verified: Time = func.nullif(entries.c.verified, "")
    return aips.join(entries, same), verified, verified, wanted


_OF_PROBLEM = ("objid", "version", "copy", "path", "result", "expected", "actual", "found")
_PROBLEM = [problems.c.id, problems.c.closed, *(problems.c[name] for name in _OF_PROBLEM), problems.c.closed == ""]


def _problem(row: tuple[Any, ...]) -> ProblemRow:
    return ProblemRow(row[0], Problem(*row[2:]), row[1])
