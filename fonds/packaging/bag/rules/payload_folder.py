"""RFC 8493, 2.1.2: the bag contains a folder named "data"."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.schemas.findings import Finding, finding


def check(layout: Layout, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not layout.payload_folder:
        yield finding("BAG_NO_PAYLOAD_FOLDER", "data")
