"""The description model: what is known of a fonds, series, dossier, document or picture, and of the pages.

Every field of Thông tư 05/2025/TT-BNV has its key from ``schemas/vocabulary/fields.json``; a value keeps what was
written beside what is used, and columns that no field answers to are kept word for word in ``extra``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fonds.schemas.modes import MODE_CONDITIONAL


class Kind(StrEnum):
    """What a description is of; names the field list in the vocabulary."""

    FONDS = "fonds"
    SERIES = "series"
    DOSSIER = "dossier"
    DOCUMENT = "document"
    PICTURE = "picture"
    MEDIA = "media"


LEVELS: Mapping[Kind, str] = {
    Kind.FONDS: "fonds",
    Kind.SERIES: "series",
    Kind.DOSSIER: "file",
    Kind.DOCUMENT: "item",
    Kind.PICTURE: "item",
    Kind.MEDIA: "item",
}
"""ISAD(G) 3.1.4 level of each kind."""


@dataclass(frozen=True, slots=True)
class Value:
    """One field's value.

    ``text`` is NFC, repaired and trimmed: what is shown and searched. ``written`` is the cell as delivered and is
    empty when it is the same as ``text``. ``code`` is the vocabulary code, empty when there is no list or no match.
    """

    text: str
    written: str = ""
    code: str = ""

    @property
    def verbatim(self) -> str:
        """What stood in the delivered cell."""
        return self.written or self.text


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of one thing. ``values`` by field key, ``extra`` by the header as written."""

    kind: Kind
    values: Mapping[str, Value] = field(default_factory=dict)
    extra: tuple[tuple[str, str], ...] = ()

    def text(self, key: str) -> str:
        """Return the text of a field, '' when it is not there."""
        value = self.values.get(key)
        return value.text if value else ""

    def code(self, key: str) -> str:
        """Return the vocabulary code of a field, '' when there is none."""
        value = self.values.get(key)
        return value.code if value else ""


def filled(held: Description, told: Description) -> Description:
    """Return what is held with what it lacks from what is told elsewhere; what is said already stays."""
    more = {key: value for key, value in told.values.items() if value.text and not held.text(key)}
    known = {header for header, text in held.extra if text}
    extra = tuple(one for one in told.extra if one[1] and one[0] not in known)
    if not more and not extra:
        return held
    return Description(held.kind, {**held.values, **more}, held.extra + extra)


def differing(held: Description, told: Description) -> list[str]:
    """Return the keys of the fields that both fill in, and not with the same text."""
    texts = ((key, held.text(key), value.text) for key, value in told.values.items())
    return [key for key, ours, theirs in texts if ours and theirs and ours != theirs]


@dataclass(frozen=True, slots=True)
class Page:
    """One page image of a dossier.

    ``sequence`` counts from 1 in reading order, ``label`` is the sheet as people cite it ("2a"), ``path`` the file in
    the package (``representations/rep1/data/0001.tif``) and ``frame`` the page inside that file, from 0.
    ``width`` and ``height`` are pixels as the page is read, upright (0: cannot be decoded here); ``dpi`` 0 is unknown.
    """

    sequence: int
    label: str
    path: str
    frame: int = 0
    width: int = 0
    height: int = 0
    dpi: float = 0.0
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A document or picture inside a dossier and the pages (by ``sequence``) on which it stands."""

    id: str
    description: Description
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierRecord:
    """Everything described of one dossier, with the fonds and series it belongs to: the content of its EAD3."""

    id: str
    fonds: Description
    dossier: Description
    series: Description | None = None
    items: tuple[Item, ...] = ()
    pages: tuple[Page, ...] = ()

    @property
    def fonds_code(self) -> str:
        """The code under which the fonds is kept: code of the archive and code of the fonds, joined by a dot."""
        return fonds_code(self.fonds)

    @property
    def code(self) -> str:
        """The dossier's code (mã hồ sơ)."""
        return self.dossier.text("fileCode")

    @property
    def mode(self) -> str:
        """Access mode 01, 02 or 03; what is not stated is treated as conditional (deny by default)."""
        return self.dossier.code("mode") or MODE_CONDITIONAL


@dataclass(frozen=True, slots=True)
class DescribedUnit:
    """One unit of a fonds and its place in it; a sequence of them, each after its parent, is a whole fonds.

    ``parent`` is the id of the unit above, '' for the fonds. ``package`` is the OBJID of the package that holds a
    dossier, '' for one that is described and not digitised, and for every other level.
    """

    id: str
    parent: str
    description: Description
    package: str = ""


def fonds_code(fonds: Description) -> str:
    """Return ``H99.12.P01`` for archive H99.12 and fonds P01; a code that already holds the archive stays."""
    archive, code = fonds.text("archiveCode"), fonds.text("fondsCode")
    if not archive or code.startswith(archive + "."):
        return code
    return f"{archive}.{code}"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file of a package as METS and PREMIS record it.

    ``path`` is relative to the package root, ASCII, with '/'. ``size`` is bytes. ``original_name`` is the NFC path in
    the delivery; ``original_raw`` the percent-encoded bytes of the name where they differ from its NFC form.
    ``puid`` is the PRONOM id ("fmt/353"), '' when unknown. ``created`` is ISO 8601 with a zone. ``received_as`` is the
    percent-encoded path in the submission where ``original_name`` is an older name than that.
    """

    path: str
    size: int
    sha256: str
    mimetype: str
    created: str
    puid: str = ""
    format_name: str = ""
    format_version: str = ""
    original_name: str = ""
    original_raw: str = ""
    received_as: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who acted: ``type`` is ``software`` | ``person`` | ``organization`` (PREMIS 3 agentType)."""

    id: str
    name: str
    type: str
    version: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened (PREMIS 3 event). ``type`` is a term of the Library of Congress eventType vocabulary.

    ``objects`` are file paths of the package; empty means the package as a whole. ``outcome`` is ``success``,
    ``warning`` or ``failure``. ``roles`` says, where it is known, what each of the objects was to the event
    (linkingObjectRole: ``source`` or ``outcome``), in their order.
    """

    id: str
    type: str
    when: str
    outcome: str
    agents: tuple[str, ...]
    detail: str = ""
    outcome_note: str = ""
    objects: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
