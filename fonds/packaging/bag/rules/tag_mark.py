"""RFC 8493, 2.3: tag files in UTF-8 have no byte-order mark."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, TagText
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(text: TagText, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if text.bom:
        yield finding("BAG_BYTE_ORDER_MARK", printable(text.name))
