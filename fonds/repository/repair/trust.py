"""Which bytes were sealed: asked of the audit log, not of the catalogue, which may have been made of damaged files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import BinaryIO

from fonds.errors import FondsError
from fonds.packaging.bag import MANIFEST, TAGMANIFEST
from fonds.packaging.digest import hash_handle
from fonds.packaging.eark import stored_digests
from fonds.repository.archive import Archive
from fonds.repository.holding import CONTENTS
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.log import LogRow
from fonds.repository.ports.store import Store
from fonds.repository.proof.contents import contents_of

Sealings = Mapping[tuple[str, int], LogRow]
"""By OBJID and version the row of the log that sealed it (``holding.sealed_rows``)."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A stored version and the SHA-256 (hex) by path of every file in it but the two manifests, which ``aip`` names.

    ``corrected`` says that the catalogue knew something else.
    """

    aip: Aip
    digests: Mapping[str, str]
    corrected: bool = False

    @property
    def expected(self) -> dict[str, str]:
        """Path and SHA-256 of every file in the bag."""
        return {**self.digests, MANIFEST: self.aip.manifest, TAGMANIFEST: self.aip.tagmanifest}


def sealed_version(archive: Archive, aip: Aip, sealings: Sealings, stores: Iterable[Store]) -> Sealed | None:
    """Return what was sealed of a version; None when nobody can say any more which bytes those were.

    The log has the digests of the two manifests, and the root over those of all other files. What the catalogue says
    is believed when it leads to that root; else a manifest is looked for that has the digest in the log.
    """
    row = sealings.get((aip.objid, aip.version))
    known = archive.holdings.digests(aip.objid, aip.version)
    if row is None:
        return None
    manifest, tagmanifest = str(row.detail["manifest"]), str(row.detail["tagmanifest"])
    sealed = replace(aip, manifest=manifest, tagmanifest=tagmanifest)
    root = row.detail.get(CONTENTS)
    if root == asdict(contents_of(known)):
        return Sealed(sealed, known, corrected=sealed != aip)
    for store in stores:
        digests = _from_manifests(store, sealed)
        if digests is not None and root in (None, asdict(contents_of(digests))):
            return Sealed(sealed, digests, corrected=digests != known or sealed != aip)
    return None


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
