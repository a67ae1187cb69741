"""PREMIS 3, linking…Identifier: what is linked to is described in the package."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Link
from fonds.schemas.findings import Finding, finding

_TOLD = 20
_CODES = {
    "agent": "PKG_PREMIS_AGENT_MISSING",
    "object": "PKG_PREMIS_OBJECT_MISSING",
    "event": "PKG_PREMIS_EVENT_MISSING",
}


def check(link: Link) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not link.described:
        for where in link.links[:_TOLD]:
            yield finding(_CODES[link.kind], where, id=link.id[:200])
