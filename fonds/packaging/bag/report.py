"""The result of checking a bag, and the collector that keeps it small however bad the bag is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fonds.schemas.findings import Finding, Severity, finding

SHOWN = 500
"""Findings of one code that are kept; of more only the number is told."""


@dataclass(frozen=True, slots=True)
class BagReport:
    """What was found out about a bag.

    ``valid`` is True when no finding is an error (RFC 8493, 3). ``counts`` has the numbers of findings by severity
    ('error', 'warning', 'info', those that are not shown too) and 'files' and 'bytes' of the payload. ``version`` is
    what bagit.txt says, as 'M.N'; ``fetch`` tells that there is a fetch.txt, which no AIP may have.
    """

    valid: bool
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    version: str
    fetch: bool

    def has(self, code: str) -> bool:
        """Say whether a code was found."""
        return any(found.code == code for found in self.findings)


@dataclass(frozen=True, slots=True)
class BagProgress:
    """How far a bag is read or written: payload files and bytes done, and in all (0: not known)."""

    files: int
    bytes: int
    total_files: int = 0
    total_bytes: int = 0


class Collector:
    """Takes findings: all are counted, the first ``SHOWN`` of each code are kept."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._codes: Counter[str] = Counter()
        self._severities = dict.fromkeys((one.value for one in Severity), 0)

    def add(self, found: Iterable[Finding]) -> None:
        """Take findings."""
        for one in found:
            self._codes[one.code] += 1
            self._severities[one.severity.value] += 1
            if self._codes[one.code] <= SHOWN:
                self._kept.append(one)

    @property
    def errors(self) -> int:
        """How many errors there were so far."""
        return self._severities[Severity.ERROR.value]

    def result(self) -> tuple[tuple[Finding, ...], dict[str, int]]:
        """Return the findings kept, with a notice for each code that had more, and the counts by severity."""
        more = [
            finding("BAG_MORE", ".", code=code, count=count - SHOWN)
            for code, count in self._codes.items()
            if count > SHOWN
        ]
        return (*self._kept, *more), dict(self._severities)
