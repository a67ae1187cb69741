"""What the authentication sheet of a DIP says (Thông tư 05/2025/TT-BNV, Article 42, by our reading of it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fonds.metadata.citation import document_number
from fonds.metadata.model import DossierRecord, Item, Kind
from fonds.metadata.simpledc import archive_code
from fonds.metadata.tt05 import PackageKind, document_fields
from fonds.metadata.tt05.request import Recipient, RequestSlip
from fonds.packaging.dip.code import make_code

TYPE_LISTS = {Kind.DOCUMENT: "typeName", Kind.PICTURE: "typePic", Kind.MEDIA: "typeMedia"}
"""The code list of the type of a document, picture or recording. A dossier has none."""

_TITLES = ("subject", "imageTitle", "movieTitle", "eventName")


@dataclass(frozen=True, slots=True)
class DeliveredDocument:
    """One thing that the reader gets: a document, picture or recording, or a whole dossier of which none is described.

    ``arc_doc_code`` is Mã lưu trữ tài liệu, ``number`` Số, ký hiệu, ``type`` Tên loại (a code of its list, or the words
    of the description where the list has no code for them) and ``title`` Trích yếu nội dung.
    """

    kind: Kind
    arc_doc_code: str
    number: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class AuthenticationSheet:
    """The 11 data of the sheet, and its letterhead.

    1. ``code``: Mã xác thực, made from all the others and ``objid``, the OBJID of the package.
    2. ``archive``: Tên cơ quan lưu trữ.
    3. ``recipient``: Tổ chức, cá nhân được cung cấp, số định danh.
    4. to 7. ``documents``, at least one: Mã lưu trữ tài liệu; Số, ký hiệu; Tên loại; Trích yếu nội dung.
    8. ``purpose``, a code of the list of that name, and ``purpose_content``: Mục đích sử dụng.
    9. ``issued``: Ngày, tháng, năm xác thực.
    10. ``term_days``: Thời hạn sử dụng, days after ``issued``; None without limit.
    11. ``copies``: Số lượng bản.

    ``place`` is where it is issued; ``parent`` is the body above the archive and ``number`` the sheet's own number, ''
    for none.
    """

    objid: str
    archive: str
    recipient: Recipient
    documents: tuple[DeliveredDocument, ...]
    purpose: str
    purpose_content: str
    issued: date
    term_days: int | None
    copies: int
    place: str
    parent: str = ""
    number: str = ""

    def __post_init__(self) -> None:
        if not self.documents:
            raise ValueError("an authentication sheet is about at least one document")

    @property
    def code(self) -> str:
        """The authentication code; see ``packaging.dip.code`` for what it shows and what not."""
        documents = [(one.kind.value, one.arc_doc_code, one.number, one.type, one.title) for one in self.documents]
        issued = (self.parent, self.archive, self.number, self.place, self.issued.isoformat())
        purpose = (self.purpose, self.purpose_content)
        given = (self.recipient.name, self.recipient.id, *purpose, self.term_days, self.copies)
        return make_code((self.objid, issued, given, documents))

    @property
    def until(self) -> date | None:
        """The last day of the term."""
        return None if self.term_days is None else self.issued + timedelta(days=self.term_days)


def make_sheet(
    slip: RequestSlip,
    documents: Sequence[DeliveredDocument],
    *,
    objid: str,
    archive: str,
    issued: date,
    parent: str = "",
    number: str = "",
) -> AuthenticationSheet:
    """Return the sheet that answers a request. Raises ValueError when no document is delivered."""
    return AuthenticationSheet(
        objid, archive, slip.recipient, tuple(documents), slip.request.purpose, slip.request.purpose_content,
        issued, slip.term_days, slip.copies, slip.place, parent, number,
    )  # fmt: skip


def delivered_documents(record: DossierRecord) -> tuple[DeliveredDocument, ...]:
    """Return what a DIP of this record delivers, as its own metadata files say; the dossier where it has no items."""
    if record.items:
        return tuple(_delivered(record, place, item) for place, item in enumerate(record.items))
    dossier = record.dossier
    return (
        DeliveredDocument(Kind.DOSSIER, archive_code(record), dossier.text("fileNotation"), "", dossier.text("title")),
    )


def _delivered(record: DossierRecord, place: int, item: Item) -> DeliveredDocument:
    known, described = dict(document_fields(PackageKind.DIP, record, place)), item.description
    kind = described.kind
    key = TYPE_LISTS[kind]
    return DeliveredDocument(
        kind,
        known["arcDocCode"],
        document_number(described) or described.text("archivesNumber"),
        described.code(key) or described.text(key) or known[key],
        next((described.text(key) for key in _TITLES if described.text(key)), ""),
    )
