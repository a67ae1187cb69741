"""RFC 8493, 2.1.1: the version is M.N; 1.0 is current, the drafts 0.93 to 0.97 are read."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.declaration import CURRENT, KNOWN, Declaration
from fonds.packaging.bag.facts import Layout
from fonds.schemas.findings import Finding, finding


def check(said: Declaration, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    version = f"{said.version[0]}.{said.version[1]}"
    if said.version not in KNOWN:
        yield finding("BAG_VERSION_UNKNOWN", "bagit.txt", version=version)
    elif said.version < CURRENT:
        yield finding("BAG_VERSION_OLD", "bagit.txt", version=version)
