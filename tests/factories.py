"""Small real deliveries and repositories for tests: a workbook, folders of page images, nothing faked."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from PIL import Image, ImageDraw

from fonds.bootstrap import init_archive, open_archive
from fonds.repository.archive import Archive
from fonds.repository.backends.inline_executor import inline_executor
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.migrate import migrate
from fonds.repository.ingest import ingest
from fonds.repository.outcome import IngestResult
from fonds.repository.ports.catalogue import Aip

FONDS_HEADERS = ("Mã cơ quan lưu trữ lịch sử", "Mã phông", "Tên phông", "Thời gian tài liệu", "Trạng thái (đóng/mở)")
DOSSIER_HEADERS = (
    *("STT", "Mã phông", "Mục lục số", "Hộp số", "Số và ký hiệu hồ sơ", "Mã hồ sơ", "Tiêu đề hồ sơ"),
    *("Thời hạn bảo quản", "Chế độ sử dụng", "Ngôn ngữ", "Thời gian bắt đầu", "Thời gian kết thúc"),
    *("Số lượng tờ", "Từ khóa", "Tình trạng vật lý", "Mức độ tin cậy", "Mã hồ sơ giấy gốc", "Thư mục ảnh quét"),
)
DOCUMENT_HEADERS = (
    *("STT", "Mã hồ sơ", "Số thứ tự văn bản trong hồ sơ", "Tên loại văn bản", "Số của văn bản"),
    *("Ký hiệu của văn bản", "Ngày, tháng, năm văn bản", "Tên cơ quan, tổ chức ban hành văn bản"),
    *("Trích yếu nội dung", "Từ tờ số", "Đến tờ số", "Chế độ sử dụng"),
)


@dataclass(frozen=True)
class DocumentRow:
    """One row of the sheet MucLucVanBan."""

    subject: str
    first: int
    last: int
    type: str = "Báo cáo"
    number: str = "12"
    notation: str = "BC-UB"
    date: str = "05/02/1962"
    organ: str = "Ủy ban hành chính tỉnh Sơn Vân"
    mode: str = "Công khai"


@dataclass(frozen=True)
class DossierRow:
    """One row of the sheet MucLucHoSo and the folder that goes with it."""

    code: str
    title: str
    pages: int = 2
    mode: str = "Công khai"
    start: str = "1962"
    end: str = "1963"
    keyword: str = ""
    documents: Sequence[DocumentRow] = ()
    extra: Mapping[str, bytes] = field(default_factory=dict)
    sheets: int = 0  # in the inventory, where they are not the pages that are made here

    @property
    def folder(self) -> str:
        """The folder of scans, named by the last part of the code."""
        return f"ML01/HS_{self.code.rpartition('.')[2]}"


def page_image(path: Path, text: str, *, size: tuple[int, int] = (620, 877)) -> None:
    """Write one page in 24-bit colour at 200 dpi with a few lines on it."""
    path.write_bytes(_page(text, size, path.suffix))


@cache
def _page(text: str, size: tuple[int, int], suffix: str) -> bytes:
    image = Image.new("RGB", size, (248, 244, 232))
    pen = ImageDraw.Draw(image)
    for line in range(12):
        pen.text((40, 60 + 50 * line), f"{text} dong {line}", fill=(30, 30, 40))
        pen.line((40, 84 + 50 * line, size[0] - 60 - line * 7, 84 + 50 * line), fill=(60, 60, 70))
    made = BytesIO()
    image.save(made, Image.registered_extensions()[suffix], dpi=(200, 200))
    return made.getvalue()


def make_delivery(folder: Path, dossiers: Sequence[DossierRow], *, fonds: str = "P01", archive: str = "H99.12") -> Path:
    """Make a fonds folder with its inventory workbook; returns the folder."""
    folder.mkdir(parents=True)
    book = Workbook()
    book.remove(book.worksheets[0])
    book.create_sheet("Phong").append(FONDS_HEADERS)
    book["Phong"].append((archive, fonds, "Ủy ban hành chính tỉnh Sơn Vân", "1955 - 1975", "Đóng"))
    book.create_sheet("MucLucHoSo").append(DOSSIER_HEADERS)
    book.create_sheet("MucLucVanBan").append(DOCUMENT_HEADERS)
    number = 0
    for stt, row in enumerate(dossiers, 1):
        book["MucLucHoSo"].append(_dossier_cells(stt, row, fonds))
        for ordinal, document in enumerate(row.documents, 1):
            number += 1
            book["MucLucVanBan"].append(_document_cells(number, ordinal, row, document))
        _fill(folder / row.folder, row)
    book.save(folder / "MucLuc.xlsx")
    return folder


def _dossier_cells(stt: int, row: DossierRow, fonds: str) -> tuple[int | str, ...]:
    return (
        *(stt, fonds, "01", "01", row.code.rpartition(".")[2], row.code, row.title, "Vĩnh viễn", row.mode),
        *(
            "Tiếng Việt",
            row.start,
            row.end,
            row.sheets or row.pages,
            row.keyword,
            "Tốt",
            "Số hóa",
            f"K01.{row.code}",
            row.folder,
        ),
    )


def _document_cells(stt: int, ordinal: int, row: DossierRow, document: DocumentRow) -> tuple[int | str, ...]:
    return (
        *(stt, row.code, ordinal, document.type, document.number, document.notation, document.date, document.organ),
        *(document.subject, document.first, document.last, document.mode),
    )


def _fill(folder: Path, row: DossierRow) -> None:
    folder.mkdir(parents=True)
    for number in range(1, row.pages + 1):
        page_image(folder / f"{number:04d}.jpg", f"{row.code} to {number}")
    for name, content in row.extra.items():
        (folder / name).write_bytes(content)


SAMPLE: Sequence[DossierRow] = (
    DossierRow(
        "H99.12.P01.1962.01",
        "Báo cáo sản xuất nông nghiệp và thủy lợi năm 1962",
        keyword="nông nghiệp; thủy lợi",
        documents=(DocumentRow("Báo cáo sáu tháng đầu năm về sản xuất nông nghiệp", 1, 2),),
    ),
    DossierRow("H99.12.P01.1963.02", "Hồ sơ liệt sĩ Nguyễn Văn Hòa", mode="Sử dụng có điều kiện", start="1963"),
    DossierRow(
        "H99.12.P01.1964.03",
        "Công văn về đê điều huyện Thanh Bình",
        pages=3,
        documents=(
            DocumentRow("Công văn về đắp đê", 1, 1, type="Công văn"),
            DocumentRow("Danh sách gia đình nạn nhân", 2, 2, type="Khác", mode="Sử dụng có điều kiện"),
        ),
    ),
)


def make_archive(root: Path) -> Archive:
    """Make and open an empty repository that does its work in this very process.

    Workers would be started and loaded for each command, which takes longer than what they do for a small delivery.
    """
    root.mkdir(parents=True, exist_ok=True)
    (root / "catalogue.sqlite3").write_bytes(_empty_catalogue())
    init_archive(root, "networked", "tester")
    return open_inline(root)


def open_inline(root: Path) -> Archive:
    """Open a repository that does its work in this very process."""
    return replace(open_archive(root), executor=inline_executor)


@cache
def _empty_catalogue() -> bytes:
    """Return what making the tables of a catalogue leaves; it takes as long as all else of a new repository."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "catalogue.sqlite3")
        migrate(database)
        database.close()
        return database.path.read_bytes()


def dossier_packages(archive: Archive) -> list[Aip]:
    """Return the newest version of each dossier's package, ordered by OBJID; those of fonds are left out."""
    return [aip for aip in archive.holdings.aips() if not aip.of_fonds]


def ingest_sample(root: Path, source: Path, dossiers: Sequence[DossierRow] = SAMPLE) -> tuple[Archive, IngestResult]:
    """Make a delivery and a repository, and take the delivery in."""
    archive = make_archive(root)
    return archive, ingest(archive, make_delivery(source, dossiers), agent="tester")
