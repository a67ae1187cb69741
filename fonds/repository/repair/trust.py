"""Which bytes were sealed: asked of the audit log, not of the catalogue, which may have been made of damaged files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import BinaryIO

from fonds.errors import FondsError
from fonds.packaging.bag import MANIFEST, TAGMANIFEST
from fonds.packaging.digest import hash_handle
from fonds.packaging.eark import stored_digests
from fonds.repository.archive import Archive
from fonds.repository.fixity import Sealed
from fonds.repository.logged import CONTENTS
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.log import LogRow
from fonds.repository.ports.store import Store
from fonds.repository.proof.contents import contents_of

Sealings = Mapping[tuple[str, int], LogRow]
"""By OBJID and version the row of the log that sealed it (``holding.sealed_rows``)."""


def sealed_version(archive: Archive, aip: Aip, sealings: Sealings, stores: Iterable[Store]) -> Sealed | None:
    """Return what was sealed of a version; None when nobody can say any more which bytes those were.

    The log has the digests of the two manifests, and the root over those of all other files. What the catalogue says
    is believed when it leads to that root; else a manifest is looked for that has the digest in the log.
    """
    row = sealings.get((aip.objid, aip.version))
    known, sizes = archive.holdings.contents(aip.objid, aip.version)
    if row is None:
        return None
    manifest, tagmanifest = str(row.detail["manifest"]), str(row.detail["tagmanifest"])
    sealed = replace(aip, manifest=manifest, tagmanifest=tagmanifest)
    root = row.detail.get(CONTENTS)
    if root == asdict(contents_of(known)):
        return Sealed(sealed, known, sizes)
    for store in stores:
        digests = _from_manifests(store, sealed)
        if digests is not None and root in (None, asdict(contents_of(digests))):
            return Sealed(sealed, digests, sizes)
    return None


def is_known(archive: Archive, sealed: Sealed) -> bool:
    """Say whether the catalogue knows a version as it was sealed."""
    objid, version = sealed.aip.objid, sealed.aip.version
    return (archive.holdings.aip(objid, version), archive.holdings.digests(objid, version)) == sealed[:2]


def _from_manifests(store: Store, aip: Aip) -> dict[str, str] | None:
    """Return what the two manifests of a package say, None where they are not those that were sealed."""
    digests = {MANIFEST: aip.manifest, TAGMANIFEST: aip.tagmanifest}

    def opener(name: str) -> BinaryIO:
        source = store.open(aip.location, name)
        if hash_handle(source.fileno(), cold=True)[1] != digests[name]:
            source.close()
            raise FileNotFoundError(name)
        source.seek(0)
        return source

    try:
        return dict(stored_digests(opener))
    except (OSError, FondsError):
        return None
