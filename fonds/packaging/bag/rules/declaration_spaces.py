"""RFC 8493, 2.1.1: after each colon in bagit.txt stands one blank, and nothing after the value."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.declaration import Declaration
from fonds.packaging.bag.facts import Layout
from fonds.schemas.findings import Finding, finding


def check(said: Declaration, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if said.spaces and not said.problem:
        yield finding("BAG_DECLARATION_SPACES", "bagit.txt")
