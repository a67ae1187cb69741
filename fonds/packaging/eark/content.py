"""What a package of the ``eark`` dialect holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from posixpath import basename

from fonds.metadata.mets import AIP_PROFILE, DIP_PROFILE, SIP_PROFILE, MetsAgent
from fonds.metadata.model import Agent, DossierRecord, Event, FileRecord, Page
from fonds.metadata.premis import Rights

FIRST = "rep1"
"""The name of the first representation of a dossier."""
DESCRIPTIVE = "metadata/descriptive"
PREMIS_FILE = "metadata/preservation/premis.xml"
EAD3_FILE = f"{DESCRIPTIVE}/ead3.xml"
REQUEST_FILE = f"{DESCRIPTIVE}/request.xml"
README_FILE = "documentation/README.txt"
SCHEMA_FILE = "schemas/simpledc.xsd"


class PackageType(StrEnum):
    """``csip:OAISPACKAGETYPE`` (CSIP9, SIP4, AIPM3, DIP3)."""

    SIP = "SIP"
    AIP = "AIP"
    DIP = "DIP"

    @property
    def profile(self) -> str:
        """``mets/@PROFILE`` (CSIP6, SIP2, AIPM2, DIP2)."""
        return {"SIP": SIP_PROFILE, "AIP": AIP_PROFILE, "DIP": DIP_PROFILE}[self.value]


def folder(name: str) -> str:
    """Return the folder of a representation in its package."""
    return f"representations/{name}"


def data_folder(name: str) -> str:
    """Return where the files of a representation lie in its package."""
    return f"{folder(name)}/data"


def superseded_path(version: int, path: str) -> str:
    """Return where the description ``path`` of an older version is kept in the versions after it."""
    return f"{DESCRIPTIVE}/superseded/v{version}/{basename(path)}"


@dataclass(frozen=True, slots=True)
class Representation:
    """One form of the dossier: its files, which lie in the package already, and the order of its pages.

    ``name`` is its folder below ``representations/``. ``files`` have paths from the package root and are gone through
    several times. ``events`` concern the files.
    """

    name: str
    files: Collection[FileRecord]
    pages: Sequence[Page] = ()
    events: Sequence[Event] = ()

    @property
    def folder(self) -> str:
        """The folder of the representation, seen from the package root."""
        return folder(self.name)


@dataclass(frozen=True, slots=True)
class PackageContent:
    """All that a package says and holds; its payload, documentation and superseded files lie in the folder already.

    ``record`` is the description; its id becomes the OBJID and its pages are those of the first of ``representations``,
    the one that readers see. ``events`` concern the package. ``created`` is when the package was first made and
    ``modified`` when this version of it was, both ISO 8601 with a zone. ``software`` is name and version, ``header``
    are further agents of the METS header, ``alternatives`` other identifiers (altRecordID: TYPE, value).
    ``documentation`` are files below ``documentation/``. ``superseded`` are metadata files of older versions, kept
    below ``metadata/descriptive/superseded/`` (dmdSec STATUS). ``described`` names the digests of metadata files that
    lie in the folder already and are not written again, because the description is the same as before.
    ``request`` is the reader's request that a DIP answers, as (field, text). ``parent`` is the OBJID of the package
    that this one belongs to: the fonds.
    """

    type: PackageType
    record: DossierRecord
    representations: Sequence[Representation]
    events: Sequence[Event]
    agents: Sequence[Agent]
    rights: Sequence[Rights]
    created: str
    modified: str
    software: tuple[str, str]
    header: Sequence[MetsAgent] = ()
    alternatives: Sequence[tuple[str, str]] = ()
    status: str = ""
    documentation: Collection[FileRecord] = ()
    superseded: Sequence[FileRecord] = ()
    described: Mapping[str, FileRecord] = field(default_factory=dict)
    request: Sequence[tuple[str, str]] = ()
    parent: str = ""
