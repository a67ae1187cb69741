"""Before holdings are changed: what an earlier run left is finished, or forgotten, or goes on waiting for its copies.

A package that was published is whole. It is taken into the log and the catalogue when it can be, and when it lies in as
many copies as the settings ask for; until then its job waits, and it counts as not stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fonds.errors import FondsError, RefusedError
from fonds.repository.archive import Archive
from fonds.repository.copies.place import reachable
from fonds.repository.copies.replicate import Sizes
from fonds.repository.copies.settle import CopiesLackingError, settle, tidy
from fonds.repository.fixity import check_package
from fonds.repository.holding import load_package, stored_place, take_over
from fonds.repository.logged import INGEST, WHY, log_stored, sealed_rows
from fonds.repository.ports.catalogue import Aip, Job
from fonds.repository.waiting import place_of, waiting


@contextmanager
def changing(archive: Archive, agent: str, *, finish: bool = True) -> Iterator[None]:
    """Hold the lock of whoever changes holdings, what an earlier one left put in order first, and again after an error.

    ``finish`` also brings the packages that wait into their copies, where there are enough copies now: that may take
    long. Raises REPOSITORY_LOCKED, and whatever the work raises.
    """
    with archive.lock(INGEST):
        archive.store.clean()
        tidy(archive)
        recover(archive, agent)
        if finish and can_settle(archive):
            for job in waiting(archive):
                finish_job(archive, job, agent)
        try:
            yield
        except BaseException:
            # What was published in the very moment of an interrupt or error is taken in now, if it can be.
            with suppress(FondsError):
                recover(archive, agent, copying=False)
            raise


def recover(archive: Archive, agent: str, *, copying: bool = True) -> list[str]:
    """Finish or forget what a killed ingest left; returns the locations that were taken in.

    The caller holds the repository's lock, so an ingest job that still runs belongs to a process that died. When its
    package was published already, it is checked against its own manifests, brought into the copies (unless ``copying``
    is False: then it may have to wait) and taken in, or is in the catalogue too and the job is done; otherwise nothing
    of it is in the store and the job is only marked.
    """
    taken = []
    for job in archive.jobs.recent(kind=INGEST, state="running", limit=1000).items:
        place = place_of(job)
        if not place or not archive.store.exists(place):
            archive.jobs.fail(job.id, "INTERRUPTED")
        elif archive.holdings.aip(*stored_place(place)) is not None:
            archive.jobs.finish(job.id)
        elif finish_job(archive, job, agent, copying=copying):
            taken.append(place)
    for job in archive.jobs.recent(kind="delivery", state="running", limit=1000).items:
        archive.jobs.fail(job.id, "INTERRUPTED")
    return taken


def finish_job(archive: Archive, job: Job, agent: str, *, copying: bool = True, show: Sizes = lambda _: None) -> bool:
    """Take in the published package of a job; False when it cannot be understood, or has to wait for its copies."""
    try:
        return _finished(archive, job, agent, copying, show)
    except CopiesLackingError:
        return False


def _finished(archive: Archive, job: Job, agent: str, copying: bool, show: Sizes) -> bool:
    try:
        _take_in(archive, job, agent, copying, show)
    except CopiesLackingError as error:
        archive.jobs.postpone(job.id, error.reason)
        raise
    except RefusedError as error:
        # It stays where it is, for a person to look at: the audit reports it as unknown, and nothing waits for it.
        archive.jobs.fail(job.id, error.code)
        detail = {"location": place_of(job), "reason": str(error.data.get("reason", ""))}
        archive.log.append("recover", agent=agent, subject=place_of(job), outcome="failure", detail=detail)
        return False
    archive.jobs.finish(job.id)
    return True


def _take_in(archive: Archive, job: Job, agent: str, copying: bool, show: Sizes) -> None:
    place, why = place_of(job), job.detail.get(WHY)
    loaded = load_package(archive, place, sealed_rows(archive))
    if loaded.doubt == "unsealed":
        found = check_package(archive.store, loaded.aip, loaded.digests)
        if not found.ok:
            raise RefusedError("PACKAGE_BROKEN", path=place, reason=found.problems[0].path)
        log_stored(archive, loaded.aip, loaded.digests, agent, why if isinstance(why, dict) else None)
    settle(archive, loaded.aip, loaded.digests, agent, copying=copying, show=show)
    take_over(archive, loaded)


def can_settle(archive: Archive) -> bool:
    """Say whether enough copies can be had at this moment for a package to count as stored."""
    return 1 + len(list(reachable(archive))) >= archive.settings.copies_required


def finish_waiting(archive: Archive, code: str, place: str, agent: str) -> bool:
    """Bring in what waits of the package that ``place``, any location of it, belongs to; True when something was.

    ``code`` is what it is known by. Raises CopiesLackingError when it has to go on waiting.
    """
    found = _of_package(archive, code, place)
    return any([_finished(archive, job, agent, True, lambda _: None) for job in found])  # noqa: C419 - every one of them


def require_settled(archive: Archive, aip: Aip) -> None:
    """Raise FondsError VERSION_WAITING when a later version of a package waits for its copies: no other can be made."""
    for job in _of_package(archive, aip.name, aip.location):
        raise FondsError("VERSION_WAITING", package=aip.name, reason=job.reason)


def _of_package(archive: Archive, code: str, place: str) -> list[Job]:
    return [job for job in waiting(archive, code) if place_of(job).split("/")[:2] == place.split("/")[:2]]
