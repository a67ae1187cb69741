"""Work as rows: claimed by lease, so that a killed process loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from fonds.repository.backends.sql import tables
from fonds.repository.backends.sql.database import Database, now
from fonds.repository.ports.catalogue import Job, Slice

jobs = tables.jobs


def queue_job(
    connection: Connection,
    kind: str,
    subject: str,
    *,
    total: int = 0,
    detail: Mapping[str, object] | None = None,
) -> int:
    """Add a waiting job inside a transaction of the caller; one that waits already is returned."""
    same = (jobs.c.subject == subject) & (jobs.c.kind == kind) & (jobs.c.state == "waiting")
    waiting: int | None = connection.scalar(select(jobs.c.id).where(same))
    if waiting is not None:
        return waiting
    return _add(connection, kind, subject, state="waiting", total=total, detail=_dump(detail))


def _add(connection: Connection, kind: str, subject: str, **columns: object) -> int:
    row = {"kind": kind, "subject": subject, "created": now(), **columns}
    number: int = connection.execute(insert(jobs).values(row).returning(jobs.c.id)).scalar_one()
    return number


def _dump(detail: Mapping[str, object] | None) -> str:
    return json.dumps(dict(detail or {}), ensure_ascii=False, default=str)


def _job(row: Row[Any]) -> Job:
    return Job(
        row.id, row.kind, row.subject, row.state, row.attempts, row.reason, row.created, row.started, row.ended,
        row.done, row.total, json.loads(row.detail or "{}"), row.told,
    )  # fmt: skip


class SqlJobs:
    """Implements ``ports.catalogue.Jobs``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enqueue(self, kind: str, subject: str, *, total: int = 0, detail: Mapping[str, object] | None = None) -> int:
        """Add a waiting job, or return the one that waits already."""
        with self._database.writing() as connection:
            return queue_job(connection, kind, subject, total=total, detail=detail)

    def start(
        self,
        kind: str,
        subject: str,
        *,
        total: int = 0,
        lease: int = 600,
        detail: Mapping[str, object] | None = None,
    ) -> int:
        """Add a job that is worked on now."""
        times = {"started": now(), "lease_until": now(lease), "told": now()}
        with self._database.writing() as connection:
            return _add(
                connection,
                kind,
                subject,
                state="running",
                total=total,
                attempts=1,
                detail=_dump(detail),
                **times,
            )

    def claim(self, kind: str, *, limit: int = 1, lease: int = 600, job_id: int = 0) -> Sequence[Job]:
        """Take waiting jobs, or running ones whose lease is over, oldest first."""
        free = or_(jobs.c.state == "waiting", (jobs.c.state == "running") & (jobs.c.lease_until < now()))
        wanted = select(jobs.c.id).where(jobs.c.kind == kind, free).order_by(jobs.c.id).limit(limit)
        wanted = wanted.where(jobs.c.id == job_id) if job_id else wanted
        taken = {
            "state": "running",
            "attempts": jobs.c.attempts + 1,
            "started": now(),
            "lease_until": now(lease),
            "told": now(),
        }
        with self._database.writing() as connection:
            ids = list(connection.scalars(wanted))
            connection.execute(update(jobs).where(jobs.c.id.in_(ids)).values(taken))
            found = connection.execute(select(jobs).where(jobs.c.id.in_(ids)).order_by(jobs.c.id))
            return [_job(row) for row in found]

    def progress(
        self, job_id: int, done: int, total: int, *, lease: int = 600, detail: Mapping[str, object] | None = None
    ) -> None:
        """Say how far a job is and renew its lease."""
        columns: dict[str, object] = {"done": done, "total": total, "lease_until": now(lease), "told": now()}
        self._set(job_id, **columns, **({} if detail is None else {"detail": _dump(detail)}))

    def finish(self, job_id: int, *, detail: Mapping[str, object] | None = None) -> None:
        """Mark done."""
        columns: dict[str, object] = {"state": "done", "ended": now(), "reason": "", "done": jobs.c.total}
        if detail is not None:
            columns["detail"] = _dump(detail)
        self._set(job_id, **columns)

    def fail(self, job_id: int, reason: str) -> None:
        """Mark failed with a reason."""
        self._set(job_id, state="failed", ended=now(), reason=reason)

    def _set(self, job_id: int, **columns: object) -> None:
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(**columns))

    def postpone(self, job_id: int, reason: str) -> None:
        """Put a job back as waiting with a reason."""
        self._set(job_id, state="waiting", lease_until="", reason=reason)

    def release(self, job_ids: Iterable[int]) -> None:
        """Give claimed jobs back as waiting; what has ended stays ended."""
        claimed = jobs.c.id.in_(list(job_ids)) & (jobs.c.state == "running")
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(claimed).values(state="waiting", lease_until=""))

    def reclaim(self, kind: str) -> int:
        """Give every running job of a kind back as waiting."""
        running = (jobs.c.kind == kind) & (jobs.c.state == "running")
        with self._database.writing() as connection:
            return connection.execute(update(jobs).where(running).values(state="waiting", lease_until="")).rowcount

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return ``{kind: {state: n}}``."""
        counted = select(jobs.c.kind, jobs.c.state, func.count()).group_by(jobs.c.kind, jobs.c.state)
        found: dict[str, dict[str, int]] = {}
        with self._database.reading() as connection:
            for kind, state, count in connection.execute(counted):
                found.setdefault(kind, {})[state] = count
        return found

    def job(self, job_id: int) -> Job | None:
        """Return a job by id."""
        with self._database.reading() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
            return _job(row) if row else None

    def recent(
        self, *, kind: str = "", state: str = "", subject: str = "", since: int = 0, offset: int = 0, limit: int = 50
    ) -> Slice[Job]:
        """Return jobs, newest first."""
        wanted = [jobs.c.id > since]
        wanted += [jobs.c.subject == subject] if subject else []
        wanted += [jobs.c.kind == kind] if kind else []
        wanted += [jobs.c.state == state] if state else []
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(jobs).where(*wanted)) or 0
            statement = select(jobs).where(*wanted).order_by(jobs.c.id.desc()).offset(offset).limit(limit)
            return Slice([_job(row) for row in connection.execute(statement)], total, offset, limit)
