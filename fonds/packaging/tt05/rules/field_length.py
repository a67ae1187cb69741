"""A text is no longer than its list allows; it is never cut."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Field
from fonds.schemas.findings import Finding, finding


def check(field: Field) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if field.rule.length and not field.rule.codes and len(field.text) > field.rule.length:
        yield finding("TT05_FIELD_TOO_LONG", field.where, length=len(field.text), allowed=field.rule.length)
