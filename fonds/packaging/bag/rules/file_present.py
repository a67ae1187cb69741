"""RFC 8493, 3 (2, 3): every listed file is present; a file still to be fetched is not."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if name.listed and not name.files:
        code = "BAG_FILE_NOT_FETCHED" if name.fetched else "BAG_FILE_MISSING"
        yield finding(code, printable(name.path), manifest=name.listed[0].manifest.name)
