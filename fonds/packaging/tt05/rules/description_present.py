"""metadata/descriptive/EAD.xml describes the package."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.tt05.model import EAD_FILE
from fonds.packaging.tt05.rules.facts import Whole
from fonds.schemas.findings import Finding, finding


def check(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not whole.sources.ead_path:
        yield finding("TT05_DESCRIPTION_MISSING", EAD_FILE)
