"""The inventory is shown to the virus scanner before any parser opens it: a workbook is a zip of many formats."""

from __future__ import annotations

import os
from pathlib import Path

from fonds.errors import FondsError, RefusedError
from fonds.repository.intake.reading import scan_file
from fonds.repository.intake.walk import nfc_name
from fonds.repository.ports.scanner import Scan, Scanner, Verdict
from fonds.schemas.findings import Finding, finding


def scan_inventory(scanner: Scanner, workbook: Path) -> Scan:
    """Return what the scanner says of an inventory. Raises FondsError INVENTORY_UNREADABLE."""
    try:
        return scan_file(scanner, workbook.resolve()).scan
    except OSError as error:
        reason = error.strerror or str(error)
        raise FondsError("INVENTORY_UNREADABLE", path=workbook, reason=reason) from error


def infected(workbook: Path, scan: Scan) -> Finding:
    """Return the finding that blocks a whole delivery."""
    where = nfc_name(os.fsencode(workbook.name))
    return finding("INVENTORY_INFECTED", where, name=scan.detail, scanner=scan.scanner)


def require_clean(scanner: Scanner, workbook: Path) -> None:
    """Make sure that nothing was found in an inventory.

    Raises RefusedError INVENTORY_INFECTED, FondsError INVENTORY_UNREADABLE.
    """
    scan = scan_inventory(scanner, workbook)
    if scan.verdict is Verdict.INFECTED:
        raise RefusedError("INVENTORY_INFECTED", path=workbook.name, name=scan.detail, scanner=scan.scanner)
