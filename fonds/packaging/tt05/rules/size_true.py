"""A file has the size that METS states."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Listed
from fonds.schemas.findings import Finding, finding


def check(file: Listed) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if file.size is not None and file.said.size is not None and file.size != file.said.size:
        yield finding("TT05_SIZE_WRONG", file.path, stated=file.said.size, actual=file.size)
