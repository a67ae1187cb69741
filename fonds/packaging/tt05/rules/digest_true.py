"""A file has the SHA-256 that METS states."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.payload import is_sha256
from fonds.packaging.tt05.rules.facts import Listed
from fonds.schemas.findings import Finding, finding


def check(file: Listed) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    stated = file.said.checksum.strip().lower()
    if file.sha256 and stated and is_sha256(file.said) and stated != file.sha256:
        yield finding("TT05_DIGEST_WRONG", file.path, stated=stated, actual=file.sha256)
