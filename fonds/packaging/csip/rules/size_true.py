"""CSIP27, 41, 54, 69, and PREMIS 1.5.3 size: a stated size is that of the file."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import KnownPath
from fonds.schemas.findings import Finding, finding


def check(known: KnownPath) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not known.there:
        return
    for code, entries in (("PKG_SIZE_WRONG", known.mets), ("PKG_PREMIS_SIZE_WRONG", known.premis)):
        for entry in entries:
            if entry.size not in {-1, known.size}:
                yield finding(code, entry.where, path=known.path, stated=entry.size, size=known.size)
