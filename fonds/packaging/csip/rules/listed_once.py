"""CSIP66: one METS file does not list a file twice; the pointer to a representation is no listing."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import KnownPath
from fonds.schemas.findings import Finding, finding


def check(known: KnownPath) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    seen: set[str] = set()
    for entry in known.mets:
        if entry.use != "mptr":
            if entry.document in seen:
                yield finding("PKG_LISTED_TWICE", entry.where, path=known.path)
            seen.add(entry.document)
