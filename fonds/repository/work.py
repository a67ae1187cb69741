"""The background work of a repository: whatever waits in the job table, one worker at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from fonds.errors import FondsError
from fonds.repository.access import KIND as ACCESS
from fonds.repository.access import make_copies, sweep
from fonds.repository.archive import Archive
from fonds.repository.fonds_packages import KIND as FONDS
from fonds.repository.fonds_packages import drain_fonds_alone
from fonds.repository.indexing import KIND as INDEX
from fonds.repository.indexing import drain_index
from fonds.repository.notices.queue import drain_notices, ripe
from fonds.repository.ports.catalogue import Job
from fonds.repository.submitted import SOFTWARE

BACKGROUND = (INDEX, FONDS, ACCESS)
_MOST_ATTEMPTS = 3
_COUNTED = 10_000
_LATELY = 20


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """How far the making of access copies is."""

    pages: int
    total_pages: int


def left_to_do(archive: Archive) -> bool:
    """Say whether background work waits or is being done."""
    counts = archive.jobs.counts()
    left = any(counts.get(kind, {}).get(state) for kind in BACKGROUND for state in ("waiting", "running"))
    return left or bool(ripe(archive, datetime.now(UTC)))


@dataclass(frozen=True, slots=True)
class CopiesWaiting:
    """The access copies that wait or are being made, in pages, and how long a page took lately (None: not known)."""

    done: int
    total: int
    seconds_a_page: float | None


def copies_waiting(archive: Archive) -> CopiesWaiting:
    """Return how far the access copies are."""
    jobs = archive.jobs
    open_jobs = [
        job for state in ("running", "waiting") for job in jobs.recent(kind=ACCESS, state=state, limit=_COUNTED).items
    ]
    ended = [job for job in jobs.recent(kind=ACCESS, state="done", limit=_LATELY).items if job.total]
    pages = sum(job.total for job in ended)
    seconds = sum(_seconds(job) for job in ended)
    return CopiesWaiting(
        sum(job.done for job in open_jobs), sum(job.total for job in open_jobs), seconds / pages if pages else None
    )


def _seconds(job: Job) -> float:
    return (datetime.fromisoformat(job.ended) - datetime.fromisoformat(job.started)).total_seconds()


def work(
    archive: Archive,
    *,
    stopped: Callable[[], bool],
    progress: Callable[[WorkProgress], None] = lambda _: None,
    agent: str = SOFTWARE[0],
) -> int:
    """Work off the queue until it is empty or ``stopped``; returns how many jobs were done. ``agent`` is who runs it.

    The caller holds the worker's lock, so a job that runs belongs to a worker that died: it is taken up again at once.
    Packages of fonds are made when nobody else changes the holdings meanwhile: whoever does makes them himself.
    Safe to kill at any time. Raises what stopped the indexing or the packages after the access copies were made, and
    what stopped those (STORE_FULL, CATALOGUE_…); the jobs then wait.
    """
    for kind in (INDEX, ACCESS):
        archive.jobs.reclaim(kind)
    sweep(archive)
    done, failed = 0, None
    for drain in (partial(drain_notices, agent=agent), drain_index, partial(drain_fonds_alone, agent=agent)):
        try:
            done += drain(archive, stopped=stopped)
        except FondsError as error:
            failed = error
    done += _Copies(archive, stopped, progress).make()
    if failed:
        raise failed
    return done


class _Copies:
    """Making the access copies of everything that waits."""

    def __init__(self, archive: Archive, stopped: Callable[[], bool], progress: Callable[[WorkProgress], None]) -> None:
        self._archive, self._stopped, self._progress = archive, stopped, progress
        self._jobs = self._pages = 0
        waiting = archive.jobs.recent(kind=ACCESS, state="waiting", limit=_COUNTED).items
        self._total = sum(job.total for job in waiting)

    def make(self) -> int:
        """Return how many jobs were done."""
        while not self._stopped():
            try:
                with self._archive.executor() as executor:
                    self._until_empty(executor)
                break
            except FondsError as error:
                # A new pool goes on; which job was to blame has been noted.
                if error.code != "WORKERS_LOST":
                    raise
        return self._jobs

    def _until_empty(self, executor: Executor) -> None:
        while not self._stopped() and (jobs := self._archive.jobs.claim(ACCESS)):
            self._jobs += self._one(executor, jobs[0])
            self._pages += jobs[0].total

    def _one(self, executor: Executor, job: Job) -> bool:
        try:
            return make_copies(self._archive, executor, job, self._stopped, self._show)
        except BrokenExecutor:
            if job.attempts >= _MOST_ATTEMPTS:
                self._archive.jobs.fail(job.id, "WORKERS_LOST")
            raise
        finally:
            # What has ended stays ended; anything else is given back, however this was left.
            self._archive.jobs.release([job.id])

    def _show(self, done: int) -> None:
        self._progress(WorkProgress(self._pages + done, max(self._total, self._pages + done)))
