"""CSIP31, CSIP32: preservation metadata that is there stands in one amdSec, in digiprovMD elements."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    there = "metadata/preservation" in document.folders
    where = place(document.path, document.line)
    if document.administrative > 1 or (there and not document.administrative):
        yield breach("CSIP31", where, str(document.administrative))
    elif there and not document.provenance.count:
        yield breach("CSIP32", where)
