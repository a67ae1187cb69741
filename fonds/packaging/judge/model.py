"""What judging a package gives: the verdict, how far it is, and what one validator said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.schemas.findings import Finding, Severity

NONE = {"files": 0, "bytes": 0, **dict.fromkeys((one.value for one in Severity), 0)}
"""Counts of nothing."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found out about ``path``.

    ``kind`` is bag (around something else than a package), SIP, AIP, DIP, AIU, AIC, package (E-ARK, does not say
    which), SIP_hoso, SIP_tailieu, AIP_hoso, AIP_tailieu, DIP, tt05 (the state's, cannot be told which) or unknown.
    ``valid`` is True when no finding is an error. ``counts`` has findings by severity, those too that are not shown,
    'files', 'bytes' and, for a bare E-ARK package, 'mets' and 'premis'. ``read`` tells that contents were read.
    """

    path: Path
    kind: str
    valid: bool
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    read: bool


@dataclass(frozen=True, slots=True)
class JudgeProgress:
    """Files and bytes read so far, or written while ``unpacking``, and in all (0: not known)."""

    unpacking: bool
    files: int
    bytes: int
    total_files: int = 0
    total_bytes: int = 0


Report = Callable[[JudgeProgress], None]


@dataclass(frozen=True, slots=True)
class Part:
    """What one validator said; the places are paths from its own root."""

    kind: str
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]

    def below(self, place: str) -> Part:
        """Return the same, with places from further up."""
        return replace(self, findings=tuple(replace(one, where=joined(place, one.where)) for one in self.findings))


def joined(place: str, where: str) -> str:
    """Return the place of a finding from further up; '.' is the root itself."""
    return place if where == "." else f"{place}/{where}" if place else where


def both(first: Part, second: Part) -> Part:
    """Return what two validators said of the same thing, of the kind that the first tells."""
    counts = Counter(first.counts)
    counts.update(second.counts)
    return Part(first.kind, (*first.findings, *second.findings), dict(counts))
