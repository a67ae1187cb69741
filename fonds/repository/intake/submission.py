"""What the quality gate hands to ingest: one submitted dossier with its files, pages, description and findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fonds.metadata.model import Description
from fonds.repository.ports.imaging import ImageFacts
from fonds.schemas.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One delivered file, read once by the gate and never changed.

    ``where`` is the NFC path from the delivered root, ``raw`` the name's bytes from the root as they are on disk,
    ``size`` bytes, ``modified`` nanoseconds since 1970. Stray files (Thumbs.db …) are only recorded as findings
    and never stand here. ``where`` is fit for XML: characters it cannot carry are escaped, ``raw`` has them.
    """

    path: Path
    where: str
    raw: bytes
    size: int
    sha256: str
    modified: int
    puid: str = ""
    format_name: str = ""
    format_version: str = ""
    mimetype: str = "application/octet-stream"
    facts: ImageFacts = field(default_factory=lambda: ImageFacts(""))
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SubmittedPage:
    """One page in reading order: index into ``files`` and the frame in that file, both from 0."""

    label: str
    file: int
    frame: int = 0
    width: int = 0
    height: int = 0
    dpi: float = 0.0
    blank: bool = False


@dataclass(frozen=True, slots=True)
class SubmittedItem:
    """A document or picture row with the indexes (from 0) of the pages it stands on."""

    description: Description
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmittedDossier:
    """One dossier of the inventory with what was found for it. ``where`` is its folder, '' when it has none."""

    code: str
    where: str
    fonds: Description
    dossier: Description
    series: Description | None = None
    items: tuple[SubmittedItem, ...] = ()
    files: tuple[SourceFile, ...] = ()
    pages: tuple[SubmittedPage, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def blocked(self) -> bool:
        """True when a finding of severity error belongs to this dossier: it is not ingested."""
        return any(found.severity is Severity.ERROR for found in self.findings)
