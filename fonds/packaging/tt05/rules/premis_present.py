"""An AIP has PREMIS for the package and for its representation; a SIP need not."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.tt05.model import PREMIS_FILE, REP_PREMIS_FILE
from fonds.packaging.tt05.rules.facts import Whole
from fonds.schemas.findings import Finding, finding


def check(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if whole.kind.oais != "AIP":
        return
    for path in (PREMIS_FILE, REP_PREMIS_FILE):
        if not whole.sources.tree.find(path):
            yield finding("TT05_PREMIS_MISSING", path)
