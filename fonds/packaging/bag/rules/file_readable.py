"""RFC 8493, 3: every file is read; what cannot be read is not known, and unknown is never valid."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for file in name.files:
        if file.error:
            yield finding("BAG_UNREADABLE", printable(file.path), reason=file.error)
