"""A required field is filled in; some are required by what another one says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fonds.packaging.tt05.rules.facts import Field
from fonds.schemas.findings import Finding, finding

_CONDITIONS: Mapping[str, tuple[str, frozenset[str]]] = {
    "paperFileCode": ("confidenceLevel", frozenset({"02"})),
    "riskRecoveryStatus": ("riskRecovery", frozenset({"1"})),
    "process": ("confidenceLevel", frozenset({"01", "03"})),
}
"""The field, and which codes of another one require it."""


def check(field: Field) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if field.text.strip():
        return
    key, codes = _CONDITIONS.get(field.rule.key, ("", frozenset()))
    if field.rule.need == "required":
        yield finding("TT05_FIELD_MISSING", field.where, key=field.rule.key)
    elif field.others.get(key, "").strip() in codes:
        yield finding("TT05_FIELD_NEEDED", field.where, key=field.rule.key, other=key, value=field.others[key].strip())
