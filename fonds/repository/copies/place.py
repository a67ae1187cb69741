"""Where a copy lies, and how it says of itself that it is one: a marker that no empty or foreign disk has.

A disk that is not mounted looks like an empty folder. What has no marker of this repository is therefore never read as
a copy and never written to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.ports.copies import Copy
from fonds.repository.ports.store import Store

MARKER = "_fonds-copy.json"
_MOST = 65_536
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Marker:
    """What a copy says of itself: the repository it belongs to and the name it has there."""

    repository: str
    name: str


@dataclass(frozen=True, slots=True)
class Replica:
    """An opened copy."""

    copy: Copy
    store: Store


def repository_id(archive: Archive) -> str:
    """Return what tells this repository from all others: the hash of the first row of its audit log.

    It outlives the catalogue, and a copy of the log lies in every copy of the store. Raises FondsError LOG_BROKEN when
    there is no such row.
    """
    for row in archive.log.rows():
        return row.hash
    raise FondsError("LOG_BROKEN", reason="1")


def open_copy(archive: Archive, copy: Copy) -> Store:
    """Open a copy for reading and writing, after its marker has been read.

    Raises FondsError COPY_UNREACHABLE when it is not there, or what is there is no copy (an empty mount point);
    COPY_FOREIGN when it is a copy of another repository, or another copy of this one.
    """
    try:
        store = archive.open_store(copy.url, False)
        marker = read_marker(store)
    except FileNotFoundError as error:
        raise _unreachable(copy, "missing") from error
    except OSError as error:
        raise _unreachable(copy, error.strerror or str(error)) from error
    if marker is None:
        raise _unreachable(copy, "unmarked")
    if marker != Marker(repository_id(archive), copy.name):
        raise FondsError("COPY_FOREIGN", name=copy.name, path=copy.url, found=marker.name, repository=marker.repository)
    return store


def reachable(archive: Archive) -> Iterator[Replica]:
    """Yield the copies that can be had at this moment, opened."""
    for copy in archive.copies.copies():
        try:
            store = open_copy(archive, copy)
        except FondsError:
            continue
        yield Replica(copy, store)


def _unreachable(copy: Copy, reason: str) -> FondsError:
    return FondsError("COPY_UNREACHABLE", name=copy.name, path=copy.url, reason=reason)


def read_marker(store: Store) -> Marker | None:
    """Return the marker of a store, None where there is none that can be understood. Raises OSError."""
    try:
        with store.note(MARKER) as source:
            said = json.loads(source.read(_MOST))
        return Marker(str(said["repository"]), str(said["copy"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_marker(archive: Archive, store: Store, copy: Copy) -> None:
    """Make a store a copy. Raises STORE_FULL and its kin."""
    said = {"format": _FORMAT, "repository": repository_id(archive), "copy": copy.name, "added": copy.added}
    store.put_note(MARKER, json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n")
