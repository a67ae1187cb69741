"""RFC 8493, 2.1.1: bagit.txt has no byte-order mark."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.declaration import Declaration
from fonds.packaging.bag.facts import Layout
from fonds.schemas.findings import Finding, finding


def check(said: Declaration, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if said.bom:
        yield finding("BAG_BYTE_ORDER_MARK", "bagit.txt")
