"""Keeping the index in step with the catalogue: a durable queue, worked off in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from fonds.errors import FondsError
from fonds.metadata.model import Kind
from fonds.repository.archive import Archive
from fonds.repository.held import held_record
from fonds.repository.ports.catalogue import Job, Unit
from fonds.repository.ports.index import IndexDocument
from fonds.repository.search.documents import fonds_document, index_documents

KIND = "index"
BATCH = 200
_MOST_SECONDS = 30


def drain_index(archive: Archive, stopped: Callable[[], bool] = lambda: False) -> int:
    """Index every dossier that waits for it; returns how many. A failure leaves them waiting and is raised.

    An index that is not there at all, or is broken because its making was cut short, is made whole, not begun with
    what happens to wait: it is a cache.
    """
    count = 0
    while not stopped() and (jobs := archive.jobs.claim(KIND, limit=BATCH)):
        try:
            if not _updated(archive, jobs):
                archive.index.replace_all(all_documents(archive))
        except BaseException:
            archive.jobs.release([job.id for job in jobs])
            raise
        for job in jobs:
            archive.jobs.finish(job.id)
        count += len(jobs)
    return count


def _updated(archive: Archive, jobs: Sequence[Job]) -> bool:
    """Bring the index up to date; False when there is none that could be."""
    try:
        if not archive.index.is_made():
            return False
        archive.index.update(_documents(archive, jobs), removed=[job.subject for job in jobs])
    except FondsError as error:
        if error.code != "INDEX_BROKEN":
            raise
        return False
    return True


def try_drain_index(archive: Archive) -> str:
    """Index what waits; returns '' or the code of what stopped it. An index never fails an ingest."""
    try:
        drain_index(archive)
    except FondsError as error:
        return error.code
    return ""


class NowAndThen:
    """Keeps the index in step while dossiers are being stored: a batch at a time, and never long behind.

    ``waiting`` counts the dossiers that were stored since; whoever stores one adds to it.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._last = time.monotonic()
        self.waiting = 0

    def drain(self) -> None:
        """Index what waits, if it is enough or has waited long enough."""
        if self.waiting >= BATCH or (self.waiting and time.monotonic() - self._last > _MOST_SECONDS):
            self.close()

    def close(self) -> str:
        """Index all that waits; returns '' or the code of what stopped it."""
        self.waiting = 0
        stopped = try_drain_index(self._archive)
        self._last = time.monotonic()
        return stopped


def _documents(archive: Archive, jobs: Sequence[Job]) -> Iterator[IndexDocument]:
    fonds: dict[str, Unit] = {}
    for job in jobs:
        record, unit = held_record(archive.holdings, job.subject), archive.holdings.unit(job.subject)
        if unit is not None and unit.kind is Kind.FONDS:
            fonds[unit.id] = unit
        if record is None or unit is None:
            continue
        if unit.fonds_id not in fonds:
            fonds |= archive.holdings.units([unit.fonds_id])
        yield from index_documents(record)
    for above in fonds.values():
        yield from fonds_document(above)


def all_documents(archive: Archive, progress: Callable[[int], None] = lambda _: None) -> Iterator[IndexDocument]:
    """Yield the documents of everything described: of each fonds the dossiers, digitised or not, then the fonds."""
    count = 0
    for fonds in _all_fonds(archive):
        for unit in archive.holdings.walk(fonds.id, down_to="file"):
            record = held_record(archive.holdings, unit.id)
            if record is not None:
                yield from index_documents(record)
                count += 1
                progress(count)
        yield from fonds_document(fonds)


def _all_fonds(archive: Archive) -> Iterator[Unit]:
    offset = 0
    while fonds := archive.holdings.by_level("fonds", offset=offset, limit=500).items:
        yield from fonds
        offset += len(fonds)
