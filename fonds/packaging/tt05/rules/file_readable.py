"""Every file can be read."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Listed
from fonds.schemas.findings import Finding, finding


def check(file: Listed) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if file.trouble:
        yield finding("TT05_FILE_UNREADABLE", file.path, reason=file.trouble)
