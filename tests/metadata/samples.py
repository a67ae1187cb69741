"""Descriptions and file records that several tests of this room use, from plain to nasty."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from hypothesis import strategies as st

from fonds.metadata.model import (
    Description,
    DossierRecord,
    FileRecord,
    Item,
    Kind,
    Page,
    Value,
)
from fonds.schemas import vocabulary
from fonds.schemas.xml import replace_illegal

OBJID = "uuid-7c0c6b0e-5b7a-4c67-9a2f-0c2f0a5d9b11"
BASE = "representations/rep1"
WHEN = "2025-11-21T20:00:00+07:00"
NASTY = "Nguyễn Thị \"Hồng\" & <Ủy ban> 50% + 'Đắk Lắk' ]]> \t tờ\n2a"

TEXT = st.text().map(replace_illegal)


def stream(data: BytesIO) -> BytesIO:
    """The bytes that were written, to be read from the start."""
    return BytesIO(data.getvalue())


def file(number: int, folder: str = f"{BASE}/data") -> FileRecord:
    return FileRecord(
        path=f"{folder}/{number:04}.tif",
        size=2_400_000 + number,
        sha256=f"{number:064x}",
        mimetype="image/tiff",
        created=WHEN,
        puid="fmt/353",
        format_name="Tagged Image File Format",
        original_name=f"Hồ sơ 12/Tờ {number:03}.tif",
    )


def files(count: int) -> Iterator[FileRecord]:
    return (file(number) for number in range(1, count + 1))


def metadata_file(path: str) -> FileRecord:
    return FileRecord(path, 2000, "ab" * 32, "application/xml", WHEN)


def pages(count: int) -> tuple[Page, ...]:
    return tuple(
        Page(n, f"{(n + 1) // 2}{'' if n % 2 else 'v'}", file(n).path, 0, 2480, 3508, 300.0, n % 7 == 0)
        for n in range(1, count + 1)
    )


FONDS = Description(
    Kind.FONDS,
    {
        "archiveCode": Value("H99.12"),
        "fondsCode": Value("P01"),
        "fondName": Value("Ủy ban nhân dân xã Bản Phiệt"),
        "fondHistory": Value("Dòng một\nDòng hai\r\nDòng ba"),
        "archivesTime": Value("1954-1975"),
        "copyNumber": Value("1200"),
    },
)
SERIES = Description(Kind.SERIES, {"fileCatalog": Value("01"), "title": Value("Mục lục hồ sơ")})
DOSSIER = Description(
    Kind.DOSSIER,
    {
        "fileCode": Value("H99.12.1968.05"),
        "title": Value(NASTY, written=NASTY + " "),
        "maintenance": Value("Vĩnh viễn", "vĩnh viễn", "01"),
        "mode": Value("Sử dụng có điều kiện", "", "02"),
        "language": Value("Việt Pháp", "", "08"),
        "startDate": Value("khoảng 1954", "kh. 1954"),
        "endDate": Value("12/1975"),
        "keyword": Value("chống hạn; thủy lợi; đê điều"),
        "numberOfPaper": Value("khoảng 60"),
        "numberOfPage": Value("120"),
        "confidenceLevel": Value("Số hóa", "", "02"),
        "box": Value("7"),
        "description": Value(""),
    },
    (("Cột lạ", "giá trị <&>"), ("Cột lạ", ""), ("", "không có tiêu đề")),
)
DOCUMENT = Description(
    Kind.DOCUMENT,
    {
        "docCode": Value("0000001"),
        "typeName": Value("Công văn", "cong van", "22"),
        "issuedDate": Value("31/02/1970"),
        "organName": Value("UBHC tỉnh Lào Cai"),
        "subject": Value("V/v chống hạn"),
        "keyword": Value(" a;b ;; "),
        "autograph": Value("Đã duyệt"),
    },
)
PICTURE = Description(
    Kind.PICTURE,
    {
        "imageTitle": Value("Cầu Phố Mới"),
        "photographer": Value("Không rõ"),
        "photoPlace": Value("Lào Cai"),
        "photoTime": Value("1972"),
        "colour": Value("Đen trắng", "", "02"),
    },
)


def dossier(page_count: int = 3, *, series: bool = True, items: bool = True) -> DossierRecord:
    found = pages(page_count)
    two = tuple(page.sequence for page in found[:2])
    things = (Item("i1", DOCUMENT, two), Item("i2", PICTURE, two[:1]), Item("i3", Description(Kind.MEDIA)))
    return DossierRecord(OBJID, FONDS, DOSSIER, SERIES if series else None, things if items else (), found)


def descriptions(*kinds: Kind) -> st.SearchStrategy[Description]:
    """Any description: keys of the vocabulary and one that it does not have, any text that XML can carry."""
    return st.sampled_from(kinds).flatmap(_description)


def _description(kind: Kind) -> st.SearchStrategy[Description]:
    keys = st.sampled_from([*vocabulary.fields(kind.value), "fieldOfTomorrow"])
    values = st.dictionaries(keys, st.builds(Value, TEXT, TEXT, TEXT), max_size=8)
    return st.builds(Description, st.just(kind), values, st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple))
