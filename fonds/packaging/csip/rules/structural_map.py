"""CSIP80, CSIP81, CSIP82, CSIP84: one structMap is that of CSIP, PHYSICAL, with one main division."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    where = place(document.path, document.line)
    if not document.maps:
        yield breach("CSIP80", where)
    elif not document.csip_maps:
        yield breach("CSIP82", where)
    elif len(document.csip_maps) > 1:
        yield breach("CSIP80", place(document.path, document.csip_maps[1].line), str(len(document.csip_maps)))
    for found in document.csip_maps:
        if found.type != "PHYSICAL":
            yield breach("CSIP81", place(document.path, found.line), found.type)
        if found.mains != 1:
            yield breach("CSIP84", place(document.path, found.line), str(found.mains))
