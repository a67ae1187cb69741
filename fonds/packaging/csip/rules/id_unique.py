"""METS, xs:ID (and CSIP18, 33, 46, 59, 65, 67, 83 ...): an ID is given once in a document."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Identifier
from fonds.packaging.csip.requirements import place
from fonds.schemas.findings import Finding, finding


def check(identifier: Identifier) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for use in identifier.given[1:]:
        yield finding(
            "PKG_ID_TWICE", place(identifier.path, use.line), id=identifier.id, first=identifier.given[0].line
        )
