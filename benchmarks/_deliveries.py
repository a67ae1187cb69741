"""Deliveries of a made-up provincial archive: fonds of 120 dossiers of 83 small pages, each with its inventory."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from openpyxl import Workbook
from PIL import Image, ImageDraw

ARCHIVE = "H99.12"
DOSSIERS, PAGES = 120, 83
TEMPLATES = 400
SIZE = (248, 351)  # A4 at a twentieth of the area of a scan: the cost of a page, and not that of its pixels, is wanted
FONDS_HEADERS = ("Mã cơ quan lưu trữ", "Mã phông", "Tên phông", "Thời gian tài liệu", "Phông đóng/mở")
DOSSIER_HEADERS = (
    *("STT", "Mã phông", "Mục lục số", "Hộp số", "Hồ sơ số", "Mã hồ sơ", "Tiêu đề hồ sơ"),
    *("Thời hạn bảo quản", "Chế độ sử dụng", "Ngôn ngữ", "Thời gian bắt đầu", "Thời gian kết thúc"),
    *("Số lượng tờ", "Từ khóa", "Tình trạng vật lý", "Mức độ tin cậy", "Mã hồ sơ giấy gốc", "Thư mục ảnh quét"),
)
WORDS = (
    *("báo cáo", "thủy lợi", "nông nghiệp", "liệt sĩ", "gia đình", "đê điều", "hợp tác xã", "kế hoạch", "sản xuất"),
    *("giáo dục", "y tế", "thương binh", "biên bản", "nghị quyết", "ruộng đất", "cải cách", "lao động", "thuế"),
    *("Nguyễn Văn", "Trần Thị", "Lê", "Phạm", "Hòa Bình", "Sơn Vân", "Thanh Hà"),
)


def deliveries(folder: Path, fonds: int, dossiers: int = DOSSIERS, pages: int = PAGES) -> Iterator[Path]:
    """Yield the folders of ``fonds`` deliveries, each made when it is asked for and removed when the next one is."""
    for number in range(1, fonds + 1):
        place = folder / f"P{number:03}"
        _make(place, f"P{number:03}", dossiers, pages)
        yield place
        shutil.rmtree(place)


def _make(place: Path, fonds: str, dossiers: int, pages: int) -> None:
    rows = [_row(fonds, number, pages) for number in range(1, dossiers + 1)]
    for number in range(1, dossiers + 1):
        folder = place / f"HS_{number:04}"
        folder.mkdir(parents=True)
        for page in range(1, pages + 1):
            (folder / f"{page:04}.jpg").write_bytes(page_file(fonds, number, page))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Phong")
    sheet.append(FONDS_HEADERS)
    sheet.append((ARCHIVE, fonds, f"Ủy ban hành chính {fonds}", "1955 - 1975", "Đóng"))
    sheet = book.create_sheet("MucLucHoSo")
    for row in (DOSSIER_HEADERS, *rows):
        sheet.append(row)
    book.save(place / "MucLuc.xlsx")


def _row(fonds: str, number: int, pages: int) -> Sequence[int | str]:
    code = f"{ARCHIVE}.{fonds}.1962.{number:04}"
    title = " ".join(random.Random(code).choices(WORDS, k=8))  # noqa: S311 - the same in every run
    return (
        *(number, fonds, "01", f"{number // 10 + 1:02}", f"{number:04}", code, title, "Vĩnh viễn", "Công khai"),
        *("Tiếng Việt", "1962", "1963", pages, "", "Tốt", "Số hóa", f"K01.{code}", f"HS_{number:04}"),
    )


def page_file(fonds: str, dossier: int, page: int) -> bytes:
    """Return a JPEG like no other: one of a few hundred pictures, and a comment (ISO 10918-1, COM) that says which."""
    picture = _picture((dossier * PAGES + page) % TEMPLATES)
    said = f"{fonds} {dossier} {page}".encode()
    return picture[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + picture[2:]


@cache
def _picture(number: int) -> bytes:
    """A page with lines of writing, in 24-bit colour, said to be of 200 dpi."""
    chance = random.Random(number)  # noqa: S311 - the same in every run
    image = Image.new("RGB", SIZE, (248, 244, 232))
    pen = ImageDraw.Draw(image)
    for line in range(18):
        right = chance.randint(60, SIZE[0] - 20)
        for left in range(20, right, 9):
            height = chance.randint(3, 9)
            pen.rectangle((left, 24 + 17 * line, left + chance.randint(2, 7), 24 + 17 * line + height), (40, 36, 60))
    made = io.BytesIO()
    image.save(made, "JPEG", quality=50, dpi=(200, 200))
    return made.getvalue()
