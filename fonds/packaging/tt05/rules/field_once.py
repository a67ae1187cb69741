"""A field comes once."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Field
from fonds.schemas.findings import Finding, finding


def check(field: Field) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if len(field.texts) > 1:
        yield finding("TT05_FIELD_REPEATED", field.where, key=field.rule.key, count=len(field.texts))
