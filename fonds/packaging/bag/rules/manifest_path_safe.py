"""RFC 8493, 5.1: no path of a manifest may lead out of the bag."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, ManifestLine
from fonds.packaging.bag.manifest import LineFault
from fonds.packaging.bag.names import printable, unsafe_reason
from fonds.schemas.findings import Finding, finding


def check(line: ManifestLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line.content, LineFault):
        return
    reason = unsafe_reason(line.path)
    if reason:
        path = printable(line.content.written)
        yield finding("BAG_PATH_UNSAFE", line.manifest.name, line=line.number, path=path, reason=reason)
