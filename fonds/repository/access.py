"""Access copies: what readers see instead of the masters. A cache, made in the background or when first asked for.

A page that a new version took over from an older one, with the same bytes, takes over its access copy too: both names
are links to one file, and no picture is opened for that.
"""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path

from fonds.errors import FondsError
from fonds.metadata.ids import split_page_id
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
    return _path_of(archive, page.id)


def _path_of(archive: Archive, page_id: str) -> Path:
    objid, version, sequence = _parts(page_id)
    return archive.access_folder / objid[-2:] / objid / f"v{version}" / f"{sequence:06d}.tif"


def _parts(page_id: str) -> tuple[str, int, int]:
    parts = split_page_id(page_id)
    if parts is None:
        raise FondsError("PAGE_NOT_READABLE", page=page_id, reason="id")
    return parts


def ensure_access(archive: Archive, page: PageRow) -> tuple[Path, Access]:
    """Return a page's access copy and its facts, taking it over or making it now when it is not there.

    Raises FondsError PAGE_NOT_READABLE when the master cannot be decoded or is not where it should be, STORE_FULL or
    STORE_READ_ONLY when the copy cannot be written.
    """
    path, known = access_path(archive, page), archive.holdings.access(page.id)
    if known is not None and path.exists():
        return path, known
    if (taken := _taken_over(archive, page)) is not None:
        return path, taken
    objid, version, _ = _parts(page.id)
    aip = archive.holdings.aip(objid, version)
    if aip is None:
        raise FondsError("PAGE_NOT_READABLE", page=page.id, reason="package")
    with archive.store.local(aip.location, f"data/{page.path}") as master:
        made = make_one(archive.imaging, master, page.frame, path, _making(archive))
    if isinstance(made, str):
        raise FondsError("PAGE_NOT_READABLE", page=page.id, reason=made)
    return path, _remember(archive, page, made)


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


def _taken_over(archive: Archive, page: PageRow) -> Access | None:
    """Give the access copy of the same page of an older version a second name; None when there is no such copy."""
    for twin in archive.holdings.earlier(page.id):
        known = archive.holdings.access(twin)
        if known and _linked(_path_of(archive, twin), _path_of(archive, page.id), _making(archive)):
            return _remember(archive, page, AccessFacts(known.width, known.height, known.levels))
    return None


def _linked(copy: Path, target: Path, making: Path) -> bool:
    """Link a copy to another name; False when it is not there, or cannot be linked, and has to be made after all."""
    half = making / f"{uuid.uuid4().hex}.tif"
    try:
        make_folder(making)
        make_folder(target.parent)
        half.hardlink_to(copy)
        half.replace(target)  # not synced: a link that a power cut takes away is made again
    except OSError:
        return False
    finally:
        # When the target was a name of the same file already, the system leaves both as they are.
        half.unlink(missing_ok=True)
    return True


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
    """Make or take over the access copies that a dossier still lacks; returns False when stopped before the end.

    A page that cannot be decoded is counted in the job's detail and is no failure of the job. ``progress`` takes how
    many pages of the dossier have been gone through.
    """
    aip = archive.holdings.aip(job.subject)
    if aip is None:
        archive.jobs.fail(job.id, "UNIT_MISSING")
        return True
    lacking = list(_lacking(archive, job.subject))
    waiting: deque[tuple[PageRow, Future[AccessFacts | str]]] = deque()
    unreadable, done = 0, aip.pages - len(lacking)
    while waiting or (lacking and not stopped()):
        if lacking and len(waiting) < _PAGES_AHEAD and not stopped():
            page = lacking.pop(0)
            if _taken_over(archive, page) is None:
                waiting.append(_submit(archive, executor, aip, page))
            else:
                done += 1
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
