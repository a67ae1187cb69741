"""Rebuild: the catalogue, the index and the access copies again, from the store and the audit log alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from fonds.errors import RefusedError
from fonds.packaging.names import is_fonds_location
from fonds.repository.access import KIND as ACCESS
from fonds.repository.archive import Archive
from fonds.repository.copies.restore import restore_copies
from fonds.repository.deliveries.register import restore_register
from fonds.repository.holding import load_package, take_over
from fonds.repository.incidents import restore_incidents
from fonds.repository.indexing import KIND as INDEX
from fonds.repository.indexing import all_documents
from fonds.repository.logged import logged_checks, sealed_rows
from fonds.repository.waiting import waiting_places

Step = Callable[[str, int, int], None]


@dataclass(slots=True)
class RebuildResult:
    """What was made again. ``unreadable`` are packages left out or in doubt, with the reason.

    ``unseen`` are the copies that could not be looked at: what the log says of them is believed.
    """

    packages: int = 0
    indexed: int = 0
    access: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def rebuild(
    archive: Archive,
    *,
    agent: str,
    catalogue: bool = True,
    index: bool = True,
    access: bool = True,
    progress: Step = lambda _step, _done, _total: None,
) -> RebuildResult:
    """Make the named caches again; ids and search answers come out the same.

    Access copies are only forgotten here and queued: they are made in the background, or when a reader comes first.
    A package that cannot be read is reported and left as it is. Raises REPOSITORY_LOCKED, CATALOGUE_…, INDEX_….
    """
    result = RebuildResult()
    with archive.lock("rebuild"):
        archive.store.clean()
        if catalogue:
            _catalogue(archive, result, progress)
        if index:
            total = archive.holdings.totals()["dossiers"]
            result.indexed = archive.index.replace_all(
                all_documents(archive, lambda done: progress("index", done, total))
            )
            _settle_index_jobs(archive)
        if access:
            result.access = _access(archive)
        detail = {"catalogue": result.packages, "index": result.indexed, "access": result.access}
        archive.log.append("rebuild", agent=agent, detail=detail)
    return result


def _catalogue(archive: Archive, result: RebuildResult, progress: Step) -> None:
    sealed = sealed_rows(archive)
    held_up = waiting_places(archive)  # these do not count as stored yet, whatever is in the store
    places = [place for place in _in_order(archive.store.locations()) if place not in held_up]
    archive.holdings.clear()
    for number, place in enumerate(places, 1):
        try:
            loaded = load_package(archive, place, sealed)
            take_over(archive, loaded)
        except RefusedError as error:
            result.unreadable.append((place, str(error.data.get("reason", error.code))))
            continue
        result.packages += 1
        if loaded.doubt:
            result.unreadable.append((place, loaded.doubt))
        progress("catalogue", number, len(places))
    archive.fixity.restore(logged_checks(archive))
    restore_incidents(archive)
    result.unseen = restore_copies(archive)
    restore_register(archive)


def _in_order(places: Iterable[str]) -> list[str]:
    """Return the fonds first, their newest versions first: those describe, the dossiers after them fill in."""
    found = list(places)
    fonds = [place for place in found if is_fonds_location(place)]
    return [*reversed(fonds), *(place for place in found if not is_fonds_location(place))]


def _settle_index_jobs(archive: Archive) -> None:
    """Everything held has just been indexed: what waited for that is done."""
    while jobs := archive.jobs.claim(INDEX, limit=500):
        for job in jobs:
            archive.jobs.finish(job.id)


def _access(archive: Archive) -> int:
    archive.holdings.clear_access()
    shutil.rmtree(archive.access_folder, ignore_errors=True)
    count, after = 0, ""
    while aips := archive.holdings.aips(after=after):
        for aip in (one for one in aips if not one.of_fonds):
            archive.jobs.enqueue(ACCESS, aip.objid, total=aip.pages)
            count += 1
        after = aips[-1].objid
    return count
