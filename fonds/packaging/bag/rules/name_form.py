"""RFC 8493, 6.1.1.3: names are compared in one normal form, and the difference is told."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    paths = {file.path for file in name.files}
    if paths and any(one.path not in paths for one in name.listed):
        yield finding("BAG_NAME_OTHER_FORM", printable(name.path))
