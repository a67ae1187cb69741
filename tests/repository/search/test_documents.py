from __future__ import annotations

import pytest

from fonds.metadata.model import Description, DossierRecord, Item, Kind, Value
from fonds.repository.ports.catalogue import Unit
from fonds.repository.ports.index import OPEN, RESTRICTED, IndexDocument
from fonds.repository.search.documents import MOST_YEARS, fonds_document, index_documents

FONDS = {"archiveCode": "H99.12", "fondsCode": "P01", "fondName": "Ủy ban hành chính huyện Mỏ Cày"}


def described(kind: Kind, **values: str) -> Description:
    made = {key: Value(text, code=text if key == "mode" and text.isdigit() else "") for key, text in values.items()}
    return Description(kind, made)


def dossier(*items: Item, **values: str) -> DossierRecord:
    values = {"fileCode": "H99.12.P01.08", "title": "Hồ sơ ruộng đất", "mode": "01"} | values
    return DossierRecord("uuid-1", described(Kind.FONDS, **FONDS), described(Kind.DOSSIER, **values), None, items)


def paper(name: str = "i1", **values: str) -> Item:
    return Item(name, described(Kind.DOCUMENT, **values))


def only(documents: list[IndexDocument]) -> IndexDocument:
    assert len(documents) == 1
    return documents[0]


def test_the_fields_of_a_dossier() -> None:
    one = only(index_documents(dossier(
        paper(typeName="Quyết định", codeNumber="147", codeNotation="QĐ-UB", issuedDate="05/02/1962",
              organName="Tòa án huyện", subject="Cấp đất cho ông Nguyễn Văn Hòa ở xã Bình Minh", keyword="cấp đất"),
        Item("i2", described(Kind.PICTURE, imageTitle="Lễ khánh thành", photographer="An Khê", photoPlace="Gò Nổi",
                             photoTime="1963", archivesNumber="A-15")),
        fileNotation="08/HS", paperFileCode="HS 12", keyword="ruộng đất", description="Rách\nhai tờ",
        startDate="1961", endDate="1962",
    )))  # fmt: skip
    lines = {name: text.split("\n") for name, text in one.fields.items()}
    assert list(lines) == ["code", "title", "people", "places", "subjects", "text"]
    assert lines["code"] == ["H99.12.P01.08", "08/HS", "HS 12", "A-15"]
    assert lines["title"] == ["Hồ sơ ruộng đất"]
    assert lines["people"] == ["An Khê", "Nguyễn Văn Hòa"]
    assert lines["places"] == ["Gò Nổi", "Bình Minh"]
    assert lines["subjects"] == ["ruộng đất", "cấp đất"]
    assert {"147/QĐ-UB", "Quyết định", "Tòa án huyện", "Lễ khánh thành", "Rách hai tờ", FONDS["fondName"]} <= set(
        lines["text"]
    )
    assert (one.id, one.access, one.kind, one.level, one.fonds_code) == (
        "uuid-1",
        OPEN,
        "dossier",
        "file",
        "H99.12.P01",
    )
    assert (one.earliest, one.latest) == ("1961-01-01", "1962-12-31")
    assert list(one.years) == [1961, 1962, 1963]


@pytest.mark.parametrize(
    ("number", "notation", "expected"),
    [("147", "QĐ-UB", "147/QĐ-UB"), ("147", "/QĐ-UB", "147/QĐ-UB"), ("147", "147/QĐ-UB", "147/QĐ-UB"),
     ("147", "", "147"), ("", "QĐ-UB", "QĐ-UB")],
)  # fmt: skip
def test_numbers_are_joined_as_people_write_them(number: str, notation: str, expected: str) -> None:
    one = only(index_documents(dossier(paper(codeNumber=number, codeNotation=notation))))
    assert one.fields["text"].split("\n")[0] == expected


def test_columns_nobody_knows_are_found_too() -> None:
    record = dossier()
    extra = Description(Kind.DOSSIER, record.dossier.values, extra=(("Người bàn giao", "Ông Tư Râu"),))
    one = only(index_documents(DossierRecord("uuid-1", record.fonds, extra)))
    assert "Ông Tư Râu" in one.fields["text"].split("\n")


