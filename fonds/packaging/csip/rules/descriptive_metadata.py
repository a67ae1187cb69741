"""CSIP17: descriptive metadata that is there has its dmdSec; DIP4, AIPM4: and its STATUS is CURRENT."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    tally = document.descriptive
    if not tally.count and "metadata/descriptive" in document.folders:
        yield breach("CSIP17", place(document.path, document.line))
    if not document.is_root or not tally.count:
        return
    where = place(document.path, tally.other_line or document.line)
    if document.kind == "DIP" and tally.current < tally.count:
        yield breach("DIP4", where)
    if document.kind == "AIP" and not tally.current:
        yield breach("AIPM4", where)
