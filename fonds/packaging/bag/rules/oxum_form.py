"""RFC 8493, 2.2.2: Payload-Oxum has the form OctetCount.StreamCount and stands there once."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Oxum
from fonds.packaging.bag.info import info_name, read_oxum
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(oxum: Oxum, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for value in oxum.stated:
        if read_oxum(value) is None:
            yield finding("BAG_OXUM_BROKEN", info_name(layout.version), value=printable(value[:80]))
    if len(oxum.stated) > 1:
        yield finding("BAG_OXUM_REPEATED", info_name(layout.version), count=len(oxum.stated))
