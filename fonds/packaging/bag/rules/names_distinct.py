"""RFC 8493, 6.1.1.3: no two names of a bag differ in their Unicode normal form only."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    spellings = [{one.path for one in name.by_manifest(manifest)} for manifest in layout.manifests]
    if len(name.files) > 1 or any(len(one) > 1 for one in spellings):
        yield finding("BAG_NAMES_COLLIDE", printable(name.path))
