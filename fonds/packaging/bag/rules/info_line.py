"""RFC 8493, 2.2.2: a metadata element is a label, a colon, one blank and a value."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.info import BadElement, Element, info_name
from fonds.schemas.findings import Finding, finding


def check(line: Element | BadElement, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line, BadElement):
        yield finding("BAG_INFO_LINE", info_name(layout.version), line=line.line, reason=line.reason)
