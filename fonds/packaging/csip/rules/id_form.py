"""METS, xs:ID: an ID is an NCName: no blank, no colon, and no digit at the beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fonds.packaging.csip.facts import Identifier
from fonds.packaging.csip.requirements import place
from fonds.schemas.findings import Finding, finding

# XML Namespaces 1.0, 4: NCName. Letters of any script begin a name, combining marks and U+00B7 may follow.
_NAME = re.compile(r"[^\W\d][\w.\-\u00b7\u0300-\u036f]*")


def check(identifier: Identifier) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for use in identifier.given[:1]:
        if not _NAME.fullmatch(identifier.id):
            yield finding("PKG_ID_FORM", place(identifier.path, use.line), id=identifier.id[:200])
