"""RFC 8493, 3 (4): every payload file is listed."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if name.payload and name.files and not name.listed:
        yield finding("BAG_FILE_NOT_LISTED", printable(name.path))
