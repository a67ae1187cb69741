"""representations/rep1 has a METS of its own."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.tt05.model import REPRESENTATION
from fonds.packaging.tt05.rules.facts import Whole
from fonds.schemas.findings import Finding, finding


def check(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if whole.sources.inner is None:
        yield finding("TT05_REPRESENTATION_MISSING", f"{REPRESENTATION}/METS.xml")
