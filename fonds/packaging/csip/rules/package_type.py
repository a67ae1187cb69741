"""SIP4, DIP3, AIPM3: csip:OAISPACKAGETYPE agrees with what the package is."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.mets.model import CSIP
from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding

_CODES = {"SIP": "SIP4", "DIP": "DIP3", "AIP": "AIPM3"}


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if document.header is None or not document.is_root:
        return
    found = document.header.get(f"{{{CSIP}}}OAISPACKAGETYPE", "")
    code = _CODES.get(document.kind)
    if code and found != document.kind:
        yield breach(code, place(document.path, document.header_line), found)
