"""Small deliveries made when a test needs them: a folder of drawn pages with its inventory workbook."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from PIL import Image, ImageDraw

from fonds.repository.backends.imaging import VipsImaging
from fonds.repository.backends.no_scanner import NoScanner
from fonds.repository.backends.pyhanko_pdfs import PyHankoInspector
from fonds.repository.backends.siegfried import SiegfriedIdentifier
from fonds.repository.intake.gate import Delivery, Gate
from fonds.repository.intake.reading import Instruments
from fonds.repository.intake.submission import SubmittedDossier

FONDS = {"Mã cơ quan lưu trữ lịch sử": "H99.12", "Mã phông": "P01", "Tên phông": "Ủy ban hành chính tỉnh Sơn Vân"}
DOSSIER = {
    "STT": 1,
    "Mã phông": "P01",
    "Mục lục số": "01",
    "Số và ký hiệu hồ sơ": "01",
    "Mã hồ sơ": "H99.12.P01.1962.01",
    "Tiêu đề hồ sơ": "Tập báo cáo năm 1962",
    "Thời hạn bảo quản": "Vĩnh viễn",
    "Chế độ sử dụng": "Công khai",
    "Ngôn ngữ": "Tiếng Việt",
    "Thời gian bắt đầu": "05/01/1962",
    "Thời gian kết thúc": "28/12/1962",
    "Số lượng tờ": 2,
    "Từ khóa": "báo cáo",
    "Mức độ tin cậy": "Số hóa",
    "Mã hồ sơ giấy gốc": "K01/G02/H01.001",
    "Thư mục ảnh quét": "Hop_01/HS_01",
}
DOCUMENT = {
    "STT": 1,
    "Mã hồ sơ": "H99.12.P01.1962.01",
    "Số thứ tự văn bản trong hồ sơ": 1,
    "Tên loại văn bản": "Báo cáo",
    "Số của văn bản": "12",
    "Ký hiệu của văn bản": "BC-UB",
    "Ngày, tháng, năm văn bản": "05/02/1962",
    "Trích yếu nội dung": "Báo cáo sáu tháng đầu năm",
    "Từ tờ số": 1,
    "Đến tờ số": 2,
    "Chế độ sử dụng": "Công khai",
    "Đường dẫn file": "Hop_01/HS_01/0001.tif;Hop_01/HS_01/0002.tif",
}
PICTURE = {
    "STT": 1,
    "Mã hồ sơ": "H99.12.P01.1962.01",
    "Số thứ tự": 1,
    "Loại (phim âm bản/ảnh)": "Ảnh",
    "Tiêu đề phim/ảnh": "Quang cảnh buổi lễ",
    "Tên sự kiện": "Lễ khánh thành",
    "Tài liệu đi kèm": "Không",
    "Đường dẫn file": "Hop_01/HS_01/0001.jpg",
}

INSTRUMENTS = Instruments(VipsImaging(), SiegfriedIdentifier(), PyHankoInspector(), NoScanner())
"""The real ones, without a virus scanner."""

Rows = list[dict[str, Any]]


def page(seed: int = 1, form: str = "TIFF", mode: str = "RGB", dpi: float | None = 200.0, **options: object) -> bytes:
    """A page with marks that depend on ``seed``, so that two pages are never the same bytes."""
    image = Image.new("RGB", (496, 702), "white")
    draw = ImageDraw.Draw(image)
    for line in range(20):
        draw.rectangle((50, 60 + 28 * line, 80 + (seed * 37 + line * 53) % 360, 72 + 28 * line), fill="black")
    return save(image.convert(mode), form, dpi, **options)


def save(image: Image.Image, form: str, dpi: float | None = 200.0, **options: object) -> bytes:
    """Encode an image."""
    stream = io.BytesIO()
    image.save(stream, form, **({"dpi": (dpi, dpi)} if dpi else {}), **options)
    return stream.getvalue()


@dataclass
class Make:
    """A delivery that is right in everything; a test breaks one thing and writes it."""

    fonds: Rows = field(default_factory=lambda: [dict(FONDS)])
    dossiers: Rows = field(default_factory=lambda: [dict(DOSSIER)])
    documents: Rows = field(default_factory=lambda: [dict(DOCUMENT)])
    pictures: Rows = field(default_factory=list)
    files: dict[str | bytes, bytes] = field(
        default_factory=lambda: {"Hop_01/HS_01/0001.tif": page(1), "Hop_01/HS_01/0002.tif": page(2)}
    )
    last_rows: list[Sequence[Any]] = field(default_factory=list)
    name: str = "H99.12_P01"
    sheets: dict[str, str] = field(
        default_factory=lambda: {"fonds": "Phong", "dossiers": "MucLucHoSo", "documents": "MucLucVanBan"}
    )

    @property
    def dossier(self) -> dict[str, Any]:
        """The only dossier row."""
        return self.dossiers[0]

    @property
    def document(self) -> dict[str, Any]:
        """The only document row."""
        return self.documents[0]

    def second(self, number: str = "02", **changes: object) -> dict[str, Any]:
        """Add another right dossier with one page and return its row."""
        row = {**DOSSIER, "STT": len(self.dossiers) + 1, "Số và ký hiệu hồ sơ": number}
        row |= {"Mã hồ sơ": f"H99.12.P01.1962.{number}", "Số lượng tờ": 1, "Thư mục ảnh quét": f"Hop_01/HS_{number}"}
        self.dossiers.append({**row, **changes})
        self.files[f"Hop_01/HS_{number}/0001.tif"] = page(100 + len(self.dossiers))
        return self.dossiers[-1]

    def workbook(self) -> Workbook:
        """The inventory: titles above, a header row, the numbering row, the rows."""
        book = Workbook()
        book.remove(book.worksheets[0])
        tables = {"fonds": self.fonds, "dossiers": self.dossiers, "documents": self.documents}
        for kind, rows in tables.items():
            if rows:
                self._sheet(book, self.sheets[kind], rows, self.last_rows if kind == "dossiers" else [])
        if self.pictures:
            self._sheet(book, "Anh", self.pictures, [])
        return book

    @staticmethod
    def _sheet(book: Workbook, name: str, rows: Rows, last: list[Sequence[Any]]) -> None:
        sheet = book.create_sheet(name)
        sheet.append(["LƯU TRỮ LỊCH SỬ TỈNH SƠN VÂN"])
        sheet.merge_cells("A1:D1")
        sheet.append([])
        header = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append(header)
        sheet.append([f"({number})" for number in range(1, len(header) + 1)])
        for row in rows:
            sheet.append([row.get(key) for key in header])
        for line in last:
            sheet.append(list(line))

    def write(self, below: Path, book: Workbook | None = None) -> Path:
        """Write the delivery into a folder below ``below`` and return it."""
        root = below / self.name
        root.mkdir(parents=True)
        for name, content in self.files.items():
            path = root / (name if isinstance(name, str) else name.decode("utf-8", "surrogateescape"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (book or self.workbook()).save(root / "MucLuc_P01.xlsx")
        return root


def gate(deployment: str = "networked", executor: Executor | None = None, held: dict[str, str] | None = None) -> Gate:
    """The gate with the real back ends; ``held`` is what the repository has."""

    def known(digests: Collection[str], code: str) -> dict[str, str]:
        others = ((sha256, place) for sha256, place in (held or {}).items() if not place.startswith(f"{code}/"))
        return {sha256: place for sha256, place in others if sha256 in digests}

    return Gate(INSTRUMENTS, deployment=deployment, known=known, executor=executor)


def checked(
    root: Path,
    deployment: str = "networked",
    executor: Executor | None = None,
    held: dict[str, str] | None = None,
    inventory: Path | None = None,
    mapping: Path | None = None,
) -> tuple[Delivery, list[SubmittedDossier]]:
    """Check a delivery to its end."""
    the_gate = gate(deployment, executor, held)
    delivery = the_gate.open(root, inventory, mapping)
    return delivery, list(the_gate.check(delivery))


def found(root: Path, deployment: str = "networked") -> set[tuple[str, str]]:
    """Return (code, where) of everything the gate finds, each once."""
    delivery, _ = checked(root, deployment)
    pairs = [(one.code, one.where) for one in delivery.findings]
    assert len(pairs) == len(set(pairs)), "one finding an object and code"
    return set(pairs)
