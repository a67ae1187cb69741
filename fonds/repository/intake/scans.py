"""Counting the results of the virus scanner over many files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypedDict

from fonds.repository.ports.scanner import Scan, Verdict
from fonds.schemas.messages import text


class ScanDocument(TypedDict):
    """How many files have which verdict; why files were not scanned, with their number; which scanners looked."""

    clean: int
    infected: int
    not_scanned: int
    reasons: dict[str, int]
    scanners: list[str]


@dataclass(slots=True)
class ScanCount:
    """How many files have which verdict, why files were not scanned, and which scanners looked."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    scanners: dict[str, None] = field(default_factory=dict)

    def add(self, scan: Scan) -> None:
        """Count one file."""
        self.verdicts[scan.verdict] += 1
        if scan.verdict is Verdict.NOT_SCANNED:
            self.reasons[scan.detail] += 1
        if scan.scanner:
            self.scanners[scan.scanner] = None

    @property
    def all_clean(self) -> bool:
        """Whether every file was scanned and none is infected."""
        return not (self.verdicts[Verdict.NOT_SCANNED] or self.verdicts[Verdict.INFECTED])

    def document(self) -> ScanDocument:
        """Return the counts for programs."""
        return {
            "clean": self.verdicts[Verdict.CLEAN],
            "infected": self.verdicts[Verdict.INFECTED],
            "not_scanned": self.verdicts[Verdict.NOT_SCANNED],
            "reasons": dict(sorted(self.reasons.items())),
            "scanners": list(self.scanners),
        }


def scan_line(document: ScanDocument, lang: str) -> str:
    """Return the counts as one line for people."""
    reasons = (text(lang, f"scan.reason.{why}", {"count": count}) for why, count in document["reasons"].items())
    more = ", ".join((*reasons, *document["scanners"]))
    return text(lang, "scan.line", {**document, "more": f" ({more})" if more else ""})
