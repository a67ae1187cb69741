"""AIPM5 to AIPM7: an AIP refers to its digital provenance, some of it PREMIS, version 3."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not document.is_root or document.kind not in {"AIP", "AIU", "AIC"}:
        return
    where = place(document.path, document.line)
    if not document.references:
        yield breach("AIPM5", where)
    elif not document.premis:
        yield breach("AIPM6", where)
    for line in document.premis_old[:1]:
        yield breach("AIPM7", place(document.path, line))
