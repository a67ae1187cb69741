"""What the catalogue knows of copies, made again: from the audit log, and from the copies that can be had."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from fonds.packaging.bag import MANIFEST, TAGMANIFEST
from fonds.packaging.digest import hash_handle
from fonds.repository.archive import Archive
from fonds.repository.copies.manage import ADDED, REMOVED
from fonds.repository.copies.place import reachable
from fonds.repository.copies.replicate import REPLICATION, verified
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.copies import Copy, PackageCopy
from fonds.repository.ports.store import Store

_BATCH = 500
_Done = dict[tuple[str, int, str], tuple[str, str, str]]
"""By OBJID, version and copy: when it was verified there, and the seal that it had."""


def restore_copies(archive: Archive) -> list[str]:
    """Make the copies and their state again; returns the names of those that could not be looked at.

    A version is verified in a copy when the log says so, and a copy that can be had still has it, under the same seal
    (its files are not read: that is the audit's work). Of a copy that is out of reach the log alone is believed.
    """
    archive.copies.clear()
    copies, done = _logged(archive)
    for copy in copies.values():
        archive.copies.register(copy)
    stores = {replica.copy.name: replica.store for replica in reachable(archive)}
    found = _entries(archive, stores, done)
    while batch := list(islice(found, _BATCH)):
        archive.copies.record(batch)
    return sorted(copies.keys() - stores.keys())


def _logged(archive: Archive) -> tuple[dict[str, Copy], _Done]:
    copies: dict[str, Copy] = {}
    done: _Done = {}
    for row in archive.log.rows():
        said = {key: str(value) for key, value in row.detail.items()}
        if row.action == ADDED:
            copies[row.subject] = Copy(row.subject, said["url"], said["medium"], said["added"])
        elif row.action == REMOVED:
            copies.pop(row.subject, None)
            done = {key: value for key, value in done.items() if key[2] != row.subject}
        elif row.action == REPLICATION and row.outcome == "success":
            key = row.subject, int(said["version"]), said["copy"]
            done[key] = row.when, said["manifest"], said["tagmanifest"]
    return copies, done


def _entries(archive: Archive, stores: dict[str, Store], done: _Done) -> Iterator[PackageCopy]:
    for (objid, version, name), (when, *seal) in done.items():
        aip = archive.holdings.aip(objid, version)
        if aip is not None and seal == [aip.manifest, aip.tagmanifest]:
            store = stores.get(name)
            if store is None or _is_there(store, aip):
                yield verified(archive, aip, name, when)


def _is_there(store: Store, aip: Aip) -> bool:
    """Say whether a store has the two manifests of a package as they were sealed."""
    seal = {MANIFEST: aip.manifest, TAGMANIFEST: aip.tagmanifest}
    try:
        return all(_digest(store, aip, name) == digest for name, digest in seal.items())
    except OSError:
        return False


def _digest(store: Store, aip: Aip, name: str) -> str:
    with store.open(aip.location, name) as source:
        return hash_handle(source.fileno())[1]
