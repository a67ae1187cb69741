"""RFC 8493, 2.4 and 3: every digest of every manifest is verified, so its algorithm must be known."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(layout: Layout, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for manifest in layout.manifests:
        if manifest.algorithm is None:
            yield finding("BAG_ALGORITHM_UNKNOWN", printable(manifest.name))
