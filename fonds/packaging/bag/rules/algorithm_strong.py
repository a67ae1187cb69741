"""RFC 8493, 2.4: MD5 and SHA-1 are for backward compatibility; they show damage, not forgery."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(layout: Layout, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for manifest in layout.manifests:
        if manifest.algorithm is not None and manifest.algorithm.weak:
            yield finding("BAG_ALGORITHM_WEAK", printable(manifest.name), algorithm=manifest.algorithm.name)
