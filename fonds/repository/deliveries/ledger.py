"""Keeping account of a delivery while it is checked or taken in: one line a dossier, whatever becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fonds.errors import FondsError
from fonds.metadata.model import fonds_code
from fonds.packaging.digest import hash_file
from fonds.repository.deliveries.record import (
    Handed,
    HandOver,
    Inventory,
    Outcome,
    PackageFile,
    Record,
    vendor_name,
)
from fonds.repository.intake.submission import Receipt, SubmittedDossier
from fonds.schemas.findings import Finding, Severity, count_by_severity
from fonds.schemas.modes import MODE_SECRET

MOST_FINDINGS = 20
"""Errors that are recorded of one dossier, and of all that belongs to none."""
_LONGEST_TITLE = 300
_REFUSED_AS_SECRET = "SECRET_ON_NETWORK"  # noqa: S105 - a code of a finding


class Ledger:
    """The account of one delivery. ``kind`` is ``ingest`` or ``check``."""

    def __init__(self, kind: str, hand_over: HandOver = HandOver()) -> None:  # noqa: B008 - a frozen value
        named = HandOver(vendor_name(hand_over.vendor), vendor_name(hand_over.person))
        self._record = Record(kind, datetime.now(UTC).isoformat(timespec="seconds"), hand_over=named)
        self._lines: list[Handed] = []
        self._told: set[tuple[str, str]] = set()

    def brought(self, inventory: Path) -> None:
        """Note the inventory as it came. Raises FondsError INVENTORY_UNREADABLE."""
        try:
            size, digest = hash_file(inventory.resolve())
        except OSError as error:
            reason = error.strerror or str(error)
            raise FondsError("INVENTORY_UNREADABLE", path=inventory, reason=reason) from error
        self._record = replace(self._record, inventory=Inventory(inventory.name, size, digest))

    def handed(self, receipts: Iterable[Receipt]) -> None:
        """Note the packages as they were handed over."""
        files = (PackageFile(one.name, max(one.size, 0), one.sha256) for one in receipts)
        self._record = replace(self._record, handed=tuple(files))

    def note(
        self, dossier: SubmittedDossier, outcome: Outcome, version: int = 0, findings: Sequence[Finding] = ()
    ) -> None:
        """Note what became of a dossier; ``findings`` are what kept it out."""
        self._told.update((found.where, found.code) for found in findings)
        mode = dossier.dossier.code("mode")
        secret = mode == MODE_SECRET or any(one.code == _REFUSED_AS_SECRET for one in (*findings, *dossier.findings))
        self._lines.append(
            Handed(
                dossier.code,
                outcome,
                fonds_code(dossier.fonds),
                "" if secret else dossier.dossier.text("title")[:_LONGEST_TITLE],
                MODE_SECRET if secret else mode,
                dossier.where,
                len(dossier.pages),
                len(dossier.files),
                sum(file.size for file in dossier.files),
                version,
                tuple(findings[:MOST_FINDINGS]),
                max(0, len(findings) - MOST_FINDINGS),
            )
        )

    def closed(self, findings: Sequence[Finding], *, job: int = 0, packages: bool = False) -> Record:
        """Return the whole account; ``findings`` are all of the delivery."""
        errors = (one for one in findings if one.severity is Severity.ERROR)
        elsewhere = [one for one in errors if (one.where, one.code) not in self._told]
        return replace(
            self._record,
            job=job,
            packages=packages,
            dossiers=tuple(self._lines),
            counts=count_by_severity(list(findings)),
            codes=dict(sorted(Counter(one.code for one in findings).items())),
            elsewhere=tuple(elsewhere[:MOST_FINDINGS]),
            elsewhere_more=max(0, len(elsewhere) - MOST_FINDINGS),
        )
