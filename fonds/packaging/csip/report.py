"""The result of judging an information package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fonds.schemas.findings import Finding


@dataclass(frozen=True, slots=True)
class PackageReport:
    """What was found out about a package.

    ``kind`` is what it was judged as: SIP, AIP, DIP, AIU, AIC, or '' when it does not say (then only CSIP applies).
    ``valid`` is True when no finding is an error. ``counts`` has the numbers of findings by severity ('error',
    'warning', 'info', those that are not shown too), 'files' and 'bytes' on the disk and the number of 'mets' and
    'premis' documents that were read.
    """

    kind: str
    valid: bool
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]

    def has(self, code: str) -> bool:
        """Say whether a code was found."""
        return any(found.code == code for found in self.findings)
