"""CSIP4, CSIP5, CSIP62, CSIP63: the content information type of the package and of its representation groups."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.mets.model import CSIP
from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding, Severity


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    where = place(document.path, document.line)
    found = document.attributes.get(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "").strip()
    if not found:
        # The row is a SHOULD; its text makes it mandatory in the METS of a representation.
        yield breach("CSIP4", where, severity=None if document.is_root else Severity.ERROR)
    elif found == "OTHER" and not document.attributes.get(f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE", "").strip():
        yield breach("CSIP5", where)
    for group in document.groups:
        if not group.content and group.use.startswith("Representations"):
            yield breach("CSIP62", place(document.path, group.line), group.use)
        elif group.content == "OTHER" and not group.other_content.strip():
            yield breach("CSIP63", place(document.path, group.line), group.use)
