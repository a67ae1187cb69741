"""CSIP30, 44, 57, 72: a checksum that cannot be computed here was not checked."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.digests import hashlib_name
from fonds.packaging.csip.facts import KnownPath
from fonds.schemas.findings import Finding, finding


def check(known: KnownPath) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if known.there:
        for entry in (*known.mets, *known.premis):
            if entry.checksum and not hashlib_name(entry.algorithm):
                yield finding("PKG_DIGEST_NOT_CHECKED", entry.where, path=known.path, algorithm=entry.algorithm[:40])
