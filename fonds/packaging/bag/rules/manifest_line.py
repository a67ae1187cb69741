"""RFC 8493, 2.1.3: each line of a manifest is a digest in hex, blanks and a path."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, ManifestLine
from fonds.packaging.bag.manifest import LineFault
from fonds.schemas.findings import Finding, finding


def check(line: ManifestLine, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if isinstance(line.content, LineFault) and line.content is not LineFault.BLANK:
        yield finding("BAG_MANIFEST_LINE", line.manifest.name, line=line.number, reason=line.content.value)
