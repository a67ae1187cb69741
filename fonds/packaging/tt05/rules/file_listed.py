"""Every file in the package is named by METS."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Unlisted
from fonds.schemas.findings import Finding, finding


def check(file: Unlisted) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    yield finding("TT05_FILE_NOT_LISTED", file.path)
