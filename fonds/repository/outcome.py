"""What an ingest comes to, and how far it is: what its caller is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fonds.packaging.eark import Changes
from fonds.repository.intake.scans import ScanCount
from fonds.repository.ports.catalogue import Aip
from fonds.repository.underway import Step
from fonds.schemas.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Ingested:
    """A dossier that is in the store: its package and what it holds."""

    id: str
    objid: str
    code: str
    version: int
    files: int
    pages: int
    bytes: int

    @classmethod
    def of(cls, aip: Aip) -> Ingested:
        """Return what is to be told of a package."""
        return cls(aip.objid, aip.objid, aip.code, aip.version, aip.files, aip.pages, aip.bytes)


@dataclass(frozen=True, slots=True)
class Updated:
    """A dossier that was held and has a new version: its package, and what is other than before."""

    package: Ingested
    changes: Changes


@dataclass(frozen=True, slots=True)
class Blocked:
    """A dossier that was left out, with the findings that say why."""

    code: str
    where: str
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dossier whose package lies in the first store and in too few copies: it does not count as stored yet.

    ``have`` counts its verified copies, ``why`` says by copy what stood in the way (an error code).
    """

    code: str
    version: int
    have: int
    required: int
    why: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest is: dossiers, files, bytes and pages done, files in all (0: not known).

    ``step`` is what a package is going through (``hashing``, ``unpacking``, ``checking``, ``reading``,
    ``storing``).
    """

    dossiers: int
    files: int
    total_files: int
    bytes: int
    pages: int = 0
    step: Step | None = None

    @property
    def stage(self) -> str:
        """The name of the step, '' between steps."""
        return self.step.name if self.step else ""


@dataclass(slots=True)
class IngestResult:
    """What became of a delivery; ``packages``: of packages, and not of a folder with its inventory.

    ``delivery`` is the number under which it stands in the register and in the audit log.
    """

    job: int
    source: Path
    packages: bool = False
    ingested: list[Ingested] = field(default_factory=list)
    updated: list[Updated] = field(default_factory=list)
    unchanged: list[Ingested] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    findings: Sequence[Finding] = ()
    delivery: int = 0
    scans: ScanCount = field(default_factory=ScanCount)
    index_error: str = ""
    fonds_error: str = ""

    @property
    def errors(self) -> int:
        """Count the error findings of the whole delivery."""
        return sum(found.severity is Severity.ERROR for found in self.findings)

    @property
    def elsewhere(self) -> list[Finding]:
        """Return the error findings that belong to no dossier that was left out."""
        told = {(found.where, found.code) for blocked in self.blocked for found in blocked.findings}
        errors = (found for found in self.findings if found.severity is Severity.ERROR)
        return [found for found in errors if (found.where, found.code) not in told]

    @property
    def notices(self) -> int:
        """Count the warnings and notices of the whole delivery."""
        return len(self.findings) - self.errors
