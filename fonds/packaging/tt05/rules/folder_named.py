"""The folder is named by the OBJID, with ':' as '_'."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.tt05.identifiers import folder_name
from fonds.packaging.tt05.rules.facts import Whole
from fonds.schemas.findings import Finding, finding


def check(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    expected = folder_name(whole.sources.root.objid)
    if whole.sources.name != expected:
        yield finding("TT05_FOLDER_NAME", whole.sources.name, expected=expected)
