"""A small real repository to read from: packages in the store, rows in the catalogue, documents in the index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw

from fonds.bootstrap import init_archive
from fonds.metadata.ids import fonds_id, item_id, page_id, series_id
from fonds.metadata.model import Description, DossierRecord, Item, Kind, Page, Value
from fonds.repository.archive import Archive
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.indexing import drain_index
from fonds.repository.ports.catalogue import Aip, Check

FONDS = "H99.12.P01"
FONDS_ID = fonds_id(FONDS)
SERIES_ID = series_id(FONDS, "01")
OPEN = "uuid-00000000-0000-4000-8000-000000000001"
CLOSED = "uuid-00000000-0000-4000-8000-000000000002"
LONG = "uuid-00000000-0000-4000-8000-000000000003"
MISSING = "uuid-00000000-0000-4000-8000-00000000dead"

SIZE = (700, 1000)
RESTRICTED_PAGE = 4
UNREADABLE_PAGE = 5
LONG_PAGES = 130
FILES = 5

OPEN_TITLE = "Báo cáo đắp đê chống lũ của huyện Bình Hòa"
CLOSED_TITLE = "Danh sách người có công xã Kín Cổng"
CLOSED_ITEM_TITLE = "Công văn mật về nhân sự Tường Vi"


@dataclass(frozen=True, slots=True)
class Library:
    """The archive and the ids of its pages that tests ask for."""

    archive: Archive
    open_page: str
    restricted_page: str
    unreadable_page: str
    closed_page: str


def described(kind: Kind, values: Mapping[str, str | Value], *extra: tuple[str, str]) -> Description:
    """Return a description; texts stand for values without a code."""
    return Description(kind, {key: Value(v) if isinstance(v, str) else v for key, v in values.items()}, extra)


def _mode(code: str) -> Value:
    return Value({"01": "Công khai", "02": "Sử dụng có điều kiện"}[code], code=code)


THE_FONDS = described(
    Kind.FONDS,
    {
        "archiveCode": "H99.12",
        "fondsCode": "P01",
        "fondName": "Ủy ban hành chính tỉnh Sơn Vân",
        "fondHistory": "Thành lập năm 1955, đổi tên năm 1976.",
        "archivesTime": "1955 - 1975",
    },
)
THE_SERIES = described(Kind.SERIES, {"fileCatalog": "01"})


def _open_dossier() -> DossierRecord:
    dossier = described(
        Kind.DOSSIER,
        {
            "fileCode": f"{FONDS}.1956.01",
            "title": OPEN_TITLE,
            "mode": _mode("01"),
            "maintenance": Value("Vĩnh viễn", code="01"),
            "language": Value("Tiếng Việt", written="tieng viet", code="01"),
            "startDate": "15/03/1956",
            "endDate": "1957",
            "description": "<script>alert(1)</script>",
        },
        ("Kho", "A & B"),
    )
    report = described(
        Kind.DOCUMENT,
        {
            "codeNumber": "147",
            "codeNotation": "QĐ-UB",
            "subject": "Quyết định thành lập ban đê điều",
            "typeName": Value("Quyết định", code="02"),
            "issuedDate": "05/02/1956",
            "organName": "Ủy ban hành chính tỉnh",
            "mode": _mode("01"),
        },
    )
    closed = described(Kind.DOCUMENT, {"subject": CLOSED_ITEM_TITLE, "mode": _mode("02"), "issuedDate": "1957"})
    labels = ("1", "2", "2a", "3", "4")
    pages = tuple(_page(number, label) for number, label in enumerate(labels, 1))
    unreadable = replace(pages[UNREADABLE_PAGE - 1], width=0, height=0)
    items = (Item(item_id(OPEN, "document", 1), report, (1, 2)), Item(item_id(OPEN, "document", 2), closed, (4,)))
    return DossierRecord(OPEN, THE_FONDS, dossier, THE_SERIES, items, (*pages[:-1], unreadable))


def _plain_dossier(objid: str, code: str, title: str, mode: str, pages: int) -> DossierRecord:
    values: dict[str, str | Value] = {"fileCode": code, "title": title, "mode": _mode(mode)}
    values |= {"startDate": "1961", "endDate": "1962"}
    sheets = tuple(_page(number, str(number)) for number in range(1, pages + 1))
    return DossierRecord(objid, THE_FONDS, described(Kind.DOSSIER, values), THE_SERIES, (), sheets)


def _page(number: int, label: str) -> Page:
    file = (number - 1) % FILES + 1  # a long dossier shows the same few files again and again
    return Page(number, label, f"representations/rep1/data/{file:04d}.png", 0, *SIZE, dpi=200.0)


def build(root: Path) -> Library:
    """Make the repository in ``root``: an open dossier with a restricted and an unreadable page, a closed dossier,
    and a long open one."""
    archive = init_archive(root, "networked", "test")
    records = (
        _open_dossier(),
        _plain_dossier(CLOSED, f"{FONDS}.1961.02", CLOSED_TITLE, "02", 2),
        _plain_dossier(LONG, f"{FONDS}.1961.03", "Sổ đăng ký ruộng đất xã Phù Sa", "01", LONG_PAGES),
    )
    for record in records:
        _keep(archive, record)
        archive.jobs.enqueue("index", record.id)
    drain_index(archive)
    _check(archive, OPEN)
    return Library(
        archive,
        page_id(OPEN, 1, 1),
        page_id(OPEN, 1, RESTRICTED_PAGE),
        page_id(OPEN, 1, UNREADABLE_PAGE),
        page_id(CLOSED, 1, 1),
    )


def _keep(archive: Archive, record: DossierRecord) -> None:
    location = f"{FONDS}/{record.code}/v1/{record.id}"
    stage = archive.store.stage()
    for page in record.pages[:FILES]:
        target = stage / "data" / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        _draw(target, page)
    archive.store.publish(stage, location)
    aip = Aip(
        record.id, 1, location, FONDS, record.code, len(record.pages), 1000, len(record.pages), f"mark-{record.id}",
        "0" * 64, "0" * 64, "2026-01-01T00:00:00Z",
    )  # fmt: skip
    archive.holdings.put(record, aip, {})


def _draw(target: Path, page: Page) -> None:
    if not page.width:
        target.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
        return
    image = Image.new("RGB", SIZE, (243, 234, 214))
    pen = ImageDraw.Draw(image)
    for line in range(12):
        pen.line((80, 150 + line * 60, 620 - (line * 37) % 160, 150 + line * 60), fill=(60, 50, 40), width=3)
    pen.text((330, 60), f"- {page.label} -", fill=(120, 30, 25))
    image.save(target)


def _check(archive: Archive, objid: str) -> None:
    run = archive.fixity.begin("test")
    archive.fixity.claim(run, [(objid, 1)], MAIN_COPY)
    check = Check(objid, 1, MAIN_COPY, "2026-01-02T00:00:00Z", "ok")
    archive.fixity.record(run, check, (), files=1, size=1)
    archive.fixity.end(run)
