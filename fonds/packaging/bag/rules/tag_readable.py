"""RFC 8493, 3: every element of the bag is read before the bag is called valid."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, TagText
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(text: TagText, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if text.error:
        yield finding("BAG_UNREADABLE", printable(text.name), reason=text.error)
