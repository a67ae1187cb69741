"""CSIP114: the METS of a representation is a file of a group Representations in the root METS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fonds.packaging.csip.facts import KnownPath
from fonds.packaging.csip.requirements import breach
from fonds.packaging.roots import METS_NAME
from fonds.schemas.findings import Finding

_METS = re.compile(r"representations/[^/]+/METS\.xml", re.IGNORECASE)


def check(known: KnownPath) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not known.there or not _METS.fullmatch(known.path) or not known.complete:
        return
    listed = [entry for entry in known.mets if entry.document == METS_NAME and entry.use != "mptr"]
    if listed and not any(entry.use.startswith("Representations") for entry in listed):
        yield breach("CSIP114", listed[0].where, listed[0].use)
