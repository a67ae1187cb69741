"""RFC 8493, 2.1.1: tag files SHOULD be in UTF-8 and MAY be in another registered encoding."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.declaration import Declaration
from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(said: Declaration, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if layout.encoding is None:
        yield finding("BAG_ENCODING_UNKNOWN", "bagit.txt", encoding=printable(said.encoding))
    elif layout.encoding not in {"utf-8", "ascii"}:
        yield finding("BAG_ENCODING_OTHER", "bagit.txt", encoding=printable(said.encoding))
