"""RFC 8493, 6.1.3: the asterisk of md5sum is accepted, and the user is told that it is not BagIt."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, ManifestLine
from fonds.packaging.bag.manifest import Listing
from fonds.schemas.findings import Finding, finding


def check(line: ManifestLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line.content, Listing) and line.content.star:
        yield finding("BAG_ASTERISK", line.manifest.name, line=line.number)
