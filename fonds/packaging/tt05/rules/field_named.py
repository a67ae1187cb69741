"""A field has the name that this package gives it: the circular uses docCode and arcDocCode side by side."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.tt05.rules.facts import Field
from fonds.schemas.findings import Finding, finding


def check(field: Field) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for name in field.names:
        if name != field.rule.key:
            yield finding("TT05_FIELD_NAME", field.where, name=name, key=field.rule.key)
