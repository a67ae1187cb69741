"""The OBJID has the form of its annex; others that occur are understood."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.tt05.identifiers import is_strict
from fonds.packaging.tt05.rules.facts import Whole
from fonds.schemas.findings import Finding, finding


def check(whole: Whole) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    objid = whole.sources.root.objid
    if not is_strict(whole.kind, objid):
        yield finding("TT05_OBJID_FORM", "METS.xml", objid=objid, kind=whole.kind.value)
