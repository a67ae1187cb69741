"""Incidents in tables; what belongs to one is told by the problems that were open while it was."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from fonds.repository.backends.sql import tables
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.fixity import problem_value
from fonds.repository.ports.catalogue import Problem, Slice
from fonds.repository.ports.incidents import Incident

incidents, problems = tables.incidents, tables.problems


class SqlIncidents:
    """Implements ``ports.incidents.Incidents``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, incident: Incident) -> None:
        """Write an incident, over the one of the same number."""
        columns = asdict(incident)
        statement = insert(incidents).values(columns)
        with self._database.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=columns))

    def get(self, number: int) -> Incident | None:
        """Return an incident."""
        return self._one(incidents.c.number == number)

    def last(self, objid: str, copy: str) -> Incident | None:
        """Return the newest incident of a package in a copy."""
        return self._one(and_(incidents.c.objid == objid, incidents.c.copy == copy))

    def _one(self, wanted: ColumnElement[bool]) -> Incident | None:
        statement = select(incidents).where(wanted).order_by(incidents.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(statement).one_or_none()
            return _incident(row) if row else None

    def listed(self, *, objid: str = "", closed: bool = False, offset: int = 0, limit: int = 50) -> Slice[Incident]:
        """Return incidents, newest first."""
        wanted = [] if closed else [incidents.c.closed == ""]
        wanted += [incidents.c.objid == objid] if objid else []
        statement = select(incidents).where(*wanted).order_by(incidents.c.number.desc()).offset(offset).limit(limit)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(incidents).where(*wanted)) or 0
            return Slice([_incident(row) for row in connection.execute(statement)], total, offset, limit)

    def problems(self, incident: Incident, *, offset: int = 0, limit: int = 200) -> Slice[Problem]:
        """Return the problems that were open while the incident was."""
        wanted = [problems.c.objid == incident.objid, problems.c.copy == incident.copy]
        wanted.append(or_(problems.c.closed == "", problems.c.closed > incident.opened))
        wanted += [problems.c.found <= incident.closed] if incident.closed else []
        order = (problems.c.version, problems.c.path, problems.c.id)
        statement = select(problems).where(*wanted).order_by(*order).offset(offset).limit(limit)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(problems).where(*wanted)) or 0
            return Slice([problem_value(row) for row in connection.execute(statement)], total, offset, limit)

    def problems_since(self, objid: str, copy: str, when: str) -> int:
        """Count open problems that were found after a time."""
        same = and_(problems.c.objid == objid, problems.c.copy == copy)
        statement = select(func.count()).select_from(problems)
        with self._database.reading() as connection:
            return connection.scalar(statement.where(same, problems.c.closed == "", problems.c.found > when)) or 0

    def clear(self) -> None:
        """Forget everything."""
        with self._database.writing() as connection:
            connection.execute(delete(incidents))


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        row.number, row.objid, row.copy, row.run, row.opened, row.opened_by, row.closed, row.closed_by, row.how,
        row.reason, row.closing, row.sources,
    )  # fmt: skip
