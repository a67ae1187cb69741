"""Access copies: what readers see instead of the masters. A cache, made in the background or when first asked for."""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path

from fonds.errors import FondsError
from fonds.metadata.ids import page_id, split_page_id
from fonds.packaging.durable import disk_errors, make_folder, sync_folder
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Access, Aip, Job, PageRow
from fonds.repository.ports.imaging import AccessFacts, ImageError, Imaging

KIND = "access"
_PAGES_AHEAD = 8
_MAKING = ".making"
_STALE_SECONDS = 3600
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


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

    Raises FondsError PAGE_NOT_READABLE when the master cannot be decoded or is not where it should be, STORE_FULL or
    STORE_READ_ONLY when the copy cannot be written.
    """
    path, known = access_path(archive, page), archive.holdings.access(page.id)
    if known is not None and path.exists():
        return path, known
    objid, version, _ = _parts(page)
    aip = archive.holdings.aip(objid, version)
    if aip is None:
        raise FondsError("PAGE_NOT_READABLE", page=page.id, reason="package")
    if taken := _Earlier(archive, aip).take(page):
        return path, taken
    with archive.store.local(aip.location, f"data/{page.path}") as master:
        made = make_one(archive.imaging, master, page.frame, path, _making(archive))
    if isinstance(made, str):
        raise FondsError("PAGE_NOT_READABLE", page=page.id, reason=made)
    return path, _remember(archive, page, made)


class _Earlier:
    """The access copies of a package's earlier versions: a page whose bytes did not change needs no new one."""

    def __init__(self, archive: Archive, aip: Aip) -> None:
        self._archive, self._aip = archive, aip
        self._digests: dict[int, Mapping[str, str]] = {}

    def take(self, page: PageRow) -> Access | None:
        """Give a page the copy of the newest earlier version that shows the same bytes; None when there is none."""
        return next(filter(None, (self._of(page, version) for version in range(self._aip.version - 1, 0, -1))), None)

    def _of(self, page: PageRow, version: int) -> Access | None:
        archive = self._archive
        old = archive.holdings.page(page_id(self._aip.objid, version, page.sequence))
        known = archive.holdings.access(old.id) if old else None
        if old is None or known is None or not self._is_same(old, page, version):
            return None
        target = access_path(archive, page)
        try:
            make_folder(target.parent)
            target.unlink(missing_ok=True)
            target.hardlink_to(access_path(archive, old))
        except OSError:
            return None  # it is made anew then: a cache on a disk without links, or one that somebody cleared
        sync_folder(target.parent)
        return _remember(archive, page, AccessFacts(known.width, known.height, known.levels))

    def _is_same(self, old: PageRow, page: PageRow, version: int) -> bool:
        then, now = (self._stated(number).get(f"data/{one.path}") for number, one in ((version, old), (0, page)))
        return then is not None and then == now and old.frame == page.frame

    def _stated(self, version: int) -> Mapping[str, str]:
        """Return the digests of a version, 0 for the one that the copies are for."""
        if version not in self._digests:
            self._digests[version] = self._archive.holdings.digests(self._aip.objid, version or self._aip.version)
        return self._digests[version]


def _making(archive: Archive) -> Path:
    return archive.access_folder / _MAKING


def sweep(archive: Archive) -> None:
    """Remove what processes that were killed left of copies half made: all of them are made in one folder."""
    for left in _making(archive).glob("*"):
        try:
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                left.unlink()
        except FileNotFoundError:
            continue  # it has just been finished


def make_one(imaging: Imaging, master: Path, frame: int, target: Path, making: Path) -> AccessFacts | str:
    """Make one access copy in the folder ``making`` and put it in its place; runs in a worker process.

    Returns the facts, or why there can be none. Raises FondsError STORE_FULL or STORE_READ_ONLY: that is not the
    page's fault.
    """
    half = making / f"{uuid.uuid4().hex}.tif"
    try:
        make_folder(making)
        make_folder(target.parent)
        made = imaging.make_access(master, frame, half)
        half.replace(target)
        sync_folder(target.parent)
    except ImageError as error:
        # The library tells of a full disk in words only, and by then the half copy has been removed again.
        full = os.strerror(errno.ENOSPC)
        if full in str(error):
            raise FondsError("STORE_FULL", path=target, reason=full) from error
        return str(error)
    except OSError as error:
        if error.errno in _NO_ROOM:
            with disk_errors(target):
                raise
        return error.strerror or str(error)
    return made


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


def make_copies(
    archive: Archive,
    executor: Executor,
    job: Job,
    stopped: Callable[[], bool],
    progress: Callable[[int], None] = lambda _: None,
) -> bool:
    """Make the access copies that a dossier still lacks; returns False when it was stopped before the end.

    A page that cannot be decoded is counted in the job's detail and is no failure of the job. ``progress`` takes how
    many pages of the dossier have been gone through.
    """
    aip = archive.holdings.aip(job.subject)
    if aip is None:
        archive.jobs.fail(job.id, "UNIT_MISSING")
        return True
    earlier = _Earlier(archive, aip)
    lacking = [page for page in _lacking(archive, job.subject) if earlier.take(page) is None]
    waiting: deque[tuple[PageRow, Future[AccessFacts | str]]] = deque()
    unreadable, done = 0, aip.pages - len(lacking)
    while waiting or (lacking and not stopped()):
        if lacking and len(waiting) < _PAGES_AHEAD and not stopped():
            waiting.append(_submit(archive, executor, aip, lacking.pop(0)))
            continue
        unreadable, done = unreadable + _take(archive, waiting), done + 1
        archive.jobs.progress(job.id, done, aip.pages)
        progress(done)
    if lacking:
        return False
    archive.jobs.finish(job.id, detail={"unreadable": unreadable})
    return True


def _submit(archive: Archive, executor: Executor, aip: Aip, page: PageRow) -> tuple[PageRow, Future[AccessFacts | str]]:
    with archive.store.local(aip.location, f"data/{page.path}") as master:
        target = access_path(archive, page)
        return page, executor.submit(make_one, archive.imaging, master, page.frame, target, _making(archive))


def _lacking(archive: Archive, dossier_id: str) -> Iterator[PageRow]:
    for page in all_pages(archive, dossier_id):
        if archive.holdings.access(page.id) is None or not access_path(archive, page).exists():
            yield page


def _take(archive: Archive, waiting: deque[tuple[PageRow, Future[AccessFacts | str]]]) -> int:
    page, future = waiting.popleft()
    made = future.result()
    if isinstance(made, str):
        return 1
    _remember(archive, page, made)
    return 0
