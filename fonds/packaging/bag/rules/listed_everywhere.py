"""RFC 8493, 3 (4): every payload manifest lists every payload file; before 1.0 one of them was enough."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not name.payload or not name.listed:
        return
    code = "BAG_NOT_IN_EVERY_MANIFEST" if layout.strict else "BAG_NOT_IN_EVERY_MANIFEST_OLD"
    for manifest in layout.payload_manifests:
        if manifest.algorithm is not None and not name.by_manifest(manifest):
            yield finding(code, printable(name.path), manifest=manifest.name)
