"""RFC 8493, 5.1: no path of fetch.txt may lead out of the bag."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import FetchLine, Layout
from fonds.packaging.bag.fetch import Fetched
from fonds.packaging.bag.names import printable, unsafe_reason
from fonds.schemas.findings import Finding, finding


def check(line: FetchLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line.content, Fetched):
        reason = unsafe_reason(line.content.path)
        if reason:
            path = printable(line.content.written)
            yield finding("BAG_PATH_UNSAFE", "fetch.txt", line=line.number, path=path, reason=reason)
