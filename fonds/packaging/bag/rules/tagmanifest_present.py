"""RFC 8493, 2.2.1: a bag MAY contain tag manifests; without one nobody notices a changed tag file."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.schemas.findings import Finding, finding


def check(layout: Layout, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not layout.tag_manifests:
        yield finding("BAG_NO_TAGMANIFEST", ".")
