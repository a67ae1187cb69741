"""PREMIS 3, objectIdentifier, eventIdentifier, agentIdentifier: one document describes a thing once."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Link
from fonds.schemas.findings import Finding, finding


def check(link: Link) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    seen: set[str] = set()
    for document, where in link.described:
        if document in seen:
            yield finding("PKG_PREMIS_ID_TWICE", where, id=link.id[:200])
        seen.add(document)
