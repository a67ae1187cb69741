"""Authentication sheets that several tests use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdfium2

from fonds.metadata.model import Kind
from fonds.packaging.dip import AuthenticationSheet, DeliveredDocument, Recipient, write_sheet

OBJID = "uuid-8B170627-6785-4F66-B913-AE8FA3DE28A3"
LONG = (
    "Quyết định của Ủy ban nhân dân tỉnh về việc cấp Bằng Tổ quốc ghi công cho các liệt sĩ hi sinh trong kháng chiến "
    "chống Mỹ cứu nước thuộc các xã Cam Đường, Tả Phời và Hợp Thành, thị xã Cam Đường"
)
DOCUMENT = DeliveredDocument(Kind.DOCUMENT, "H41.01.H41.10.1975.12.0000003", "147/QĐ-UB", "02", LONG)
SHEET = AuthenticationSheet(
    objid=OBJID,
    archive="Trung tâm Lưu trữ lịch sử tỉnh Lào Cai",
    recipient=Recipient("Nguyễn Thị Lan", "010187001234"),
    documents=(DOCUMENT,),
    purpose="01",
    purpose_content="Làm chế độ cho thân nhân liệt sĩ",
    issued=date(2025, 2, 5),
    term_days=15,
    copies=2,
    place="Lào Cai",
    parent="Sở Nội vụ tỉnh Lào Cai",
    number="15/PXT-TTLTLS",
)


def many(count: int) -> AuthenticationSheet:
    """A sheet of so many documents, short and long titles in turn."""
    documents = tuple(
        DeliveredDocument(
            Kind.DOCUMENT,
            f"H41.01.H41.10.1975.12.{number:07}",
            f"{number}/QĐ-UB",
            f"{number % 32 + 1:02}",
            LONG if number % 5 == 0 else f"Giấy báo tử số {number}",
        )
        for number in range(1, count + 1)
    )
    return replace(SHEET, documents=documents)


def titled(*titles: str) -> AuthenticationSheet:
    """A sheet of documents with these titles."""
    return replace(SHEET, documents=tuple(replace(DOCUMENT, title=title) for title in titles))


def pdf_of(sheet: AuthenticationSheet, lang: str = "vi") -> bytes:
    """The sheet as it is written."""
    out = BytesIO()
    write_sheet(out, sheet, lang=lang)
    return out.getvalue()


def texts_of(pdf: bytes) -> Sequence[str]:
    """The text of each page, as another program copies it out, on one line."""
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
