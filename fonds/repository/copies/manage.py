"""Adding a copy, and forgetting one. Neither touches a package."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from fonds.config import overlap, store_url
from fonds.errors import FondsError, RefusedError, UsageError
from fonds.repository.archive import COPYING, Archive
from fonds.repository.copies.place import Marker, read_marker, repository_id, write_marker
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.log_copies import LOG_NOTE, log_copy
from fonds.repository.ports.copies import Copy
from fonds.repository.ports.store import Store
from fonds.repository.readme import store_readme

ADDED = "copy added"
REMOVED = "copy removed"
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Added:
    """A copy that was added. ``same_disk``: a failing disk would take it and the first store together."""

    copy: Copy
    same_disk: bool


def add_copy(archive: Archive, url: str, name: str, medium: str, agent: str) -> Added:
    """Make a folder that is empty a copy, or take one that was a copy of this repository before; nothing is copied yet.

    ``url`` is a path or a ``file:`` URL; a copy that is known by its name may have been moved there. Raises UsageError
    COPY_NAME, COPY_NAME_TAKEN, COPY_URL; RefusedError COPY_INSIDE, COPY_NOT_EMPTY, COPY_FOREIGN; FondsError
    COPY_UNREACHABLE when the folder above it is not there, STORE_FULL and its kin.
    """
    name = _checked_name(name)
    url = store_url(url)
    with archive.lock(COPYING):
        _check_place(archive, url, name)
        known = archive.copies.copy(name)
        store = _opened(archive, url, name, known)
        _check_content(archive, store, known, Copy(name, url))
        added = known.added if known else datetime.now(UTC).isoformat(timespec="seconds")
        copy = Copy(name, url, medium.strip() or (known.medium if known else ""), added)
        store.put_note("README.txt", store_readme())
        write_marker(archive, store, copy)
        archive.log.append(ADDED, agent=agent, subject=name, detail=asdict(copy))
        archive.copies.register(copy)
        log_copy(archive)
    device = store.device()
    return Added(copy, device is not None and device == archive.store.device())


def _checked_name(written: str) -> str:
    name = unicodedata.normalize("NFC", written).strip()
    if not 0 < len(name) <= _LONGEST or not name.isprintable() or name == MAIN_COPY:
        raise UsageError("COPY_NAME", name=written, most=_LONGEST)
    return name


def _check_place(archive: Archive, url: str, name: str) -> None:
    if not url.startswith("file:"):
        raise UsageError("COPY_URL", url=url)
    settings, others = archive.settings, archive.copies.copies()
    own = [archive.root / place.partition(":")[2] for place in (settings.store, settings.catalogue, settings.index)]
    for place in [archive.root, *own, archive.root / settings.access, archive.root / settings.log]:
        if overlap(url, str(place)):
            raise RefusedError("COPY_INSIDE", path=url, other=place)
    for other in others:
        if other.name != name and overlap(url, other.url):
            raise RefusedError("COPY_INSIDE", path=url, other=other.url)


def _opened(archive: Archive, url: str, name: str, known: Copy | None) -> Store:
    """Open the place of a copy; that of one that is known must be there."""
    try:
        return archive.open_store(url, known is None)
    except FileNotFoundError as error:
        if known is not None:
            raise UsageError("COPY_NAME_TAKEN", name=name, path=known.url) from error
        raise FondsError("COPY_UNREACHABLE", name=name, path=url, reason="parent") from error
    except OSError as error:
        raise FondsError("COPY_UNREACHABLE", name=name, path=url, reason=error.strerror or str(error)) from error


def _check_content(archive: Archive, store: Store, known: Copy | None, copy: Copy) -> None:
    """Refuse a place that holds something else, or lacks what a known copy holds."""
    try:
        marker, bare = read_marker(store), store.is_bare()
    except OSError as error:
        raise FondsError("COPY_UNREACHABLE", name=copy.name, path=copy.url, reason=error.strerror) from error
    ours = repository_id(archive)
    if known is not None and marker != Marker(ours, copy.name):
        raise UsageError("COPY_NAME_TAKEN", name=copy.name, path=known.url)
    if marker is not None and (marker.repository != ours or _is_other(archive, marker.name, copy.name)):
        raise RefusedError(
            "COPY_FOREIGN", name=copy.name, path=copy.url, found=marker.name, repository=marker.repository
        )
    if marker is None and not bare and not _made_by_hand(store, ours):
        raise RefusedError("COPY_NOT_EMPTY", path=copy.url)


def _is_other(archive: Archive, found: str, name: str) -> bool:
    """Say whether a marker names another copy that is in use."""
    return found != name and archive.copies.copy(found) is not None


def _made_by_hand(store: Store, repository: str) -> bool:
    """Say whether this is our store as somebody copied it: the log that lies in it begins as ours does."""
    try:
        with store.note(LOG_NOTE) as source:
            return bool(json.loads(source.readline())["hash"] == repository)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def named(archive: Archive, name: str) -> Copy:
    """Return a copy by its name. Raises UsageError COPY_MISSING."""
    name = unicodedata.normalize("NFC", name).strip()
    copy = archive.copies.copy(name)
    if copy is None:
        known = ", ".join(one.name for one in archive.copies.copies()) or "—"
        raise UsageError("COPY_MISSING", name=name, known=known)
    return copy


def remove_copy(archive: Archive, name: str, reason: str, agent: str) -> Copy:
    """Forget a copy; what lies there stays. Returns it.

    Raises UsageError COPY_MISSING, RefusedError COPY_NEEDED when the settings ask for more copies than are left then.
    """
    with archive.lock(COPYING):
        copy, required = named(archive, name), archive.settings.copies_required
        left = len(archive.copies.copies())
        fewer = archive.copies.below(required, but=copy.name) - archive.copies.below(required)
        if left < required or fewer:
            raise RefusedError("COPY_NEEDED", name=copy.name, required=required, left=left, packages=fewer)
        archive.log.append(REMOVED, agent=agent, subject=copy.name, detail={"url": copy.url, "reason": reason})
        archive.copies.forget(copy.name)
    return copy
