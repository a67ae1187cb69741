"""What a PREMIS file says.

Identifiers are of type ``local``: a file is named by its path in the package, the package by its OBJID, a
representation by its folder. Terms that repeat carry no authority URIs: on every page they would cost more than
the facts. One event that concerns many files is written once and names them; an event that names none concerns
the object of the document as a whole.

Of a file: fixity, size and format have their PREMIS elements; the MIME type is a ``formatNote``; the time of
making is ``dateCreatedByApplication``; the name in the delivery is ``originalName`` (NFC) and, where the bytes of
that name were not its NFC form, ``significantProperties`` of type ``original name, percent-encoded bytes`` holds
them; those of type ``path in the submission, percent-encoded bytes`` say under which name it came here, where it had
been renamed before. A format without a name is called ``unknown``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fonds.metadata.model import Agent, Event, FileRecord

PREMIS = "http://www.loc.gov/premis/v3"
LOCAL = "local"
RAW_NAME = "original name, percent-encoded bytes"
RECEIVED_NAME = "path in the submission, percent-encoded bytes"
UNKNOWN = "unknown"
LAW = "Luật Lưu trữ số 33/2024/QH15; Thông tư số 05/2025/TT-BNV"


class PremisKind(StrEnum):
    """What the main object of a document is; the value is the PREMIS 3 object category."""

    PACKAGE = "intellectualEntity"
    REPRESENTATION = "representation"


@dataclass(frozen=True, slots=True)
class Rights:
    """The access mode as a PREMIS rights statement: act ``disseminate``, basis ``statute``, restriction = mode.

    ``mode`` is the code of the circular (01, 02, 03), ``label`` its words. ``start`` and ``end`` are EDTF and
    bound the restriction; '' when it is not bounded.
    """

    id: str
    mode: str
    label: str = ""
    citation: str = LAW
    start: str = ""
    end: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Premis:
    """The content of one PREMIS file.

    ``id`` names the main object: the OBJID of the package, or ``representations/rep1``. ``related`` are the
    representations of a package, or the one package that a representation represents. ``files`` is read once,
    while writing; a document that was read holds a tuple. ``others`` are packages that events name as their source:
    they are written as objects without more, so that no link leads nowhere, and not read back.
    """

    id: str
    kind: PremisKind
    related: Sequence[str] = ()
    files: Iterable[FileRecord] = ()
    events: Sequence[Event] = ()
    agents: Sequence[Agent] = ()
    rights: Sequence[Rights] = ()
    others: Sequence[str] = ()
