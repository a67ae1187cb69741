"""A delivery that was opened: its inventory, its folders, and everything that is found on the way through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fonds.metadata.model import Kind
from fonds.repository.intake import headers, values
from fonds.repository.intake.inventory import Inventory
from fonds.repository.intake.locate import Allotment, Locator
from fonds.repository.intake.scans import ScanCount
from fonds.repository.intake.sheets import Place
from fonds.repository.intake.walk import Tree
from fonds.repository.ports.scanner import Scan, Verdict
from fonds.schemas.findings import Finding, Severity, count_by_severity

_OfPath = tuple[int, int]
_PATHS: _OfPath = (1 << 30, 0)  # after every sheet of the workbook
_Key = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the check has come. ``where`` is the folder just finished."""

    dossiers: int
    total_dossiers: int
    files: int
    total_files: int
    where: str


@dataclass(slots=True)
class Delivery:
    """A delivered folder with its inventory. ``findings`` is complete once the gate's check is exhausted.

    ``notices`` are what a person may want to look at and what is no fault (NEAR_DUPLICATE); they are in no count of
    findings. ``scans`` says how many files were scanned for viruses, and with what result.

    ``inventory_scan`` is what the scanner said of the inventory; one that is infected was not read, and nothing else
    was looked at.

    It keeps a temporary file and remembered texts until the check ends; without a check, call ``close`` or use it in a
    ``with`` statement.
    """

    source: Path
    inventory: Inventory
    tree: Tree
    allotment: Allotment
    locator: Locator
    pages: int = 0
    notices: list[Finding] = field(default_factory=list)
    scans: ScanCount = field(default_factory=ScanCount)
    inventory_scan: Scan = field(default_factory=Scan)
    _found: list[tuple[_Key, Finding]] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Every finding once, in the order of the workbook's rows, then of NFC paths."""
        result: list[Finding] = []
        seen: set[tuple[str, str]] = set()
        for (_, _, where, code), found in sorted(self._found, key=lambda pair: pair[0]):
            if (where, code) not in seen:
                result.append(found)
                seen.add((where, code))
        return result

    def note_row(self, place: Place, *found: Finding) -> None:
        """Record findings of a row or sheet at its place in the workbook."""
        self._found += (((*place, "", f"{one.where}\0{one.code}"), one) for one in found)

    def note_path(self, *found: Finding) -> None:
        """Record findings of files and folders."""
        self._found += (((*_PATHS, one.where, one.code), one) for one in found)

    def note_reading(self, notices: Iterable[Finding], scans: Iterable[Scan]) -> None:
        """Record what the files of a folder showed beside findings."""
        self.notices += notices
        for scan in scans:
            self.scans.add(scan)

    @property
    def refused(self) -> bool:
        """Whether the inventory is infected, and the delivery is refused as a whole."""
        return self.inventory_scan.verdict is Verdict.INFECTED

    @property
    def blocking(self) -> bool:
        """Whether anything found is an error."""
        return any(one.severity is Severity.ERROR for _, one in self._found)

    def summary(self) -> dict[str, object]:
        """Return how much was delivered and how many findings of each severity there are."""
        counts = self.inventory.counts
        return {
            "dossiers": counts.get(Kind.DOSSIER, 0),
            "documents": counts.get(Kind.DOCUMENT, 0),
            "pictures": counts.get(Kind.PICTURE, 0),
            "recordings": counts.get(Kind.MEDIA, 0),
            "files": self.tree.files,
            "pages": self.pages,
            "viruses": self.scans.document(),
            "counts": count_by_severity(self.findings),
        }

    def close(self) -> None:
        """Give back the temporary file, and the memory of texts."""
        self.inventory.spool.close()
        values.forget()
        headers.forget()

    def __enter__(self) -> Delivery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
