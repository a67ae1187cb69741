"""What people ask and what they expect to see: a small fonds of our own invention, asked in every way at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from fonds.metadata.model import Description, DossierRecord, Item, Kind, Value
from fonds.repository.backends.memory_index import MemoryIndex
from fonds.repository.backends.whoosh_index import WhooshIndex
from fonds.repository.ports.index import Filters, Index
from fonds.repository.search.documents import index_documents
from tests.contracts.index_contract import EVERYBODY, STAFF, ask, ids


def _description(kind: Kind, values: dict[str, str]) -> Description:
    made = {key: Value(text, code=text if key == "mode" else "") for key, text in values.items() if text}
    return Description(kind, made)


_FONDS = _description(Kind.FONDS, {"archiveCode": "H99.12", "fondsCode": "P01", "fondName": "Phông Lưu trữ Cồn Lau"})


def _dossier(unit: str, number: int, title: str, *papers: dict[str, str], **values: str) -> DossierRecord:
    values = {"fileCode": f"H99.12.P01.{number:02}", "title": title, "mode": "01"} | values
    items = tuple(Item(f"{unit}.{n}", _description(Kind.DOCUMENT, one)) for n, one in enumerate(papers))
    return DossierRecord(unit, _FONDS, _description(Kind.DOSSIER, values), None, items)


RECORDS = [
    _dossier("hoa-exact", 1, "Đơn xin cấp đất của ông Nguyễn Văn Hòa", startDate="1961", endDate="1961"),
    _dossier("hoa-other", 2, "Đơn xin cấp đất của ông Nguyễn Văn Hoá", startDate="1963", endDate="1963"),
    _dossier("hoa-bare", 3, "Don xin cap dat cua ong Nguyen Van Hoa", startDate="1965", endDate="1965"),
    _dossier("hoa-paper", 4, "Hồ sơ giao đất",
             {"subject": "Về việc giao đất cho Nguyễn Văn Hoà", "codeNumber": "147", "codeNotation": "QĐ-UB",
              "issuedDate": "05/02/1968", "typeName": "Quyết định"}, startDate="1966", endDate="1970"),
    _dossier("si-quan", 5, "Danh sách sĩ quan quản lý kĩ thuật", startDate="1972", endDate="1972"),
    _dossier("bac-sy", 6, "Lý lịch bác sỹ Lý Quý Mỹ, xã Bình Minh",
             {"subject": "Sơ yếu lý lịch", "issuedDate": "2/1972"}, startDate="1972", endDate="1973"),
    _dossier("flowers", 10, "Kế hoạch trồng hoa ở khu vườn mới"),
    _dossier("rice", 11, "Kế hoạch trồng lúa ở Hòa Lợi"),
    _dossier("dan-ong", 7, "Đăng ký đan ông xã Thới Hòa", keyword="hộ tịch"),
    _dossier("tax", 8, "Sổ thuế nông nghiệp xã Bình Minh", {"subject": "Báo cáo thu thuế năm 1968"},
             {"subject": "Số liệu của huyện Hòa Bình", "mode": "02"}, startDate="1967", endDate="1969"),
    _dossier("court", 9, "Quyết định ly hôn số 147", {"codeNumber": "147", "codeNotation": "QĐ-TA",
             "issuedDate": "ngày 5 tháng 3 năm 1968"}, startDate="1968", endDate="1968", mode="02"),
]  # fmt: skip

EVERY_HOA = ["hoa-bare", "hoa-exact", "hoa-other", "hoa-paper"]


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("relevance")
    made: Index = MemoryIndex() if request.param == "memory" else WhooshIndex(folder / "index")
    made.replace_all(one for record in RECORDS for one in index_documents(record))
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # words: without marks every tone; with marks too, as half of what was described has none
        ("nguyen van hoa", EVERY_HOA),
        ("Nguyễn Văn Hòa", EVERY_HOA),
        ("NGUYỄN VĂN HOÀ", EVERY_HOA),
        ("nguyễn hoa văn", EVERY_HOA),
        ("cap dat", ["hoa-bare", "hoa-exact", "hoa-other"]),
        ("đất giao", ["hoa-paper"]),
        # one word, two spellings
        ("sỹ quan", ["si-quan"]),
        ("bác sĩ", ["bac-sy"]),
        ("kỹ thuật", ["si-quan"]),
        ("quản lí", ["si-quan"]),
        ("lí lịch mĩ", ["bac-sy"]),
        # đ is d where marks are left out
        ("dang ky dan ong", ["dan-ong"]),
        ("Đăng ký đan ông", ["dan-ong"]),
        # phrases
        ('"van hoa"', EVERY_HOA),
        ('"hoa van"', []),
        ('"bác sỹ"', ["bac-sy"]),
        ('"xã bình minh"', ["bac-sy", "tax"]),
        ('"binh minh thue"', []),
        # excluded: a word with marks only itself, a word without marks every tone of it
        ("cap dat -hoá", ["hoa-bare", "hoa-exact"]),
        ("cap dat -hoa", []),
        ("cấp đất -hoa", ["hoa-exact", "hoa-other"]),
        ('binh minh -"sổ thuế"', ["bac-sy"]),
        ("bình minh -1968", ["bac-sy"]),
        # beginnings of words
        ("nguy*", EVERY_HOA),
        ("quả*", ["si-quan"]),
        ("ngh*", ["tax"]),
        # codes and numbers, whole, in part and in other spellings
        ("H99.12.P01.05", ["si-quan"]),
        ("h99.12.p01.05", ["si-quan"]),
        ("P01.05", ["si-quan"]),
        ("147/QĐ-UB", ["hoa-paper"]),
        ("147/qd.ub", ["hoa-paper"]),
        ("QĐ-UB", ["hoa-paper"]),
        ("148/QĐ-UB", []),
        # years covered or named, dates in every spelling
        ("1968", ["hoa-paper", "tax"]),
        ("năm 1968", ["hoa-paper", "tax"]),
        ("1967", ["hoa-paper", "tax"]),
        ("5/2/1968", ["hoa-paper"]),
        ("1968-02-05", ["hoa-paper"]),
        ("ngày 5 tháng 2 năm 1968", ["hoa-paper"]),
        ("tháng 2/1968", ["hoa-paper"]),
        ("2-1972", ["bac-sy"]),
        ("6/2/1968", []),
        # what is not open to everybody
        ("ly hôn", []),
        ("huyện hòa bình", []),
        ("5/3/1968", []),
        # what surrounds a dossier
        ("phông cồn lau thuế", ["tax"]),
        ("hộ tịch", ["dan-ong"]),
        ("không có đâu", []),
    ],
)
def test_everybody_finds(index: Index, text: str, expected: list[str]) -> None:
    found = ask(index, text, access=EVERYBODY)
    assert sorted(ids(found)) == expected
    assert found.total == len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ly hôn", ["court"]),
        ("5/3/1968", ["court"]),
        ("thuế hòa bình", ["tax"]),
        ("147", ["court", "hoa-paper"]),
        ("nông nghiệp -hòa", []),
    ],
)
def test_staff_find(index: Index, text: str, expected: list[str]) -> None:
    assert sorted(ids(ask(index, text, access=STAFF))) == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Nguyễn Văn Hòa", "hoa-exact"),
        ("Nguyễn Văn Hoà", "hoa-exact"),  # the other placement of the tone is the same word
        ("Nguyễn Văn Hoá", "hoa-other"),
        ("hoa trồng", "flowers"),  # without a mark is a form too, where the other words have theirs
        ("hòa trồng", "rice"),
        ("thuế bình minh", "tax"),
        ("quyết định", "hoa-paper"),
        ("H99.12.P01.04", "hoa-paper"),
    ],
)
def test_comes_first(index: Index, text: str, first: str) -> None:
    assert ids(ask(index, text))[0] == first


def test_a_filter_of_dates_and_words_together(index: Index) -> None:
    found = ask(index, "nguyen van hoa", filters=Filters(earliest="1962-01-01", latest="1965-12-31"))
    assert sorted(ids(found)) == ["hoa-bare", "hoa-other"]
    assert found.facets["decade"] == {"1960": 2}
