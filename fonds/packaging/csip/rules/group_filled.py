"""CSIP66: a file group holds files, or groups of files."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for group in document.groups:
        if not group.files and not group.inner:
            yield breach("CSIP66", place(document.path, group.line), group.use)
