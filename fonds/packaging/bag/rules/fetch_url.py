"""RFC 8493, 2.2.3 and 5.2: a URL is absolute; one that leads to a file of the reader's own machine is refused."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import FetchLine, Layout
from fonds.packaging.bag.fetch import Fetched, is_remote
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(line: FetchLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line.content, Fetched) and not is_remote(line.content.url):
        yield finding("BAG_FETCH_URL", "fetch.txt", line=line.number, url=printable(line.content.url[:200]))
