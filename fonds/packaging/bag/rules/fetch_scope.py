"""RFC 8493, 2.2.3: fetch.txt lists payload files only."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import FetchLine, Layout
from fonds.packaging.bag.fetch import Fetched
from fonds.packaging.bag.names import plain_path, printable, unsafe_reason
from fonds.schemas.findings import Finding, finding


def check(line: FetchLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not isinstance(line.content, Fetched) or unsafe_reason(line.content.path):
        return
    path = plain_path(line.content.path)
    if not path.startswith("data/"):
        yield finding("BAG_PATH_OUT_OF_SCOPE", "fetch.txt", line=line.number, path=printable(path))
