"""CSIP29, 43, 56, 71, and PREMIS 1.5.2 fixity: a stated checksum is that of the file."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.digests import hashlib_name
from fonds.packaging.csip.facts import KnownPath
from fonds.schemas.findings import Finding, finding


def check(known: KnownPath) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for code, entries in (("PKG_DIGEST_WRONG", known.mets), ("PKG_PREMIS_DIGEST_WRONG", known.premis)):
        for entry in entries:
            computed = known.digests.get(hashlib_name(entry.algorithm))
            if computed and entry.checksum and entry.checksum.lower() != computed:
                yield finding(code, entry.where, path=known.path, algorithm=entry.algorithm, digest=computed)
