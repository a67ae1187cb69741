"""CSIP2, CSIP3: TYPE is a term of the vocabulary, letter for letter; with 'Other' there is csip:OTHERTYPE."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.mets.model import CSIP
from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding

CATEGORIES = frozenset(
    {
        "Textual works – Print",
        "Textual works – Digital",
        "Textual works – Electronic Serials",
        "Digital Musical Composition (score-based representations)",
        "Photographs – Print",
        "Photographs – Digital",
        "Other Graphic Images – Print",
        "Other Graphic Images – Digital",
        "Microforms",
        "Audio – On Tangible Medium (digital or analog)",
        "Audio – Media-independent (digital)",
        "Motion Pictures – Digital and Physical Media",
        "Video – File-based and Physical Media",
        "Software",
        "Datasets",
        "Geospatial Data",
        "Databases",
        "Websites",
        "Collection",
        "Event",
        "Interactive resource",
        "Physical object",
        "Service",
        "Mixed",
    }
)
"""The terms of the E-ARK vocabulary of content categories, with its EN DASHes; "Other" is judged apart."""


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    found = document.attributes.get("TYPE", "")
    where = place(document.path, document.line)
    if found not in CATEGORIES and found.upper() != "OTHER":
        yield breach("CSIP2", where, found)
    elif found.upper() == "OTHER" and not document.attributes.get(f"{{{CSIP}}}OTHERTYPE", "").strip():
        yield breach("CSIP3", where)
