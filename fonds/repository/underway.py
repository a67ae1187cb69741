"""Long work that one process does: a row that says how far it is, for ``fonds status`` in another window."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Protocol

from fonds.errors import FondsError, is_interrupt
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Job

AUDIT = "audit"
COPIES = "copies"
DELIVERY = "delivery"
DESCRIBE = "describe"
REPAIR = "repair"
KINDS = (DELIVERY, DESCRIBE, COPIES, AUDIT, REPAIR)
_EVERY_SECONDS = 2.0
_STEP = "step"
BYTES, FILES = "bytes", "files"


@dataclass(frozen=True, slots=True)
class Step:
    """A part of long work that is measured by itself: how much of ``total`` (0: not known) is done, in ``unit``.

    ``part`` of ``parts`` is the package that it is about, counted from 1. ``began`` is ISO 8601 UTC.
    """

    name: str
    done: int
    total: int
    unit: str = FILES
    part: int = 0
    parts: int = 0
    began: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """What stays the same as long as this step lasts."""
        return self.name, self.part


def step_detail(step: Step) -> dict[str, object]:
    """Return a step as the row of its job keeps it."""
    return {_STEP: asdict(step)}


def step_of(job: Job) -> Step | None:
    """Return the step that a running job is at, None where it is not measured in steps."""
    plain = job.detail.get(_STEP)
    return Step(**plain) if isinstance(plain, dict) and plain.keys() == set(Step.__slots__) else None


class Tell(Protocol):
    """Says how far a job is."""

    def __call__(self, done: int, counts: Mapping[str, object] | None = None, /) -> None:
        """Take what is done, and what else is worth telling."""


@contextmanager
def underway(
    archive: Archive, kind: str, subject: str, total: int, detail: Mapping[str, object] | None = None
) -> Iterator[tuple[int, Tell]]:
    """Give the id of a job that is worked on now, and a function that takes how many of ``total`` are done.

    It takes more counts too (dossiers, pages, bytes), for people who watch; without a ``total`` only these are told.

    ``detail`` is what the row is to keep besides. Its end, good or bad, is recorded. Rows of processes that died are
    marked first.
    """
    forget_dead(archive, kind)
    kept = {**(detail or {}), "pid": os.getpid()}
    job = archive.jobs.start(kind, subject, total=total, detail=kept)
    shown = time.monotonic()

    def progress(done: int, counts: Mapping[str, object] | None = None) -> None:
        nonlocal shown
        if time.monotonic() - shown >= _EVERY_SECONDS:
            shown = time.monotonic()
            archive.jobs.progress(job, min(done, total), total, detail={**kept, **counts} if counts else None)

    try:
        yield job, progress
    except BaseException as error:
        mark_failed(archive, job, error)
        raise
    archive.jobs.finish(job)


def mark_failed(archive: Archive, job: int, error: BaseException) -> None:
    """Mark a job failed by an error, as far as that can be written down (a full disk): the error itself goes first."""
    with suppress(FondsError):
        archive.jobs.fail(job, reason_of(error))


def reason_of(error: BaseException) -> str:
    """Return why a job failed: the error's code, INTERRUPTED, or the name of what nobody foresaw."""
    if is_interrupt(error):
        return "INTERRUPTED"
    return error.code if isinstance(error, FondsError) else type(error).__name__


def forget_dead(archive: Archive, kind: str) -> None:
    """Mark the running jobs of processes that died as interrupted."""
    for job in archive.jobs.recent(kind=kind, state="running", limit=1000).items:
        if not is_alive(job):
            archive.jobs.fail(job.id, "INTERRUPTED")


def is_alive(job: Job) -> bool:
    """Say whether the process that runs a job is there (on this machine)."""
    pid = job.detail.get("pid")
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
