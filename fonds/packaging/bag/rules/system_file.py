"""RFC 8493, 2.1.2: the payload is opaque; files that a desktop leaves behind are seldom meant to be in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding

_SYSTEM_FILE = re.compile(r"(?:^|/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$", re.IGNORECASE | re.ASCII)
"""The droppings of macOS and Windows."""


def check(name: Name, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if name.files and _SYSTEM_FILE.search(name.path):
        yield finding("BAG_SYSTEM_FILE", printable(name.path))
