"""What the information packages of Thông tư 05/2025/TT-BNV are called and consist of, by our reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fonds.metadata.model import Kind

DESCRIPTIVE = "metadata/descriptive"
PRESERVATION = "metadata/preservation"
REPRESENTATION = "representations/rep1"
DATA = f"{REPRESENTATION}/data"
EAD_FILE = f"{DESCRIPTIVE}/EAD.xml"
PREMIS_FILE = f"{PRESERVATION}/PREMIS.xml"
EAD3_FILE = f"{DESCRIPTIVE}/fonds_ead3.xml"
"""Our own addition: the whole description, with everything the circular has no field for."""
RECORD_FILE = f"{DESCRIPTIVE}/fonds_record.xml"
"""Our own addition: the pages, and of every file what METS has no place for."""
SIP_PREMIS = "documentation/fonds_premis"
"""Our own addition to a SIP, which has no PREMIS by the circular: how the names of the files begin that hold it."""
FETCH = ".fetch.txt"
"""How the name of a linked document ends: it stands for a file that is in another package."""

RECORD_STATUS = ("NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "OTHER")
TRANSFER = "transfer"
"""The eventType that the circular fixes for digitisation."""
CREATION = "information package creation"
"""The eventType that the circular fixes for the making of an AIP out of a SIP."""

_CSIP = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
REP_PROFILE = _CSIP
"""``mets/@PROFILE`` of every representation."""


def representation_premis(name: str) -> str:
    """Return where the PREMIS of a representation is kept in the package."""
    return f"representations/{name}/{PRESERVATION}/PREMIS_{name}.xml"


REP_PREMIS_FILE = representation_premis("rep1")


class PackageKind(StrEnum):
    """The five packages of Annexes III, IV, I, II and V; the value is the circular's own name."""

    SIP_DOSSIER = "SIP_hoso"
    SIP_LOT = "SIP_tailieu"
    AIP_DOSSIER = "AIP_hoso"
    AIP_LOT = "AIP_tailieu"
    DIP = "DIP"

    @property
    def oais(self) -> str:
        """``csip:OAISPACKAGETYPE``."""
        return self.value.partition("_")[0]

    @property
    def profile(self) -> str:
        """``mets/@PROFILE`` of the package."""
        return PROFILES[self.oais]

    @property
    def type(self) -> str:
        """``mets/@TYPE``."""
        return TYPES[self]


PROFILES: Mapping[str, str] = {
    "SIP": _CSIP,
    "AIP": "http://www.ra.ee/METS/v01/IP.xml",
    "DIP": "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml",
}
TYPES: Mapping[PackageKind, str] = {
    PackageKind.SIP_DOSSIER: "Mixed",
    PackageKind.SIP_LOT: "Collection",
    PackageKind.AIP_DOSSIER: "Mixed",
    PackageKind.AIP_LOT: "Collection",
    PackageKind.DIP: "MIXED",
}
PREFIXES: Mapping[Kind, str] = {Kind.DOCUMENT: "doc", Kind.PICTURE: "pic", Kind.MEDIA: "media"}
"""The middle of the name of a document's metadata file, ``EAD_doc_….xml``."""


@dataclass(frozen=True, slots=True)
class ReaderRequest:
    """What EAD.xml of a DIP describes: the request of a reader (Annex V, 7 fields), not the records.

    ``date`` is DD/MM/YYYY; ``purpose`` and ``fee_class`` are codes of the lists ``purpose`` and ``feeObjectType``.
    ``extra`` are elements that the list does not know, word for word.
    """

    id: str
    date: str
    purpose: str
    purpose_content: str
    fee_class: str
    topic: str
    description: str = ""
    extra: tuple[tuple[str, str], ...] = ()


REQUEST_FIELDS: Mapping[str, str] = {
    "requestID": "id",
    "requestDate": "date",
    "purpose": "purpose",
    "purposeContent": "purpose_content",
    "feeObjectType": "fee_class",
    "researchTopic": "topic",
    "description": "description",
}
"""The key of the circular and the attribute of ``ReaderRequest``."""


@dataclass(frozen=True, slots=True)
class DocumentFiles:
    """A document of a package: its metadata file and the files in ``data/`` that are it, as paths in the package."""

    metadata: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """A ``name.ext.fetch.txt``: a document that is kept in another package of the same fonds.

    ``text`` is its content word for word. In an AIP it says: ``fonds``, ``uuid`` and ``source`` (where it is kept:
    fonds code, package, path), ``size`` in bytes, ``target`` (path here) and ``document``, its id; in a SIP only the
    id. What is not said is '' or None. Not to be confused with BagIt's fetch.txt.
    """

    path: str
    text: str
    document: str = ""
    fonds: str = ""
    uuid: str = ""
    source: str = ""
    target: str = ""
    size: int | None = None
