"""Bringing copies up to date: whatever a copy lacks is written to it and verified, one package after the other.

It can be stopped at any time and goes on where it was: what is verified is not looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from fonds.errors import FondsError
from fonds.repository.archive import COPYING, Archive
from fonds.repository.copies.manage import named
from fonds.repository.copies.place import Replica, open_copy
from fonds.repository.copies.replicate import replicate
from fonds.repository.fonds_packages import try_drain_fonds
from fonds.repository.log_copies import log_copy
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.copies import Copy
from fonds.repository.recovery import changing, finish_job
from fonds.repository.underway import COPIES, underway
from fonds.repository.waiting import waiting

_BATCH = 100
_OF_ONE_PACKAGE = {"COPY_SOURCE_DAMAGED", "COPY_DIFFERS"}
"""What is wrong with one package and does not keep the next from being copied."""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far it is: bytes done and in all, packages done, and the copy that is written to."""

    copy: str
    packages: int
    bytes: int
    total_bytes: int


@dataclass(slots=True)
class Synced:
    """What became of one copy.

    ``failed`` are the locations of packages that could not be copied, with the error; ``error`` stopped the whole copy.
    """

    copy: Copy
    packages: int = 0
    bytes: int = 0
    failed: list[tuple[str, FondsError]] = field(default_factory=list)
    error: FondsError | None = None


@dataclass(slots=True)
class SyncResult:
    """What became of the copies. ``finished`` packages had waited for their copies and count as stored now."""

    copies: list[Synced] = field(default_factory=list)
    finished: int = 0
    waiting: int = 0

    @property
    def complete(self) -> bool:
        """Whether every copy has everything and nothing waits."""
        return not self.waiting and not any(one.error or one.failed for one in self.copies)


def sync(
    archive: Archive,
    names: Sequence[str],
    *,
    agent: str,
    progress: Callable[[SyncProgress], None] = lambda _: None,
) -> SyncResult:
    """Bring the named copies, or all, up to date, and finish the packages that waited for them.

    A copy that cannot be had or is full is reported and does not hold up the others. Ingests go on meanwhile, unless
    packages wait. Raises UsageError COPY_MISSING, FondsError REPOSITORY_LOCKED, CATALOGUE_…, LOG_….
    """
    chosen = [named(archive, name) for name in names] or list(archive.copies.copies())
    lag = {one.copy.name: one for one in archive.copies.summaries()}
    total = sum(lag[copy.name].lacking for copy in chosen)
    result = SyncResult()
    with archive.lock(COPYING), underway(archive, COPIES, ", ".join(c.name for c in chosen), total) as (_, record):
        work = _Work(archive, agent, progress, record, sum(lag[copy.name].lacking_bytes for copy in chosen))
        result.finished = _finish(archive, agent, work)
        result.copies = [work.bring(copy) for copy in chosen]
        result.waiting = len(waiting(archive))
        log_copy(archive)
    return result


def _finish(archive: Archive, agent: str, work: _Work) -> int:
    """Take in the packages that waited; returns how many. Only when there are any the lock of an ingest is taken."""
    if not waiting(archive):
        return 0
    with changing(archive, agent, finish=False):
        jobs = waiting(archive)
        work.more(sum(_size(archive, str(job.detail.get("location", ""))) for job in jobs))
        done = sum(finish_job(archive, job, agent, show=work.show) for job in jobs)
        if done:
            try_drain_fonds(archive, agent)
    return done


def _size(archive: Archive, place: str) -> int:
    return sum(file.size for file in archive.store.files(place)) if archive.store.exists(place) else 0


class _Work:
    """Copies being brought up to date."""

    def __init__(
        self,
        archive: Archive,
        agent: str,
        progress: Callable[[SyncProgress], None],
        record: Callable[[int], None],
        total: int,
    ) -> None:
        self._archive, self._agent, self._progress, self._record = archive, agent, progress, record
        self._name, self._packages, self._bytes, self._total = "", 0, 0, total

    def more(self, size: int) -> None:
        """Say that there are so many bytes more."""
        self._total += size

    def show(self, size: int) -> None:
        """Say that so many bytes were dealt with."""
        self._bytes += size
        self._progress(SyncProgress(self._name, self._packages, self._bytes, max(self._total, self._bytes)))

    def bring(self, copy: Copy) -> Synced:
        """Bring one copy up to date."""
        result, self._name = Synced(copy), copy.name
        try:
            replica = Replica(copy, open_copy(self._archive, copy))
            replica.store.clean()
            for aip in self._lacking(copy):
                self._one(replica, aip, result)
        except FondsError as error:
            if error.code.startswith(("CATALOGUE_", "LOG_")):
                raise
            result.error = self._better(copy, error)
        return result

    def _better(self, copy: Copy, error: FondsError) -> FondsError:
        """Return why a copy cannot be written: that it is gone says more than what the disk said then."""
        try:
            open_copy(self._archive, copy)
        except FondsError as gone:
            return gone
        return error

    def _lacking(self, copy: Copy) -> Iterator[Aip]:
        after = ("", 0)
        while found := self._archive.copies.lacking(copy.name, after=after, limit=_BATCH):
            yield from found
            after = (found[-1].objid, found[-1].version)

    def _one(self, replica: Replica, aip: Aip, result: Synced) -> None:
        archive, before = self._archive, self._bytes
        try:
            replicate(archive, replica, aip, archive.holdings.digests(aip.objid, aip.version), self._agent, self.show)
        except FondsError as error:
            if error.code not in _OF_ONE_PACKAGE:
                raise
            result.failed.append((aip.location, error))
        else:
            result.packages += 1
            result.bytes += self._bytes - before
        self._packages += 1
        self._record(self._packages)
