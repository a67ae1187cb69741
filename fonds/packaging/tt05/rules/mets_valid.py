"""METS is valid against the official schema (1.12.1 with the attributes of CSIP)."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Whole
from fonds.schemas.findings import Finding, finding


def check(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for path, reason in whole.invalid:
        yield finding("TT05_METS_INVALID", path, reason=reason)
