"""Some packages copied into a scratch repository, with as many copies as the holdings have. The source is only read."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.digest import copy_handle
from fonds.packaging.durable import disk_errors
from fonds.repository.archive import Archive
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from fonds.repository.fixity import Sealed
from fonds.repository.holding import load_package, take_over
from fonds.repository.logged import log_stored, sealed_rows
from fonds.repository.named import all_versions
from fonds.repository.ports.store import Store
from fonds.repository.repair.trust import sealed_version
from fonds.repository.staging import stage_of

_SPARE_BYTES = 64 * 1024 * 1024
_CURSOR = 500


def choose(archive: Archive, draw: random.Random, count: int) -> list[str]:
    """Return the OBJIDs of so many dossiers, drawn from all that have a package; all where there are no more."""
    found, after = list[str](), ""
    while aips := archive.holdings.aips(after=after, limit=_CURSOR):
        found += [aip.objid for aip in aips if not aip.of_fonds]
        after = aips[-1].objid
    return sorted(draw.sample(found, min(count, len(found))))


def take_sample(archive: Archive, scratch: Archive, objids: Sequence[str], agent: str) -> list[str]:
    """Copy packages, all their versions, into an empty repository and its copies; returns those that were copied.

    One that is not as it was sealed any more is left out: it is the business of an audit. Raises FondsError STORE_FULL
    before anything is copied when it cannot fit, DRILL_EMPTY when nothing could be copied.
    """
    versions = {objid: all_versions(archive, objid) for objid in objids}
    copies = archive.copies.copies()
    needed = sum(aip.bytes for aips in versions.values() for aip in aips) * (len(copies) + 1) + _SPARE_BYTES
    if (free := scratch.store.free()) < needed:
        raise FondsError("STORE_FULL", path=scratch.root, reason="room", needed=needed, free=free)
    sealings = sealed_rows(archive)
    taken = []
    for objid, aips in versions.items():
        sealed = [one for aip in aips if (one := sealed_version(archive, aip, sealings, [archive.store]))]
        if len(sealed) == len(aips) and _taken(archive.store, scratch, sealed, agent):
            taken.append(objid)
    if not taken:
        raise FondsError("DRILL_EMPTY")
    for number, copy in enumerate(copies, 1):
        add_copy(scratch, str(scratch.root.parent / f"copy-{number}"), copy.name, copy.medium, agent)
    sync(scratch, [], agent=agent)
    return taken


def _taken(source: Store, scratch: Archive, versions: Sequence[Sealed], agent: str) -> bool:
    """Copy all versions of a package, or none; what they share is shared again. False for one that is damaged."""
    known: dict[str, tuple[str, str]] = {}
    published = []
    for one in versions:
        if not _published(source, scratch.store, one, known):
            return False
        published.append(one)
    for one in published:
        log_stored(scratch, one.aip, one.digests, agent)
    sealings = sealed_rows(scratch)
    for one in published:
        take_over(scratch, load_package(scratch, one.aip.location, sealings))
    return True


def _published(source: Store, target: Store, one: Sealed, known: dict[str, tuple[str, str]]) -> bool:
    """Copy one version; ``known`` says where bytes of a digest lie in the target already."""
    location = one.aip.location
    try:
        shared = {file.path for file in source.files(location) if file.shared}
    except OSError:
        return False
    with stage_of(target) as stage:
        for path, sha256 in sorted(one.expected.items()):
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            if sha256 in known and path in shared:
                target.link(*known[sha256], stage / path)
            elif not _copied(source, location, path, stage / path, sha256):
                return False
        target.publish(stage, location)
    known |= {sha256: (location, path) for path, sha256 in one.expected.items()}
    return True


def _copied(source: Store, location: str, path: str, target: Path, sha256: str) -> bool:
    try:
        file = source.open(location, path)
    except OSError:
        return False
    with file, disk_errors(target):
        return copy_handle(file.fileno(), target)[1] == sha256


def small(scratch: Archive) -> Archive:
    """Return the scratch repository with a policy that holds up nothing."""
    return replace(scratch, settings=replace(scratch.settings, copies_required=1))
