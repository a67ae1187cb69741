"""What waits: packages that were published, and do not count as stored until they lie in enough copies."""

from __future__ import annotations

from fonds.repository.archive import Archive
from fonds.repository.logged import INGEST
from fonds.repository.ports.catalogue import Job

_MOST = 1_000_000


def waiting(archive: Archive, subject: str = "") -> list[Job]:
    """Return the jobs whose packages wait for their copies, the oldest first; ``subject`` is the code of a dossier."""
    found = archive.jobs.recent(kind=INGEST, state="waiting", subject=subject, limit=_MOST).items
    return list(reversed(found))


def waiting_places(archive: Archive) -> set[str]:
    """Return the locations of the packages that wait: they lie in the store and are not in the catalogue."""
    return {place_of(job) for job in waiting(archive)}


def place_of(job: Job) -> str:
    """Return the location that the package of a job has in the store."""
    return str(job.detail.get("location", ""))
