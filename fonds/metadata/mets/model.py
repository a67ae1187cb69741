"""What a METS file says, for writing (our own packages, strict) and for reading (anybody's, tolerant).

All paths are relative to the package root, as in ``FileRecord``; ``base`` is the folder in which the METS
file lies ("" for the root, "representations/rep1" for a representation), because hrefs are relative to
that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from posixpath import basename

from fonds.metadata.model import FileRecord, Page

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
MIX = "http://www.loc.gov/mix/v20"

AIP_PROFILE = "https://earkdip.dilcis.eu/profile/E-ARK-AIP-v2-2-0.xml"
"""``mets/@PROFILE`` of an AIP, letter for letter as requirement AIPM2 prints it (with "earkdip")."""
SIP_PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
"""``mets/@PROFILE`` of a SIP (SIP2), without a version: SIP2 of 2.2 prints one, receivers may know another."""
DIP_PROFILE = "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml"
"""``mets/@PROFILE`` of a DIP (DIP2)."""
TYPE_TEXT = "Textual works – Digital"
"""``mets/@TYPE`` of scanned papers: a term of the CSIP vocabulary, with its EN DASH (CSIP2)."""
TYPE_COLLECTION = "Collection"
"""``mets/@TYPE`` of a package whose content is other packages: the fonds."""
CONTENT_TYPE = "Archival dossier"

CURRENT = "CURRENT"
SUPERSEDED = "SUPERSEDED"


class Section(StrEnum):
    """Where in METS a metadata file is referenced; the value is the name of the element."""

    DESCRIPTIVE = "dmdSec"
    TECHNICAL = "techMD"
    RIGHTS = "rightsMD"
    SOURCE = "sourceMD"
    PROVENANCE = "digiprovMD"


@dataclass(frozen=True, slots=True)
class MetadataRef:
    """One metadata file of the package (CSIP17 to CSIP57).

    ``type`` is a term of METS (EAD, DC, PREMIS, OTHER), ``other_type`` says what OTHER is, ``version``
    the version of that format. ``status`` is ``CURRENT`` or ``SUPERSEDED``; superseded files are kept and
    no longer pointed to.
    """

    file: FileRecord
    type: str
    section: Section = Section.DESCRIPTIVE
    other_type: str = ""
    version: str = ""
    status: str = CURRENT


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files of one use: Documentation, Schemas, Representations/rep1 or, in a representation, Data.

    ``files`` is read once, while the group is written; a group without files is not written (CSIP66).
    """

    use: str
    files: Iterable[FileRecord]


@dataclass(frozen=True, slots=True)
class MetsAgent:
    """A person, an organization or a program of the header; terms as in METS (ROLE, TYPE, OTHERTYPE)."""

    role: str
    type: str
    name: str
    other_type: str = ""
    note: str = ""
    note_type: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Another package, by its OBJID; ``label`` says which one that is to a person: the code of the dossier."""

    objid: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class MetsPackage:
    """All that is written in one METS file.

    ``objid`` is the folder name of the package or of the representation (CSIP1, AIPM1: it never changes).
    ``created`` and ``modified`` are ISO 8601 with a zone. ``software`` is the program's name and version
    (CSIP10 to CSIP16). ``alternatives`` are altRecordID (TYPE, value), ``status`` is RECORDSTATUS (SIP3). ``pages``
    become the logical structMap. ``parent`` is the OBJID of the package above, ``children`` are the packages below,
    in order and read once: each becomes a pointer in a structMap of its own (E-ARK AIP 2.2, segmented AIPs).
    """

    objid: str
    created: str
    software: tuple[str, str]
    metadata: Sequence[MetadataRef] = ()
    groups: Sequence[FileGroup] = ()
    pages: Sequence[Page] = ()
    base: str = ""
    type: str = TYPE_TEXT
    content_type: str = CONTENT_TYPE
    profile: str = AIP_PROFILE
    package_type: str = "AIP"
    label: str = ""
    modified: str = ""
    agents: Sequence[MetsAgent] = ()
    alternatives: Sequence[tuple[str, str]] = ()
    status: str = ""
    parent: str = ""
    children: Iterable[Related] = ()


@dataclass(frozen=True, slots=True)
class MetsFile:
    """A file as a METS document names it, also a faulty one: what is missing is None or ''.

    ``href`` is as written, ``path`` decoded and relative to the package root; ``use`` is that of its group.
    """

    id: str
    use: str
    href: str
    path: str
    size: int | None
    checksum: str
    checksum_type: str
    mimetype: str
    created: str

    def record(self) -> FileRecord:
        """Return the record. Raises ValueError when the size or the SHA-256 is not stated."""
        if self.size is None or self.checksum_type != "SHA-256" or not self.checksum:
            raise ValueError(f"no size or SHA-256 for {self.path}")
        return FileRecord(self.path, self.size, self.checksum.lower(), self.mimetype, self.created)


@dataclass(frozen=True, slots=True)
class MetadataEntry:
    """A metadata section that was read; ``file`` is None when it holds its metadata itself (mdWrap)."""

    id: str
    section: Section
    type: str
    other_type: str
    version: str
    status: str
    file: MetsFile | None


@dataclass(frozen=True, slots=True)
class MetsDocument:
    """A METS file that was read.

    ``representations`` are (label, path of its METS) from the structMap; ``parent`` is the OBJID of the package above,
    ``children`` the packages below, where there are any.
    """

    objid: str
    type: str
    profile: str
    package_type: str
    label: str
    created: str
    modified: str
    content_type: str
    agents: tuple[MetsAgent, ...]
    alternatives: tuple[tuple[str, str], ...]
    metadata: tuple[MetadataEntry, ...]
    files: tuple[MetsFile, ...]
    representations: tuple[tuple[str, str], ...]
    pages: tuple[Page, ...]
    status: str = ""
    parent: str = ""
    children: tuple[Related, ...] = ()


_KNOWN = {
    "ead3.xml": ("EAD", "", "3", Section.DESCRIPTIVE),
    "dc.xml": ("DC", "", "1.1", Section.DESCRIPTIVE),
    "simpledc.xml": ("OTHER", "TT05-2025-SIMPLEDC", "", Section.DESCRIPTIVE),
    "request.xml": ("OTHER", "TT05-2025-REQUEST", "", Section.DESCRIPTIVE),
    "premis.xml": ("PREMIS", "", "3.0", Section.PROVENANCE),
    "premis-rights.xml": ("PREMIS", "", "3.0", Section.RIGHTS),
}


def metadata_ref(file: FileRecord, status: str = CURRENT) -> MetadataRef:
    """Return the reference for a metadata file that we write, by its name (``ead3.xml``, ``premis.xml`` ...).

    Raises KeyError for a name that is not ours; such a file needs its own ``MetadataRef``.
    """
    kind, other, version, section = _KNOWN[basename(file.path)]
    return MetadataRef(file, kind, section, other, version, status)
