"""A number is written in digits."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Field
from fonds.schemas.findings import Finding, finding


def check(field: Field) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    text = field.text.strip()
    if field.rule.type == "number" and text and not (text.isascii() and text.isdigit()):
        yield finding("TT05_NUMBER_INVALID", field.where, value=text)