def test_the_class_follows_the_mode_of_the_dossier() -> None:
    assert only(index_documents(dossier(mode="01"))).access == OPEN
    assert only(index_documents(dossier(mode="02"))).access == RESTRICTED
    assert only(index_documents(dossier(mode=""))).access == RESTRICTED
    assert index_documents(dossier(mode="03")) == []


def test_a_stricter_document_is_only_in_the_restricted_whole() -> None:
    found = index_documents(dossier(
        paper("a", subject="Biên bản họp", mode="01"),
        paper("b", subject="Bản kiểm điểm", mode="02", issuedDate="1975", keyword="kỷ luật"),
        paper("c", subject="Tối mật", mode="03"),
        startDate="1961", endDate="1962",
    ))  # fmt: skip
    assert [(one.id, one.access) for one in found] == [("uuid-1", OPEN), ("uuid-1", RESTRICTED)]
    everybody, staff = found
    assert "Biên bản họp" in everybody.fields["text"]
    assert "kiểm điểm" not in "".join(everybody.fields.values())
    assert "kỷ luật" not in "".join(everybody.fields.values())
    assert 1975 not in everybody.years
    assert {"Biên bản họp", "Bản kiểm điểm"} <= set(staff.fields["text"].split("\n"))
    assert 1975 in staff.years
    assert not any("Tối mật" in text for one in found for text in one.fields.values())


def test_a_mode_that_cannot_be_read_is_conditional() -> None:
    everybody, staff = index_documents(dossier(paper(subject="Bản kiểm điểm", mode="nội bộ")))
    assert "kiểm điểm" not in everybody.fields["text"]
    assert staff.access == RESTRICTED
    assert "kiểm điểm" in staff.fields["text"]


def test_a_document_without_a_mode_is_as_open_as_its_dossier() -> None:
    assert "Biên bản" in only(index_documents(dossier(paper(subject="Biên bản")))).fields["text"]


def test_without_dates_of_its_own_a_dossier_has_those_of_its_documents() -> None:
    one = only(index_documents(dossier(paper(issuedDate="05/02/1962"), paper(issuedDate="tháng 3 năm 1964"))))
    assert (one.earliest, one.latest, list(one.years)) == ("1962-02-05", "1964-03-31", [1962, 1963, 1964])
    undated = only(index_documents(dossier(paper(issuedDate="không rõ"))))
    assert (undated.earliest, undated.latest, list(undated.years)) == ("", "", [])


def test_a_span_too_long_to_say_much_has_its_ends() -> None:
    assert len(only(index_documents(dossier(startDate="1850", endDate="1999"))).years) == MOST_YEARS
    assert list(only(index_documents(dossier(startDate="1800", endDate="1999"))).years) == [1800, 1999]


def fonds_unit(mode: str = "01", **more: str) -> Unit:
    return Unit(
        id="uuid-f", parent_id="", kind=Kind.FONDS, level="fonds", code="H99.12.P01", title=FONDS["fondName"],
        mode=mode, dates="1954-1975", earliest="1954-01-01", latest="1975-12-31",
        description=described(Kind.FONDS, fondHistory="Thành lập năm 1954", **FONDS, **more), fonds_id="uuid-f",
    )  # fmt: skip


def test_the_document_of_a_fonds() -> None:
    one = only(fonds_document(fonds_unit(keyGroups="Tài liệu ruộng đất")))
    assert (one.id, one.access, one.kind, one.level, one.fonds_code) == ("uuid-f", OPEN, "fonds", "fonds", "H99.12.P01")
    assert one.fields["title"] == FONDS["fondName"]
    assert one.fields["subjects"] == "Tài liệu ruộng đất"
    assert "Thành lập năm 1954" in one.fields["text"]
    assert list(one.years) == list(range(1954, 1976))
    assert only(fonds_document(fonds_unit("02"))).access == RESTRICTED
    assert fonds_document(fonds_unit("03")) == []
