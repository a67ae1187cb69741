"""Every metadata file can be read."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Whole
from fonds.schemas.findings import Finding, finding


def check(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for one in whole.sources.unread:
        yield finding("TT05_XML_UNREAD", one.path, reason=one.reason)
