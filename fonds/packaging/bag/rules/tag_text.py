"""RFC 8493, 2.3: tag files are in the encoding that bagit.txt declares."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, TagText
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(text: TagText, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if text.broken:
        yield finding("BAG_NOT_TEXT", printable(text.name))
