"""RFC 8493, 2.2.3: each line of fetch.txt is a URL, a length or '-', and a path."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import FetchLine, Layout
from fonds.packaging.bag.manifest import LineFault
from fonds.schemas.findings import Finding, finding


def check(line: FetchLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line.content, LineFault) and line.content is not LineFault.BLANK:
        yield finding("BAG_FETCH_LINE", "fetch.txt", line=line.number, reason=line.content.value)
