"""RFC 8493, 2.2.3: every file of fetch.txt is listed in every payload manifest."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not name.fetched:
        return
    for manifest in layout.payload_manifests:
        if manifest.algorithm is not None and not name.by_manifest(manifest):
            yield finding("BAG_FETCH_NOT_LISTED", printable(name.path), line=name.fetched[0], manifest=manifest.name)
