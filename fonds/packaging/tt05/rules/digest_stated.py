"""METS states a SHA-256 for every file."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.payload import is_sha256
from fonds.packaging.tt05.rules.facts import Listed
from fonds.schemas.findings import Finding, finding


def check(file: Listed) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not file.said.checksum or not is_sha256(file.said):
        yield finding("TT05_DIGEST_NOT_STATED", file.path or file.said.path, type=file.said.checksum_type)
