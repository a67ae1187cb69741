"""RFC 8493, 2.2.1: each tag manifest MUST list every payload manifest."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.algorithms import manifest_named
from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    own = manifest_named(name.path)
    if own is None or own.tag or not layout.strict or not name.files:
        return
    for manifest in layout.tag_manifests:
        if manifest.algorithm is not None and not name.by_manifest(manifest):
            yield finding("BAG_MANIFEST_NOT_SEALED", printable(name.path), manifest=manifest.name)
