"""A coded field holds codes of its list; the language may be several."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Field
from fonds.schemas.findings import Finding, finding
from fonds.schemas.vocabulary import code_list


def check(field: Field) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not field.rule.codes or not field.text.strip():
        return
    parts = re.split("[;,]", field.text) if field.rule.key == "language" else [field.text]
    unknown = [part.strip() for part in parts if part.strip() not in code_list(field.rule.codes)]
    if unknown:
        yield finding("TT05_CODE_UNKNOWN", field.where, value=unknown[0], list=field.rule.codes)
