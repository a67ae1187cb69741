"""Reading ahead: the files of the next dossiers are read by workers while this one is being judged."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass

from fonds.errors import FondsError
from fonds.repository.intake.locate import Unit
from fonds.repository.intake.reading import FileReading, read_files
from fonds.repository.intake.rows import Row
from fonds.repository.intake.walk import Found
from fonds.repository.ports.formats import FormatIdentifier
from fonds.repository.ports.imaging import Imaging

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


class AheadReader:
    """Gives every job back, in order, with the readings of its contents.

    Raises FondsError WORKER_LOST when a worker process died; the data names the folder that was being read.
    """

    def __init__(self, imaging: Imaging, formats: FormatIdentifier, executor: Executor | None) -> None:
        self._imaging = imaging
        self._formats = formats
        self._executor = executor

    def read(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, list[FileReading]]]:
        """Read the contents of jobs; at most FILES_AHEAD files and one job are under way."""
        if self._executor is None:
            for job in jobs:
                yield job, self._now(job)
            return
        waiting: deque[tuple[Job, list[Future[list[FileReading]]]]] = deque()
        ahead = 0
        try:
            for job in jobs:
                waiting.append((job, self._submit(job, self._executor)))
                ahead += len(job.contents)
                while ahead > FILES_AHEAD and waiting:
                    ahead -= len(waiting[0][0].contents)
                    yield self._finished(*waiting.popleft())
            while waiting:
                yield self._finished(*waiting.popleft())
        finally:
            for _, futures in waiting:
                for future in futures:
                    future.cancel()

    def _now(self, job: Job) -> list[FileReading]:
        paths = tuple(one.path for one in job.contents)
        return read_files(self._imaging, self._formats, paths, hash_only=job.secret)

    def _submit(self, job: Job, executor: Executor) -> list[Future[list[FileReading]]]:
        paths = [one.path for one in job.contents]
        batches = [tuple(paths[at : at + FILES_A_BATCH]) for at in range(0, len(paths), FILES_A_BATCH)]
        try:
            return [
                executor.submit(read_files, self._imaging, self._formats, batch, hash_only=job.secret)
                for batch in batches
            ]
        except BrokenExecutor as error:
            raise FondsError("WORKER_LOST", where=job.unit.where) from error

    def _finished(self, job: Job, futures: list[Future[list[FileReading]]]) -> tuple[Job, list[FileReading]]:
        try:
            return job, [reading for future in futures for reading in future.result()]
        except BrokenExecutor as error:
            raise FondsError("WORKER_LOST", where=job.unit.where) from error
