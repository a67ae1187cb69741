"""RFC 8493, 2.1.3: every bag contains at least one payload manifest."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.schemas.findings import Finding, finding


def check(layout: Layout, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not layout.payload_manifests:
        yield finding("BAG_NO_MANIFEST", ".")
