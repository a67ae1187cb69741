"""What the catalogue knows of copies, made again: from the audit log, and from the copies that can be had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from fonds.packaging.bag import MANIFEST, TAGMANIFEST
from fonds.packaging.digest import hash_handle
from fonds.repository.archive import Archive
from fonds.repository.copies.manage import ADDED, REMOVED
from fonds.repository.copies.place import reachable
from fonds.repository.copies.replicate import REPLICATION, verified
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.logged import FIXITY
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.copies import FAILED, Copy, PackageCopy
from fonds.repository.ports.log import LogRow
from fonds.repository.ports.store import Store

_BATCH = 500
_Key = tuple[str, int, str]
"""OBJID, version and copy."""


@dataclass(slots=True)
class _Logged:
    """What the log says: the copies, when and under which seal each version was found good, and which is not now."""

    copies: dict[str, Copy] = field(default_factory=dict)
    good: dict[_Key, tuple[str, str, str]] = field(default_factory=dict)
    bad: set[_Key] = field(default_factory=set)

    def take(self, row: LogRow) -> None:
        """Take the next row into account."""
        said = {key: str(value) for key, value in row.detail.items()}
        if row.action == ADDED:
            self.copies[row.subject] = Copy(row.subject, said["url"], said["medium"], said["added"])
        elif row.action == REMOVED:
            self._forget(row.subject)
        elif row.action in {REPLICATION, FIXITY} and said["copy"] != MAIN_COPY:
            self._judged((row.subject, int(said["version"]), said["copy"]), row, said)

    def _forget(self, name: str) -> None:
        self.copies.pop(name, None)
        self.good = {key: value for key, value in self.good.items() if key[2] != name}
        self.bad = {key for key in self.bad if key[2] != name}

    def _judged(self, key: _Key, row: LogRow, said: dict[str, str]) -> None:
        if row.outcome != "success":
            self.bad.add(key)
        elif row.action == REPLICATION:
            self.good[key] = row.when, said["manifest"], said["tagmanifest"]
            self.bad.discard(key)
        elif key in self.good:
            self.good[key] = row.when, *self.good[key][1:]
            self.bad.discard(key)


def restore_copies(archive: Archive) -> list[str]:
    """Make the copies and their state again; returns the names of those that could not be looked at.

    A version is verified in a copy when the log says so, and a copy that can be had still has it, under the same seal
    (its files are not read: that is the audit's work). Of a copy that is out of reach the log alone is believed.
    """
    archive.copies.clear()
    logged = _Logged()
    for row in archive.log.rows():
        logged.take(row)
    for copy in logged.copies.values():
        archive.copies.register(copy)
    stores = {replica.copy.name: replica.store for replica in reachable(archive)}
    found = _entries(archive, stores, logged)
    while batch := list(islice(found, _BATCH)):
        archive.copies.record(batch)
    return sorted(logged.copies.keys() - stores.keys())


def _entries(archive: Archive, stores: dict[str, Store], logged: _Logged) -> Iterator[PackageCopy]:
    for key, (when, *seal) in logged.good.items():
        objid, version, name = key
        aip = archive.holdings.aip(objid, version)
        if aip is None or seal != [aip.manifest, aip.tagmanifest]:
            continue
        if key in logged.bad:
            yield PackageCopy(objid, version, name, FAILED, when, reason="COPY_DIFFERS")
        elif name not in stores or _is_there(stores[name], aip):
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
