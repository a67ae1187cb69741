"""Reading ahead: the files of the next dossiers are read by workers while this one is being judged."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.errors import FondsError
from fonds.repository.intake.locate import Unit
from fonds.repository.intake.reading import STOPPED, FileReading, Instruments, read_files
from fonds.repository.intake.rows import Row
from fonds.repository.intake.walk import Found
from fonds.repository.limits import WorkerDiedError

FILES_A_BATCH = 8
FILES_AHEAD = 256
"""How many files are given out at a time, and how many may be under way; it bounds memory, not speed."""


@dataclass(frozen=True, slots=True)
class Job:
    """A unit ready to be read: its row and document rows, what lies in its folders, and whether it is secret."""

    unit: Unit
    row: Row | None
    items: tuple[Row, ...]
    found: tuple[Found, ...]
    secret: bool

    @property
    def contents(self) -> list[Found]:
        """The files that are to be archived."""
        return [one for one in self.found if one.regular and not one.stray]


_Batch = tuple[tuple[Path, ...], Future[list[FileReading]]]


class AheadReader:
    """Gives every job back, in order, with the readings of its contents.

    A worker that dies at a file costs that file only: it gets a reading that says so (READING_STOPPED). Raises
    FondsError WORKER_LOST when workers die at anything; the data names the folder that was being read.
    """

    def __init__(self, instruments: Instruments, executor: Executor | None) -> None:
        self._instruments = instruments
        self._executor = executor

    def read(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, list[FileReading]]]:
        """Read the contents of jobs; at most FILES_AHEAD files and one job are under way."""
        if self._executor is None:
            for job in jobs:
                yield job, self._now(job)
            return
        waiting: deque[tuple[Job, list[_Batch]]] = deque()
        ahead = 0
        try:
            for job in jobs:
                waiting.append((job, self._submit(job, self._executor)))
                ahead += len(job.contents)
                while ahead > FILES_AHEAD and waiting:
                    ahead -= len(waiting[0][0].contents)
                    yield self._finished(*waiting.popleft(), self._executor)
            while waiting:
                yield self._finished(*waiting.popleft(), self._executor)
        finally:
            for _, batches in waiting:
                for _, future in batches:
                    future.cancel()

    def _now(self, job: Job) -> list[FileReading]:
        paths = tuple(one.path for one in job.contents)
        return read_files(self._instruments, paths, hash_only=job.secret)

    def _submit(self, job: Job, executor: Executor) -> list[_Batch]:
        paths = [one.path for one in job.contents]
        batches = [tuple(paths[at : at + FILES_A_BATCH]) for at in range(0, len(paths), FILES_A_BATCH)]
        with _named(job):
            return [(batch, self._given(executor, batch, hash_only=job.secret)) for batch in batches]

    def _given(self, executor: Executor, paths: tuple[Path, ...], *, hash_only: bool) -> Future[list[FileReading]]:
        return executor.submit(read_files, self._instruments, paths, hash_only=hash_only)

    def _finished(self, job: Job, batches: list[_Batch], executor: Executor) -> tuple[Job, list[FileReading]]:
        readings: list[FileReading] = []
        for paths, future in batches:
            try:
                readings += future.result()
            except BrokenExecutor:
                with _named(job):
                    readings += [self._alone(path, executor, hash_only=job.secret) for path in paths]
        return job, readings

    def _alone(self, path: Path, executor: Executor, *, hash_only: bool) -> FileReading:
        """Read one file of a batch at which a worker died: this shows whether it was the one to blame."""
        try:
            return self._given(executor, (path,), hash_only=hash_only).result()[0]
        except WorkerDiedError as error:
            (known,) = self._given(executor, (path,), hash_only=True).result()
            return replace(known, problem=known.problem or STOPPED, note=known.note or error.reason)


@contextmanager
def _named(job: Job) -> Iterator[None]:
    """Say which folder was being read when there are no workers any more."""
    try:
        yield
    except BrokenExecutor as error:
        raise FondsError("WORKER_LOST", where=job.unit.where) from error
