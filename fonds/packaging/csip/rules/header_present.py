"""CSIP117: there is a metsHdr."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if document.header is None:
        yield breach("CSIP117", place(document.path, document.line))
