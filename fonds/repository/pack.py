"""Packing at the producer's: dossiers that pass the gate become SIPs in a folder, each whole or not at all.

No repository is needed. The OBJID of a SIP comes from the codes of fonds and dossier, so that packing again finds what
is there; METS keeps the signature of the submission (altRecordID), by which the same content is told from another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fonds.packaging.outgoing import prepare_folder, put_out
from fonds.packaging.standing import PackagesFolder, find_standing
from fonds.repository.intake.gate import Gate
from fonds.repository.intake.submission import SubmittedDossier
from fonds.repository.outcome import Blocked, IngestProgress
from fonds.repository.sip import OtherPackageError, Packed, PackOrder, Sip
from fonds.repository.submitted import SourceChangedError
from fonds.schemas.findings import Finding, Severity, finding


@dataclass(slots=True)
class PackResult:
    """What became of a delivery: packages, dossiers that were left out, and all that was found."""

    source: Path
    packages: list[Packed] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    findings: Sequence[Finding] = ()

    @property
    def elsewhere(self) -> list[Finding]:
        """Return the error findings that belong to no dossier that was left out."""
        told = {(found.where, found.code) for blocked in self.blocked for found in blocked.findings}
        errors = (found for found in self.findings if found.severity is Severity.ERROR)
        return [found for found in errors if (found.where, found.code) not in told]

    @property
    def notices(self) -> int:
        """Count the warnings and notices of the whole delivery."""
        return sum(found.severity is not Severity.ERROR for found in self.findings)


def pack(
    gate: Gate,
    source: Path,
    order: PackOrder,
    *,
    agent: str,
    inventory: Path | None = None,
    mapping: Path | None = None,
    progress: Callable[[IngestProgress], None] = lambda _: None,
) -> PackResult:
    """Make a SIP of every dossier of a delivery, which is only read.

    Dossiers with an error are left out and reported; what is packed already with the same content is left as it is, and
    never overwritten. Raises the errors of ``Gate.open``, of ``prepare_folder`` and of ``put_out``; what was finished
    before stays.
    """
    result = PackResult(source)
    with gate.open(source, inventory, mapping) as delivery:
        place = prepare_folder(order.out, outside=delivery.source)
        work = _Work(place, order, agent, result)
        files = size = 0
        for count, dossier in enumerate(gate.check(delivery), 1):
            work.take(dossier)
            files, size = files + len(dossier.files), size + sum(file.size for file in dossier.files)
            progress(IngestProgress(count, files, delivery.tree.files, size))
        result.findings = [*delivery.findings, *work.own]
    return result


class _Work:
    """One delivery being packed."""

    def __init__(self, place: Path, order: PackOrder, agent: str, result: PackResult) -> None:
        self._order, self._agent, self._result = order, agent, result
        self._folder, self._packed = PackagesFolder(place, order.form, numbered=True), order.form.packed
        self.own: list[Finding] = []

    def take(self, dossier: SubmittedDossier) -> None:
        """Pack one checked dossier, or say why not."""
        if dossier.blocked:
            errors = [found for found in dossier.findings if found.severity is Severity.ERROR]
            self._result.blocked.append(Blocked(dossier.code, dossier.where, errors))
            return
        try:
            self._result.packages.append(self._pack(Sip(dossier, self._order, self._agent)))
        except SourceChangedError as error:
            self._refuse(dossier, finding("SOURCE_CHANGED", error.where, code=dossier.code))
        except OtherPackageError as error:
            found = finding("PACKAGE_TAKEN", dossier.where, code=dossier.code, path=error.path, reason=error.reason)
            self._refuse(dossier, found)

    def _refuse(self, dossier: SubmittedDossier, found: Finding) -> None:
        self.own.append(found)
        self._result.blocked.append(Blocked(dossier.code, dossier.where, [found]))

    def _pack(self, sip: Sip) -> Packed:
        target = self._folder.place(sip.folder)
        standing = find_standing(target, sip.folder)
        if standing is not None:
            sip.require_same(standing)
            return sip.unchanged(standing)
        try:
            return sip.made(put_out(target, sip.folder, sip.make, packed=self._packed, needed=sip.size))
        except BaseException:
            self._folder.forget(sip.folder)
            raise
