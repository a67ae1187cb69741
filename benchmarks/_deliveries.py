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
SMALL = (124, 176)
"""Pixels of a small page (4 KB): what a page costs is wanted, and not what its pixels cost."""
SCAN = (1654, 2339)
"""Pixels of A4 at 200 dpi."""
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


def deliveries(folder: Path, first: int, last: int) -> Iterator[tuple[int, Path]]:
    """Yield the folders of the deliveries ``first`` to ``last``, each made when it is asked for and removed after."""
    for number in range(first, last + 1):
        place = folder / f"P{number:03}"
        shutil.rmtree(place, ignore_errors=True)
        yield number, delivery(place)
        shutil.rmtree(place)


def delivery(place: Path, dossiers: int = DOSSIERS, pages: int = PAGES, size: tuple[int, int] = SMALL) -> Path:
    """Make the delivery of a fonds, which is called as its folder is; returns the folder."""
    fonds = place.name
    rows = [_row(fonds, number, pages) for number in range(1, dossiers + 1)]
    for number in range(1, dossiers + 1):
        folder = place / f"HS_{number:04}"
        folder.mkdir(parents=True)
        for page in range(1, pages + 1):
            (folder / f"{page:04}.jpg").write_bytes(_page_file(fonds, number, page, size))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Phong")
    sheet.append(FONDS_HEADERS)
    sheet.append((ARCHIVE, fonds, f"Ủy ban hành chính {fonds}", "1955 - 1975", "Đóng"))
    sheet = book.create_sheet("MucLucHoSo")
    for row in (DOSSIER_HEADERS, *rows):
        sheet.append(row)
    book.save(place / "MucLuc.xlsx")
    return place


def _row(fonds: str, number: int, pages: int) -> Sequence[int | str]:
    code = f"{ARCHIVE}.{fonds}.1962.{number:04}"
    title = " ".join(random.Random(code).choices(WORDS, k=8))  # noqa: S311 - the same in every run
    return (
        *(number, fonds, "01", f"{number // 10 + 1:02}", f"{number:04}", code, title, "Vĩnh viễn", "Công khai"),
        *("Tiếng Việt", "1962", "1963", pages, "", "Tốt", "Số hóa", f"K01.{code}", f"HS_{number:04}"),
    )


def _page_file(fonds: str, dossier: int, page: int, size: tuple[int, int]) -> bytes:
    """Return a JPEG like no other: one of a few hundred pictures, and a comment (ISO 10918-1, COM) that says which."""
    picture = _picture((dossier * PAGES + page) % (TEMPLATES if size == SMALL else 20), size)
    said = f"{fonds} {dossier} {page}".encode()
    return picture[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + picture[2:]


@cache
def _picture(number: int, size: tuple[int, int]) -> bytes:
    """A page with lines of writing, in 24-bit colour, said to be of 200 dpi."""
    chance = random.Random(number)  # noqa: S311 - the same in every run
    image, across, line_height = Image.new("RGB", size, (248, 244, 232)), size[0] // 27, size[1] // 20
    pen = ImageDraw.Draw(image)
    for line in range(1, 19):
        for left in range(2 * across, chance.randint(6, 24) * across, across):
            right, top = left + chance.randint(across // 4, across - 1), line * line_height
            pen.rectangle((left, top, right, top + chance.randint(line_height // 6, line_height // 2)), (40, 36, 60))
    made = io.BytesIO()
    image.save(made, "JPEG", quality=50, dpi=(200, 200))
    return made.getvalue()
