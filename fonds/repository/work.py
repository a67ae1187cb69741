"""The background work of a repository: whatever waits in the job table, one worker at a time."""

from __future__ import annotations

from collections.abc import Callable

from fonds.repository.access import KIND as ACCESS
from fonds.repository.access import make_copies
from fonds.repository.archive import Archive
from fonds.repository.indexing import drain_index


def work(archive: Archive, *, stopped: Callable[[], bool], after_job: Callable[[], None] = lambda: None) -> int:
    """Work off the queue until it is empty or ``stopped``; returns how many jobs were done.

    Safe to kill at any time: a job that was running is claimed again when its lease is over.
    """
    done = drain_index(archive, stopped)
    with archive.executor() as executor:
        while not stopped() and (jobs := archive.jobs.claim(ACCESS)):
            if make_copies(archive, executor, jobs[0], stopped):
                done += 1
                after_job()
            else:
                archive.jobs.release([jobs[0].id])
    return done
