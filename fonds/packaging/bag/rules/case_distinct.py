"""RFC 8493, 6.1.1.3: names that differ in capitals only become one name on Windows and macOS."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import CaseTwins, Layout
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(twins: CaseTwins, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    yield finding("BAG_NAMES_DIFFER_IN_CASE", printable(twins.first), other=printable(twins.second))
