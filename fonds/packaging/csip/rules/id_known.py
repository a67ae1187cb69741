"""METS, xs:IDREF: what ADMID, DMDID and FILEID name is given in the same document."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Identifier
from fonds.packaging.csip.requirements import place
from fonds.schemas.findings import Finding, finding

_TOLD = 20


def check(identifier: Identifier) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if identifier.given:
        return
    for use in identifier.referred[:_TOLD]:
        yield finding("PKG_ID_DANGLING", place(identifier.path, use.line), id=identifier.id[:200], attribute=use.what)
