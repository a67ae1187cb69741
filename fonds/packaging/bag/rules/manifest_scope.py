"""RFC 8493, 2.1.3 and 2.2.1: a manifest lists payload files only, a tag manifest neither those nor tag manifests."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.algorithms import manifest_named
from fonds.packaging.bag.facts import Layout, ManifestLine
from fonds.packaging.bag.manifest import LineFault
from fonds.packaging.bag.names import plain_path, printable, unsafe_reason
from fonds.schemas.findings import Finding, finding


def check(line: ManifestLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line.content, LineFault) or unsafe_reason(line.path):
        return
    path = plain_path(line.path)
    other = manifest_named(path)
    payload = path.startswith("data/")
    if (payload if line.manifest.tag else not payload) or (line.manifest.tag and other is not None and other.tag):
        yield finding("BAG_PATH_OUT_OF_SCOPE", line.manifest.name, line=line.number, path=printable(path))
