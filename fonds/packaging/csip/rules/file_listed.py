"""CSIP58: every file of the package is referred to by a METS file; the root METS alone need not be."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import KnownPath
from fonds.packaging.roots import METS_NAME
from fonds.schemas.findings import Finding, finding


def check(known: KnownPath) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if known.there and not known.mets and known.complete and known.path != METS_NAME:
        yield finding("PKG_FILE_NOT_LISTED", known.path)
