"""What the quality gate hands to ingest: one submitted dossier with its files, pages, description and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fonds.metadata.mets import MetsAgent
from fonds.metadata.model import Agent, Description, Event, FileRecord
from fonds.repository.ports.imaging import ImageFacts
from fonds.repository.ports.pdfs import PdfSignature
from fonds.repository.ports.scanner import Scan
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
    scan: Scan = field(default_factory=Scan)
    signatures: tuple[PdfSignature, ...] = ()


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
class SubmittedRepresentation:
    """One form of a dossier that came as a package: ``count`` of its files, from ``first`` on, and their pages.

    ``events`` are what the submission says was done to these files.
    """

    first: int
    count: int
    pages: tuple[SubmittedPage, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was handed over, as it came: the name of the folder or file; of a file its size in bytes and its SHA-256."""

    name: str
    size: int = -1
    sha256: str = ""

    @property
    def packed(self) -> bool:
        """Whether it came as one file, a zip or a tar."""
        return self.size >= 0


@dataclass(frozen=True, slots=True)
class Received:
    """What is known of a dossier because it came in a package or a bag, and not as a mere folder.

    ``kind`` is what ``fonds validate`` calls it and ``objid`` what it calls itself. ``kept`` are the files of the
    submission that are no payload: they go into the package as they are; ``left`` those that several dossiers share and
    that are too large for that. ``base`` is the path, byte for byte, of the folder that the names of the dossier's
    files count from, seen from the top of the submission; those of ``kept`` count from the top. ``stated`` is what the
    submission says of its files, by ``SourceFile.where``: older names and times. ``names`` are what the files are
    called in the signature. ``judged`` is what was found wrong with the package itself. The objects of events are paths
    of the submission (``where``), or representations of the package to be.
    """

    kind: str
    objid: str
    receipt: Receipt
    base: bytes = b""
    kept: tuple[SourceFile, ...] = ()
    left: tuple[SourceFile, ...] = ()
    representations: tuple[SubmittedRepresentation, ...] = ()
    stated: Mapping[str, FileRecord] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    agents: tuple[Agent, ...] = ()
    header: tuple[MetsAgent, ...] = ()
    alternatives: tuple[tuple[str, str], ...] = ()
    judged: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmittedDossier:
    """One dossier of the inventory with what was found for it. ``where`` is its folder, '' when it has none.

    ``received`` is there when it came in a package or a bag; ``files`` are those of all its representations then, and
    ``pages`` those of the first. ``notices`` are no findings (``Delivery.notices``).
    """

    code: str
    where: str
    fonds: Description
    dossier: Description
    series: Description | None = None
    items: tuple[SubmittedItem, ...] = ()
    files: tuple[SourceFile, ...] = ()
    pages: tuple[SubmittedPage, ...] = ()
    findings: tuple[Finding, ...] = ()
    received: Received | None = None
    notices: tuple[Finding, ...] = ()

    @property
    def blocked(self) -> bool:
        """True when a finding of severity error belongs to this dossier: it is not ingested."""
        return any(found.severity is Severity.ERROR for found in self.findings)
