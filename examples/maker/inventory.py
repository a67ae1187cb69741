"""The workbook of the delivery: sheets Phong, MucLucHoSo, MucLucVanBan, Anh."""

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | None
EPOCH = (1980, 1, 1, 0, 0, 0)
STAMP = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # openpyxl writes naive times as UTC

FONDS_HEAD = [
    "Mã cơ quan lưu trữ lịch sử", "Mã phông", "Tên phông", "Lịch sử đơn vị hình thành phông",
    "Thời gian tài liệu",
    "Tổng số tài liệu giấy", "Số lượng tài liệu giấy đã số hóa", "Các nhóm tài liệu chủ yếu",
    "Các loại hình tài liệu khác", "Ngôn ngữ", "Công cụ tra cứu",
    "Số lượng trang tài liệu đã lập bản sao bảo hiểm",
    "Trạng thái (đóng/mở)", "Ghi chú",
]  # fmt: skip
DOSSIER_HEAD = [
    "STT", "Mã phông", "Phông", "Mục lục số", "Hộp số", "Số và ký hiệu hồ sơ", "Mã hồ sơ", "Tiêu đề hồ sơ",
    "Thời hạn bảo quản", "Chế độ sử dụng", "Ngôn ngữ", "Thời gian bắt đầu", "Thời gian kết thúc",
    "Tổng số văn bản trong hồ sơ", "Số lượng tờ", "Số lượng trang", "Ký hiệu thông tin", "Từ khóa",
    "Tình trạng vật lý", "Mức độ tin cậy", "Mã hồ sơ giấy gốc", "Ghi chú", "Thư mục ảnh quét",
]  # fmt: skip
DOCUMENT_HEAD = [
    "STT", "Mã hồ sơ", "Số thứ tự văn bản trong hồ sơ", "Tên loại văn bản", "Số của văn bản",
    "Ký hiệu của văn bản",
    "Ngày, tháng, năm văn bản", "Tên cơ quan, tổ chức ban hành văn bản", "Trích yếu nội dung", "Ngôn ngữ",
    "Số lượng trang của văn bản", "Từ tờ số", "Đến tờ số", "Chế độ sử dụng", "Mức độ tin cậy", "Bút tích",
    "Tình trạng vật lý", "Từ khóa", "Ký hiệu thông tin", "Ghi chú", "Đường dẫn file",
]  # fmt: skip
PHOTO_HEAD = [
    "STT", "Mã hồ sơ", "Số thứ tự", "Loại (phim âm bản/ảnh)", "Số lưu trữ", "Ký hiệu thông tin",
    "Tên sự kiện",
    "Tiêu đề phim/ảnh", "Tác giả", "Địa điểm chụp", "Thời gian chụp", "Màu sắc", "Cỡ phim/ảnh",
    "Tài liệu đi kèm",
    "Chế độ sử dụng", "Tình trạng vật lý", "Ghi chú", "Đường dẫn file",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inventory:
    """The rows of the four sheets, in the order of the heads above."""

    province: str
    fonds: list[Cell]
    dossiers: list[list[Cell]]
    documents: list[list[Cell]]
    photos: list[list[Cell]]


def _titles(sheet: Worksheet, lines: list[str]) -> int:
    for row, line in enumerate(lines, 1):
        sheet.cell(row, 1, line).font = Font(bold=True, size=13)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=8)
    return len(lines) + 1


def _grid(sheet: Worksheet, top: int, head: list[str], rows: list[list[Cell]]) -> None:
    """Write head, numbering row and `rows` from row `top` on, ruled like a printed inventory."""
    thin = Side(style="thin", color="999999")
    numbers: list[Cell] = [f"({i})" for i in range(1, len(head) + 1)]
    for y, row in enumerate([list[Cell](head), numbers, *rows], top):
        for x, value in enumerate(row, 1):
            cell = sheet.cell(y, x, value)
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(vertical="top", wrap_text=True, horizontal="center" if y < top + 2 else None)
            if isinstance(value, str):
                cell.number_format = "@"
            if y == top:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="E8E2D0")
    for x, name in enumerate(head, 1):
        wide = name.startswith(("Tiêu đề", "Trích yếu", "Lịch sử", "Đường dẫn", "Tên sự kiện"))
        sheet.column_dimensions[get_column_letter(x)].width = 44 if wide else 17
    sheet.freeze_panes = f"C{top + 2}"


def _total(rows: list[list[Cell]], columns: range) -> list[Cell]:
    out: list[Cell] = ["Tổng cộng", *[None] * (len(rows[0]) - 1)]
    for x in columns:
        out[x] = sum(row[x] for row in rows if isinstance(row[x], int))  # type: ignore[misc]  # narrowed by the if
    return out


def write(inventory: Inventory, path: Path) -> None:
    """Write the workbook to `path`, with fixed times so that the bytes repeat."""
    book = Workbook()
    book.remove(book.worksheets[0])
    office = [
        f"LƯU TRỮ LỊCH SỬ TỈNH {inventory.province.upper()} (DỮ LIỆU TỔNG HỢP)",
        f"PHÔNG: {str(inventory.fonds[2]).upper()}",
    ]
    sheet = book.create_sheet("Phong")
    _grid(sheet, _titles(sheet, ["THÔNG TIN PHÔNG LƯU TRỮ"]) + 1, FONDS_HEAD, [inventory.fonds])
    total = _total(inventory.dossiers, range(13, 16))
    for name, head, lines, rows in (
        (
            "MucLucHoSo",
            DOSSIER_HEAD,
            ["MỤC LỤC SỐ 01, 02", "MỤC LỤC HỒ SƠ, TÀI LIỆU"],
            [*inventory.dossiers, total],
        ),
        ("MucLucVanBan", DOCUMENT_HEAD, ["MỤC LỤC VĂN BẢN TRONG HỒ SƠ"], inventory.documents),
        ("Anh", PHOTO_HEAD, ["MỤC LỤC TÀI LIỆU ẢNH"], inventory.photos),
    ):
        sheet = book.create_sheet(name)
        _grid(sheet, _titles(sheet, [*office, *lines]), head, rows)
    book.properties.creator = "Fonds examples"
    book.properties.created = STAMP
    path.write_bytes(_settled(book))


def _settled(book: Workbook) -> bytes:
    """The saved workbook with the clock taken out of its zip entries and of core.xml."""
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    modified = book.properties.modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = data.replace(modified, STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode())
            target.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
