"""RFC 8493, 2.2.2: from version 1.0 on, no blank before the colon and exactly one after it."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.info import BadElement, Element, info_name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(line: Element | BadElement, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line, Element) and line.spaces and layout.strict:
        yield finding("BAG_INFO_SPACES", info_name(layout.version), line=line.line, label=printable(line.label))
