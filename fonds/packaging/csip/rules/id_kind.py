"""METS: ADMID names administrative metadata, DMDID a dmdSec, FILEID a file or a group."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Identifier
from fonds.packaging.csip.requirements import place
from fonds.schemas.findings import Finding, finding

_TOLD = 20
_KINDS = {
    "ADMID": frozenset({"amdSec", "techMD", "rightsMD", "sourceMD", "digiprovMD"}),
    "DMDID": frozenset({"dmdSec"}),
    "FILEID": frozenset({"file", "fileGrp"}),
}


def check(identifier: Identifier) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for given in identifier.given[:1]:
        for use in identifier.referred[:_TOLD]:
            if given.what not in _KINDS[use.what]:
                where = place(identifier.path, use.line)
                yield finding("PKG_ID_WRONG_KIND", where, id=identifier.id, attribute=use.what, element=given.what)
