"""CSIP1, AIPM1, DIP1: OBJID is there and is the name of the folder; a ':' stands there as '_'."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    identifier = document.attributes.get("OBJID", "").strip()
    where = place(document.path, document.line)
    if not identifier:
        yield breach("CSIP1", where)
        if document.is_root and document.kind == "DIP":
            yield breach("DIP1", where)
    elif document.name not in {identifier, identifier.replace(":", "_")}:
        yield breach("CSIP1", where, f"{identifier} ≠ {document.name}")
    else:
        return
    # A version that carries another OBJID than its folder has changed it, which an AIP never may.
    if document.is_root and document.kind in {"AIP", "AIU", "AIC"}:
        yield breach("AIPM1", where, identifier)
