"""CSIP60, CSIP113, CSIP114: documentation, schemas and representations that are there have their file groups."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding

_GROUPS = (
    ("CSIP60", "documentation", "Documentation"),
    ("CSIP113", "schemas", "Schemas"),
    ("CSIP114", "representations", "Representations"),
)


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for code, folder, use in _GROUPS:
        if folder in document.folders and not document.group_ids(use):
            yield breach(code, place(document.path, document.line), folder)
