"""Every file that METS names is in the package."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Listed
from fonds.schemas.findings import Finding, finding


def check(file: Listed) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not file.path:
        yield finding("TT05_FILE_MISSING", file.said.path or file.said.href or file.said.id)
