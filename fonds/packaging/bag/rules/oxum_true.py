"""RFC 8493, 2.2.2: Payload-Oxum is the number of bytes and of files of the payload."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Oxum
from fonds.packaging.bag.info import info_name, read_oxum
from fonds.schemas.findings import Finding, finding


def check(oxum: Oxum, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    actual = f"{oxum.bytes}.{oxum.files}"
    for value in oxum.stated:
        stated = read_oxum(value)
        if stated is not None and stated != (oxum.bytes, oxum.files):
            yield finding("BAG_OXUM_WRONG", info_name(layout.version), stated=value.strip(), actual=actual)
