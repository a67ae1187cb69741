"""RFC 8493, 2.1.3 sets no limit to paths; Linux does: 4,095 bytes."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.scan import Odd, OddKind
from fonds.schemas.findings import Finding, finding


def check(odd: Odd, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if odd.kind is OddKind.TOO_LONG:
        yield finding("BAG_PATH_TOO_LONG", odd.path[:200])
