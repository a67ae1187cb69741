"""Findings of the quality gate and of the validators: a code, how bad it is, and the exact place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Severity(StrEnum):
    """Only ``error`` blocks, and it blocks the dossier it belongs to, never the batch."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed.

    ``where`` is the NFC path from the delivered root, or ``Sheet!stt=N.field``; ``data`` fills the message
    ``finding.<code>`` and its advice ``finding.<code>.action``.
    """

    code: str
    severity: Severity
    where: str
    data: Mapping[str, object] = field(default_factory=dict)


@cache
def severities() -> dict[str, Severity]:
    """Return every finding code of the product with its severity (``schemas/findings.json``)."""
    table: dict[str, str] = json.loads(files(__package__).joinpath("findings.json").read_text("utf-8"))
    return {code: Severity(severity) for code, severity in table.items()}


def finding(code: str, where: str, /, **data: object) -> Finding:
    """Make a finding with the severity of the vocabulary. Raises KeyError for an unknown code."""
    return Finding(code, severities()[code], where, data)


def count_by_severity(found: list[Finding]) -> dict[str, int]:
    """Count findings as ``{"error": n, "warning": n, "info": n}``."""
    counts = {severity.value: 0 for severity in Severity}
    for one in found:
        counts[one.severity.value] += 1
    return counts
