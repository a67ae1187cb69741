"""A package holds regular files and folders only, with names in UTF-8."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.scan import Odd, OddKind
from fonds.schemas.findings import Finding, finding


def check(odd: Odd) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if odd.kind is not OddKind.EMPTY_FOLDER:
        yield finding("PKG_NOT_REGULAR", odd.path, kind=odd.kind.value)
