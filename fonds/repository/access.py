"""Access copies: what readers see instead of the masters. A cache, made in the background or when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path

from fonds.errors import FondsError
from fonds.metadata.ids import split_page_id
from fonds.packaging.durable import make_folder
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Access, Job, PageRow
from fonds.repository.ports.imaging import AccessFacts, ImageError, Imaging

KIND = "access"
_PAGES_AHEAD = 8


def access_path(archive: Archive, page: PageRow) -> Path:
    """Return where a page's access copy is kept: ``access/<2 digits>/<OBJID>/v<N>/<sequence>.tif``."""
    objid, version, sequence = _parts(page)
    return archive.access_folder / objid[-2:] / objid / f"v{version}" / f"{sequence:06d}.tif"


def _parts(page: PageRow) -> tuple[str, int, int]:
    parts = split_page_id(page.id)
    if parts is None:
        raise FondsError("PAGE_NOT_READABLE", page=page.id, reason="id")
    return parts


def ensure_access(archive: Archive, page: PageRow) -> tuple[Path, Access]:
    """Return a page's access copy and its facts, making it now when it is not there.

    Raises FondsError PAGE_NOT_READABLE when the master cannot be decoded or is not where it should be.
    """
    path, known = access_path(archive, page), archive.holdings.access(page.id)
    if known is not None and path.exists():
        return path, known
    objid, version, _ = _parts(page)
    aip = archive.holdings.aip(objid, version)
    if aip is None:
        raise FondsError("PAGE_NOT_READABLE", page=page.id, reason="package")
    with archive.store.local(aip.location, f"data/{page.path}") as master:
        made = make_one(archive.imaging, master, page.frame, path)
    if isinstance(made, str):
        raise FondsError("PAGE_NOT_READABLE", page=page.id, reason=made)
    return path, _remember(archive, page, made)


def make_one(imaging: Imaging, master: Path, frame: int, target: Path) -> AccessFacts | str:
    """Make one access copy; runs in a worker process. Returns the facts, or why there can be none."""
    try:
        make_folder(target.parent)
        return imaging.make_access(master, frame, target)
    except ImageError as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)


def _remember(archive: Archive, page: PageRow, made: AccessFacts) -> Access:
    access = Access(page.id, made.width, made.height, made.levels)
    archive.holdings.put_access(access)
    return access


def all_pages(archive: Archive, dossier_id: str) -> Iterator[PageRow]:
    """Yield every page of a dossier."""
    offset = 0
    while found := archive.holdings.pages(dossier_id, offset=offset).items:
        yield from found
        offset += len(found)


def make_copies(archive: Archive, executor: Executor, job: Job, stopped: Callable[[], bool]) -> bool:
    """Make the access copies that a dossier still lacks; returns False when it was stopped before the end.

    A page that cannot be decoded is counted in the job's detail and is no failure of the job.
    """
    aip = archive.holdings.aip(job.subject)
    if aip is None:
        archive.jobs.fail(job.id, "UNIT_MISSING")
        return True
    waiting: list[tuple[PageRow, Future[AccessFacts | str]]] = []
    unreadable, done = 0, 0
    for page in _lacking(archive, job.subject):
        if stopped():
            break
        with archive.store.local(aip.location, f"data/{page.path}") as master:
            target = access_path(archive, page)
            waiting.append((page, executor.submit(make_one, archive.imaging, master, page.frame, target)))
        if len(waiting) >= _PAGES_AHEAD:
            unreadable += _take(archive, waiting)
            done += 1
            archive.jobs.progress(job.id, done, job.total)
    while waiting:
        unreadable += _take(archive, waiting)
    if stopped():
        return False
    archive.jobs.finish(job.id, detail={"unreadable": unreadable})
    return True


def _lacking(archive: Archive, dossier_id: str) -> Iterator[PageRow]:
    for page in all_pages(archive, dossier_id):
        if archive.holdings.access(page.id) is None or not access_path(archive, page).exists():
            yield page


def _take(archive: Archive, waiting: list[tuple[PageRow, Future[AccessFacts | str]]]) -> int:
    page, future = waiting.pop(0)
    made = future.result()
    if isinstance(made, str):
        return 1
    _remember(archive, page, made)
    return 0
