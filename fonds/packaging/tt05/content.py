"""What goes into a package of the dialect, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fonds.metadata.model import Agent, DossierRecord, Event, FileRecord, Page
from fonds.metadata.premis import Rights
from fonds.metadata.tt05.model import PackageKind, ReaderRequest


@dataclass(frozen=True, slots=True)
class Payload:
    """One file of ``data/``: what is known of it (``path`` below ``representations/rep1/data/``), and where it lies."""

    record: FileRecord
    source: Path


@dataclass(frozen=True, slots=True)
class Further:
    """A representation after the first: its name, files, which lie below ``representations/<name>/data/``, and pages.

    The circular knows one representation; the others stand beside it in the same form.
    """

    name: str
    payload: Sequence[Payload]
    pages: Sequence[Page] = ()
    events: Sequence[Event] = ()

    @property
    def folder(self) -> str:
        """Its folder in the package."""
        return f"representations/{self.name}"


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What a package says about itself besides the record.

    ``created`` is ISO 8601 with a zone and ``software`` name and version. ``organization`` hands over; ``agreement``
    is the registration of the hand-over (the code of the dossier when it is ''); ``status`` a RECORDSTATUS.
    ``source`` is the OBJID of the package this one is made from: an AIP then says so in an event. ``request`` is what
    EAD.xml of a DIP describes. ``kept`` are further files by their path in the package: what came with a package of
    somebody else, or the authentication sheet of a DIP (``documentation/…``); ``details`` is what is known of them.
    ``further`` are the representations after the first. ``alternatives`` are altRecordID (TYPE, value) beside the
    agreement. ``schemas`` puts the XML schemas in, which the circular asks for and which cost about 150 KB.
    """

    created: str
    software: tuple[str, str]
    organization: str = ""
    agreement: str = ""
    status: str = "NEW"
    source: str = ""
    events: Sequence[Event] = ()
    file_events: Sequence[Event] = ()
    agents: Sequence[Agent] = ()
    rights: Sequence[Rights] = ()
    request: ReaderRequest | None = None
    kept: Mapping[str, Path] = field(default_factory=dict)
    details: Sequence[FileRecord] = ()
    further: Sequence[Further] = ()
    alternatives: Sequence[tuple[str, str]] = ()
    schemas: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """A package to be written."""

    kind: PackageKind
    objid: str
    fonds: str
    record: DossierRecord
    payload: Sequence[Payload]
    facts: PackageFacts


@dataclass(frozen=True, slots=True)
class WrittenPackage:
    """A package that was written: its folder, what it is, and how many files and bytes it holds."""

    folder: Path
    kind: PackageKind
    objid: str
    files: int
    bytes: int
