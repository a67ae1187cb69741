"""How work stands, for people who watch: how far, how fast, how long still, and why something does not go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from fonds.repository.archive import Archive
from fonds.repository.notices.queue import KIND as NOTICE
from fonds.repository.ports.catalogue import Job
from fonds.repository.underway import KINDS, Step, is_alive, step_of

SILENT_SECONDS = 120
"""A job that says nothing for so long has come to a standstill: a disk that does not answer, a very large file."""


class Stall(StrEnum):
    """Why a job does not go on. ``DEAD``: its process is gone; ``SILENT``: it is there, and says nothing.

    ``NOBODY``: it waits, and nobody works.
    """

    NONE = ""
    DEAD = "dead"
    SILENT = "silent"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Standing:
    """One job as it stands.

    ``done`` of ``total`` (0: not known) is that of its ``step``, where it has one. ``rate`` is units of the work a
    second; ``percent``, ``rate`` and ``left`` (seconds) are None as long as they are not known. ``silent`` is for how
    many seconds it has said nothing.
    """

    job: Job
    done: int = 0
    total: int = 0
    step: Step | None = None
    percent: int | None = None
    rate: float | None = None
    left: float | None = None
    stall: Stall = Stall.NONE
    silent: float = 0


def standing(job: Job, *, now: datetime, working: bool) -> Standing:
    """Return how a job stands. ``working`` says that the background worker is there.

    Never more than 100 per cent, and 100 only when everything is done.
    """
    if job.state == "waiting":
        # A notice that did not get through waits for its next time.
        patient = working or (job.kind == NOTICE and job.attempts > 0)
        return Standing(job, job.done, job.total, stall=Stall.NONE if patient else Stall.NOBODY)
    if job.state != "running":
        return Standing(job, job.done, job.total)
    step = step_of(job)
    done, total, began = (step.done, step.total, step.began) if step else (job.done, job.total, job.started)
    seconds = _since(began, now)
    done = min(done, total) if total else done
    rate = done / seconds if done > 0 and seconds > 0 else None
    left = (total - done) / rate if rate and total else None
    silent = _since(job.told or job.started, now)
    percent = 100 * done // total if total > 0 else None
    return Standing(job, done, total, step, percent, rate, left, _stall(job, silent, working=working), silent)


def _stall(job: Job, silent: float, *, working: bool) -> Stall:
    there = is_alive(job) if job.kind in KINDS or "pid" in job.detail else working
    if not there:
        return Stall.DEAD
    return Stall.SILENT if silent > SILENT_SECONDS else Stall.NONE


def _since(written: str, now: datetime) -> float:
    return max(0.0, (now - datetime.fromisoformat(written)).total_seconds()) if written else 0.0


def standings(
    archive: Archive, state: str, *, working: bool, offset: int = 0, limit: int = 50
) -> tuple[list[Standing], int]:
    """Return jobs of a state ('' for any) as they stand, newest first, and how many there are in all.

    ``working`` says that the background worker is there; whoever takes a delivery in does that work too.
    """
    found = archive.jobs.recent(state=state, offset=offset, limit=limit)
    now = datetime.now(UTC)
    busy = working or any(
        is_alive(job) for kind in KINDS for job in archive.jobs.recent(kind=kind, state="running", limit=10).items
    )
    return [standing(job, now=now, working=busy) for job in found.items], found.total
