"""A file that cannot be read cannot be vouched for."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import KnownPath
from fonds.schemas.findings import Finding, finding


def check(known: KnownPath) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if known.error:
        yield finding("PKG_FILE_UNREADABLE", known.path, reason=known.error)
