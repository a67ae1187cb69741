"""RFC 8493, 2.1.3 and 5.1: a bag holds files; links lead out of it, pipes and devices have no content."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.scan import Odd, OddKind
from fonds.schemas.findings import Finding, finding

_NOT_FILES = {OddKind.LINK, OddKind.PIPE, OddKind.SOCKET, OddKind.DEVICE}


def check(odd: Odd, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if odd.kind in _NOT_FILES:
        yield finding("BAG_NOT_REGULAR", odd.path, reason=odd.kind.value)
