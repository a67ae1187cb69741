"""RFC 8493, 2.1.1: bagit.txt consists of exactly two lines, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.declaration import Declaration
from fonds.packaging.bag.facts import Layout
from fonds.schemas.findings import Finding, finding


def check(said: Declaration, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if said.problem == "missing":
        yield finding("BAG_NO_DECLARATION", "bagit.txt")
    elif said.problem:
        yield finding("BAG_DECLARATION_BROKEN", "bagit.txt", reason=said.problem)
