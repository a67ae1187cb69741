"""A yes or no without a list of its own is 1 or 0."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Field
from fonds.schemas.findings import Finding, finding


def check(field: Field) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    text = field.text.strip()
    if field.rule.type == "boolean" and not field.rule.codes and text not in {"", "0", "1"}:
        yield finding("TT05_FLAG_INVALID", field.where, value=text)
