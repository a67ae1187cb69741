"""CSIP88, CSIP90: one division is that of the metadata, and is called so."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not document.csip_maps:
        return
    count = sum(1 for division in document.divisions if division.label == "Metadata")
    needed = document.is_root or document.descriptive.count or document.administrative
    if count > 1 or (needed and not count):
        yield breach("CSIP88", place(document.path, document.csip_maps[0].line), str(count))
    for division in document.divisions:
        bare = division.metadata and not count and not division.files and not division.mets
        if division.label != "Metadata" and (bare or division.label.casefold() == "metadata"):
            yield breach("CSIP90", place(document.path, division.line), division.label)
