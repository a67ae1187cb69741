"""RFC 8493, 2.1.3: a manifest does not reference folders, so an empty one may be lost on the way."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.scan import Odd, OddKind
from fonds.schemas.findings import Finding, finding


def check(odd: Odd, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if odd.kind is OddKind.EMPTY_FOLDER and odd.path != "data":
        yield finding("BAG_EMPTY_FOLDER", odd.path)
