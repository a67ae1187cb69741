"""METS names the profile of its annex."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.tt05.model import REP_PROFILE, REPRESENTATION
from fonds.packaging.tt05.rules.facts import Whole
from fonds.schemas.findings import Finding, finding


def check(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    expected = [whole.kind.profile, REP_PROFILE]
    for place, mets, profile in zip(("METS.xml", REPRESENTATION), whole.sources.mets(), expected, strict=False):
        if mets.profile != profile:
            yield finding("TT05_PROFILE", place, found=mets.profile, expected=profile)
