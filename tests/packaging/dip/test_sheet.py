"""What the sheet says, and the code that stands for it."""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fonds.metadata.model import Description, DossierRecord, Item, Kind, Value
from fonds.metadata.tt05 import PackageKind, document_fields
from fonds.metadata.tt05.request import EXAMPLE, parse_request
from fonds.packaging.dip import Recipient, delivered_documents, make_sheet, same_code
from tests.metadata.samples import DOSSIER, FONDS, dossier
from tests.packaging.dip.sheets import DOCUMENT, OBJID, SHEET, many

CODE = "PTNR-2DXG-MV0G-JF1B"


def test_the_code_never_changes() -> None:
    assert SHEET.code == CODE, "a code that was given out must come out the same for ever"


def test_the_code_can_be_made_by_hand_from_what_docs_formats_says() -> None:
    document = ["document", DOCUMENT.arc_doc_code, "147/QĐ-UB", "02", DOCUMENT.title]
    issued = ["Sở Nội vụ tỉnh Lào Cai", SHEET.archive, "15/PXT-TTLTLS", "Lào Cai", "2025-02-05"]
    given = ["Nguyễn Thị Lan", "010187001234", "01", "Làm chế độ cho thân nhân liệt sĩ", 15, 2]
    written = json.dumps(
        ["fonds-sheet-1", [OBJID, issued, given, [document]]], ensure_ascii=False, separators=(",", ":")
    )
    letters = base64.b32encode(hashlib.sha256(written.encode()).digest()[:10]).decode()
    crockford = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert letters.translate(crockford) == CODE.replace("-", "")


@pytest.mark.parametrize(
    "change",
    [
        {"objid": OBJID.replace("8B", "8C")},
        {"archive": "Trung tâm Lưu trữ lịch sử tỉnh Yên Bái"},
        {"parent": ""},
        {"number": "16/PXT-TTLTLS"},
        {"place": "Yên Bái"},
        {"recipient": Recipient("Nguyễn Thị Lan", "010187001235")},
        {"recipient": Recipient("Nguyễn Thị Làn", "010187001234")},
        {"purpose": "02"},
        {"purpose_content": ""},
        {"issued": date(2025, 2, 6)},
        {"term_days": 16},
        {"term_days": None},
        {"copies": 3},
        {"documents": (DOCUMENT, DOCUMENT)},
        {"documents": (replace(DOCUMENT, arc_doc_code="x"),)},
        {"documents": (replace(DOCUMENT, number="x"),)},
        {"documents": (replace(DOCUMENT, type="x"),)},
        {"documents": (replace(DOCUMENT, title="x"),)},
        {"documents": (replace(DOCUMENT, kind=Kind.PICTURE),)},
    ],
    ids=str,
)
def test_every_change_gives_another_code(change: dict[str, Any]) -> None:
    assert replace(SHEET, **change).code != CODE


def test_words_cannot_move_from_one_field_into_the_next() -> None:
    one = replace(SHEET, recipient=Recipient("a", "b c"))
    assert one.code != replace(SHEET, recipient=Recipient("a b", "c")).code


def test_the_same_words_give_the_same_code_however_they_are_stored() -> None:
    apart = unicodedata.normalize("NFD", SHEET.archive).replace(" ", " \n\t")
    assert apart != SHEET.archive
    assert replace(SHEET, archive=apart).code == CODE


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), CODE.replace("-", ""), f" {CODE.replace('-', ' ')} "])
def test_a_code_is_recognised_as_people_type_it(typed: str) -> None:
    assert same_code(typed, CODE)


def test_letters_that_look_alike_are_read_alike_and_others_are_not() -> None:
    assert same_code("oil0-1111-0000-ABCD", "0110-1111-0000-ABCD")
    assert not same_code(CODE[:-1] + "S", CODE)
    assert not same_code("", CODE)


def test_a_sheet_is_about_something() -> None:
    with pytest.raises(ValueError, match="at least one document"):
        replace(SHEET, documents=())


def test_the_term_ends_so_many_days_later() -> None:
    assert SHEET.until == date(2025, 2, 20)
    assert replace(SHEET, term_days=None).until is None


def test_the_answer_to_a_request() -> None:
    slip = parse_request(EXAMPLE, "request.json")
    sheet = make_sheet(slip, many(2).documents, objid=OBJID, archive="Kho", issued=date(2025, 2, 5), number="1")
    assert (sheet.recipient, sheet.term_days, sheet.copies) == (Recipient("Nguyễn Thị Lan", "010187001234"), 15, 1)
    assert (sheet.purpose, sheet.purpose_content) == ("01", "Làm chế độ cho thân nhân liệt sĩ")
    assert (sheet.place, sheet.archive, sheet.parent, sheet.number) == ("Lào Cai", "Kho", "", "1")
    assert (len(sheet.documents), sheet.objid) == (2, OBJID)


def test_the_codes_on_the_sheet_are_those_in_the_package() -> None:
    record = dossier()
    written = [dict(document_fields(PackageKind.DIP, record, place)) for place in range(len(record.items))]
    assert [one.arc_doc_code for one in delivered_documents(record)] == [fields["arcDocCode"] for fields in written]
    assert written[0]["arcDocCode"] == "H99.12.1968.05.0000001"


def record_of(kind: Kind, **values: Value) -> DossierRecord:
    return DossierRecord("uuid-1", FONDS, DOSSIER, items=(Item("i", Description(kind, values)),))


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (
            Kind.DOCUMENT,
            {"typeName": Value("Công văn", code="22"), "codeNumber": Value("12"), "subject": Value("Về đê")},
            ("12", "22", "Về đê"),
        ),
        (
            Kind.DOCUMENT,
            {"typeName": Value("Giấy báo tử"), "codeNumber": Value("12"), "codeNotation": Value("BC-UB")},
            ("12/BC-UB", "Giấy báo tử", ""),
        ),
        (Kind.DOCUMENT, {"codeNotation": Value("/BC-UB")}, ("BC-UB", "", "")),
        (Kind.DOCUMENT, {"codeNumber": Value("12"), "codeNotation": Value("12/BC-UB")}, ("12/BC-UB", "", "")),
        (
            Kind.PICTURE,
            {"typePic": Value("Ảnh", code="02"), "archivesNumber": Value("A 7"), "imageTitle": Value("Cầu Cốc Lếu")},
            ("A 7", "02", "Cầu Cốc Lếu"),
        ),
        (
            Kind.MEDIA,
            {"typeMedia": Value("Video", code="02"), "eventName": Value("Lễ khởi công")},
            ("", "02", "Lễ khởi công"),
        ),
    ],
)
def test_what_is_said_of_a_document(kind: Kind, values: dict[str, Value], expected: tuple[str, str, str]) -> None:
    (one,) = delivered_documents(record_of(kind, **values))
    assert (one.kind, (one.number, one.type, one.title)) == (kind, expected)


def test_a_dossier_without_items_is_delivered_whole() -> None:
    (one,) = delivered_documents(dossier(items=False))
    assert (one.kind, one.arc_doc_code, one.title) == (Kind.DOSSIER, "H99.12.1968.05", DOSSIER.text("title"))
