"""RFC 8493, 2.1.3: %, CR and LF are percent-encoded; older tools did not encode the percent sign."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, ManifestLine
from fonds.packaging.bag.manifest import Listing
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(line: ManifestLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if line.raw and isinstance(line.content, Listing):
        path = printable(line.content.written)
        yield finding("BAG_NAME_NOT_ENCODED", line.manifest.name, line=line.number, path=path)
