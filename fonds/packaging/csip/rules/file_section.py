"""CSIP58: content that is there has a fileSec."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    content = {"documentation", "schemas", "representations", "data"} & document.folders
    if content and not document.file_sections:
        yield breach("CSIP58", place(document.path, document.line), ", ".join(sorted(content)))
