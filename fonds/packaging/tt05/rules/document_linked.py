"""Every description of a document leads to a file in data/."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Whole
from fonds.schemas.findings import Finding, finding


def check(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for path in whole.unlinked:
        yield finding("TT05_DOCUMENT_UNLINKED", path)
