"""RFC 8493, 3: every folder is looked into; what cannot be looked into is not known."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.scan import Odd, OddKind
from fonds.schemas.findings import Finding, finding


def check(odd: Odd, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if odd.kind is OddKind.UNREADABLE:
        yield finding("BAG_UNREADABLE", odd.path or ".", reason=odd.reason)
