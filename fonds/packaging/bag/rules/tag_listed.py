"""RFC 8493, 2.2.1: tag manifests SHOULD list the tag files of the bag, but for themselves."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.algorithms import manifest_named
from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    own = manifest_named(name.path)
    if name.payload or name.listed or not name.files or not layout.tag_manifests or (own is not None and own.tag):
        return
    if own is None or not layout.strict:
        yield finding("BAG_TAG_NOT_LISTED", printable(name.path))
