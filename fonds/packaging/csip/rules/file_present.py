"""CSIP24, 38, 51, 79, 110: what METS refers to is in the package; PREMIS describes no file that is not."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import KnownPath
from fonds.schemas.findings import Finding, finding

_TOLD = 20


def check(known: KnownPath) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if known.there:
        return
    for entry in known.mets[:_TOLD]:
        yield finding("PKG_FILE_MISSING", entry.where, path=known.path)
    for entry in known.premis[:_TOLD]:
        yield finding("PKG_PREMIS_FILE_MISSING", entry.where, path=known.path)
