"""RFC 8493, 2.1.3: a manifest is a text, so a name that is not one cannot be listed."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout
from fonds.packaging.bag.scan import Odd, OddKind
from fonds.schemas.findings import Finding, finding


def check(odd: Odd, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if odd.kind is OddKind.NOT_UTF8:
        yield finding("BAG_NAME_NOT_UTF8", odd.path)
