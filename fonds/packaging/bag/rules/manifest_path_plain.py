"""RFC 8493, 2.1.3: a path is relative to the bag and names a file; "./" and "//" add nothing."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, ManifestLine
from fonds.packaging.bag.manifest import LineFault
from fonds.packaging.bag.names import plain_path, printable, unsafe_reason
from fonds.schemas.findings import Finding, finding


def check(line: ManifestLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line.content, LineFault) or unsafe_reason(line.path):
        return
    path = line.path
    if path != plain_path(path):
        yield finding("BAG_PATH_NOT_PLAIN", line.manifest.name, line=line.number, path=printable(path))
