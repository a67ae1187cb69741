"""CSIP91, CSIP92: the Metadata division names every metadata section that is CURRENT."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Identifier
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding

_CODES = {
    "dmdSec": "CSIP92",
    "techMD": "CSIP91",
    "rightsMD": "CSIP91",
    "sourceMD": "CSIP91",
    "digiprovMD": "CSIP91",
}


def check(identifier: Identifier) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if identifier.listed or not identifier.judged:
        return
    for use in identifier.given[:1]:
        code = _CODES.get(use.what)
        if code and use.note == "CURRENT":
            yield breach(code, place(identifier.path, use.line), identifier.id)
