"""A description has only the fields of its list; others are kept."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Stray
from fonds.schemas.findings import Finding, finding


def check(stray: Stray) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    yield finding("TT05_FIELD_UNKNOWN", f"{stray.path}!{stray.name}", name=stray.name)
