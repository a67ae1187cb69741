"""RFC 8493, 2.1.3: a manifest has no empty lines; they hide nothing, so they only give a warning."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, ManifestLine
from fonds.packaging.bag.manifest import LineFault
from fonds.schemas.findings import Finding, finding


def check(line: ManifestLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if line.content is LineFault.BLANK:
        yield finding("BAG_BLANK_LINE", line.manifest.name, line=line.number)
