"""Findings in words: what was noticed and what to do about it, in a chosen language."""

from __future__ import annotations

from fonds.schemas.findings import Finding
from fonds.schemas.messages import catalogue, text
from fonds.schemas.vocabulary import fields


def finding_document(found: Finding, lang: str) -> dict[str, str]:
    """Return a finding as ``{code, severity, where, message, action}``."""
    data = dict(found.data)
    kind, field = str(data.get("kind", "")), str(data.get("field", ""))
    if kind:
        rule = fields(kind).get(field)
        data["label"] = rule.labels[lang] if rule else field
    reason = f"finding.{found.code}.reason.{data.get('reason')}"
    if reason in catalogue(lang):
        data["reason"] = text(lang, reason)
    return {
        "code": found.code,
        "severity": found.severity.value,
        "where": found.where,
        "message": text(lang, f"finding.{found.code}", data),
        "action": text(lang, f"finding.{found.code}.action", data),
    }
