"""Deliveries with one thing wrong each, named by the code they must raise. Each says where, from the delivered root."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from PIL import Image

from tests.repository.intake.building import DOCUMENT, PICTURE, Make, page, save

Expected = set[tuple[str, str]]
Case = Callable[[Make], Expected]
CASES: dict[str, Case] = {}

HS = "Hop_01/HS_01"
ROW = "MucLucHoSo!stt=1"


def case(make: Case) -> Case:
    """Register a broken delivery under its function's name."""
    CASES[make.__name__] = make
    return make


def _pdf() -> bytes:
    image = Image.open(BytesIO(page(3)))
    return save(image, "PDF", None, resolution=200.0)


@case
def missing_folder(make: Make) -> Expected:
    make.second()
    del make.files["Hop_01/HS_02/0001.tif"]
    return {("MISSING_FOLDER", "MucLucHoSo!stt=2")}


@case
def orphan_folder(make: Make) -> Expected:
    make.files["Hop_01/HS_99/0001.tif"] = page(9)
    return {("ORPHAN_FOLDER", "Hop_01/HS_99")}


@case
def orphan_folder_that_is_the_root(make: Make) -> Expected:
    make.files["0001.tif"] = page(9)
    return {("ORPHAN_FOLDER", make.name)}


@case
def orphan_folder_inside_a_dossier(make: Make) -> Expected:
    make.files[f"{HS}/them/0001.tif"] = page(9)
    return {("ORPHAN_FOLDER", f"{HS}/them")}


@case
def orphan_document_row(make: Make) -> Expected:
    make.documents.append(
        {**DOCUMENT, "STT": 2, "Mã hồ sơ": "H99.12.P01.1962.77", "Tên loại văn bản": "Giấy báo tử", "Từ tờ số": 99}
    )
    where = "MucLucVanBan!stt=2"
    return {("ORPHAN_DOCUMENT_ROW", where), ("UNKNOWN_CODE", f"{where}.typeName")}


@case
def duplicate_dossier_number(make: Make) -> Expected:
    make.second(**{"Mã hồ sơ": "H99.12.P01.1963.01", "Số và ký hiệu hồ sơ": "01"})
    return {("DUPLICATE_DOSSIER_NUMBER", "MucLucHoSo!stt=2")}


@case
def duplicate_dossier_number_by_code(make: Make) -> Expected:
    make.second(**{"Mã hồ sơ": "h99.12.p01.1962.01"})
    return {("DUPLICATE_DOSSIER_NUMBER", "MucLucHoSo!stt=2")}


@case
def folder_shared(make: Make) -> Expected:
    make.second(**{"Thư mục ảnh quét": HS})
    del make.files["Hop_01/HS_02/0001.tif"]
    return {("FOLDER_SHARED", "MucLucHoSo!stt=2")}


@case
def nfc_nfd_collision(make: Make) -> Expected:
    make.dossier["Thư mục ảnh quét"] = "Hộp/Hồ sơ"
    make.document["Đường dẫn file"] = None
    name = unicodedata.normalize("NFD", "Hồ sơ")
    make.files = {"Hộp/Hồ sơ/0001.tif": page(1), f"Hộp/{name}/0002.tif": page(2)}
    return {("NFC_NFD_COLLISION", "Hộp/Hồ sơ"), ("NFD_NAME", "Hộp/Hồ sơ")}


@case
def nfd_name_of_a_file(make: Make) -> Expected:
    make.files[f"{HS}/" + unicodedata.normalize("NFD", "Tờ.tif")] = page(3)
    make.dossier["Số lượng tờ"] = 3
    return {("NFD_NAME", f"{HS}/Tờ.tif"), ("BAD_PAGE_NAME", f"{HS}/Tờ.tif")}


@case
def nfd_text(make: Make) -> Expected:
    make.dossier["Tiêu đề hồ sơ"] = unicodedata.normalize("NFD", "Tập báo cáo")
    return {("NFD_TEXT", f"{ROW}.title")}


@case
def page_gap(make: Make) -> Expected:
    make.files[f"{HS}/0005.tif"] = page(5)
    return {("PAGE_GAP", HS)}


@case
def page_gap_by_the_inventory(make: Make) -> Expected:
    make.document["Đến tờ số"] = 4
    return {("PAGE_GAP", HS)}


@case
def page_gap_a_lettered_sheet_does_not_fill(make: Make) -> Expected:
    make.files[f"{HS}/0002a.tif"] = make.files.pop(f"{HS}/0002.tif")
    return {("PAGE_GAP", HS), ("LETTERED_SHEET", f"{HS}/0002a.tif")}


@case
def page_count_mismatch(make: Make) -> Expected:
    make.dossier["Số lượng tờ"] = 9
    return {("PAGE_COUNT_MISMATCH", HS)}


@case
def lettered_sheet(make: Make) -> Expected:
    make.files[f"{HS}/0001a.tif"] = page(3)
    make.dossier["Số lượng tờ"] = 3
    return {("LETTERED_SHEET", f"{HS}/0001a.tif")}


@case
def bad_page_name(make: Make) -> Expected:
    make.files[f"{HS}/3.tif"] = page(3)
    make.dossier["Số lượng tờ"] = 3
    return {("BAD_PAGE_NAME", f"{HS}/3.tif")}


@case
def bad_name(make: Make) -> Expected:
    names = ["0003 .tif", " 0004.tif", "0005\x07.tif", "0006?.tif"]
    make.files |= {f"{HS}/{name}": page(number) for number, name in enumerate(names, start=3)}
    make.files["con/0001.tif"] = page(9)
    make.dossier["Số lượng tờ"] = 6
    where = {f"{HS}/0003 .tif", f"{HS}/ 0004.tif", f"{HS}/0005\\u0007.tif", f"{HS}/0006?.tif", "con"}
    unnumbered = {("BAD_PAGE_NAME", f"{HS}/0005\\u0007.tif"), ("BAD_PAGE_NAME", f"{HS}/0006?.tif")}
    return {("BAD_NAME", one) for one in where} | unnumbered | {("ORPHAN_FOLDER", "con")}


@case
def bad_name_that_is_no_utf8(make: Make) -> Expected:
    make.files[f"{HS}/".encode() + b"0003\xff.tif"] = page(3)
    make.dossier["Số lượng tờ"] = 3
    where = f"{HS}/0003\\xff.tif"
    return {("BAD_NAME", where), ("BAD_PAGE_NAME", where)}


@case
def uppercase_ext(make: Make) -> Expected:
    make.files[f"{HS}/0002.TIF"] = make.files.pop(f"{HS}/0002.tif")
    return {("UPPERCASE_EXT", f"{HS}/0002.TIF")}


@case
def ext_mismatch(make: Make) -> Expected:
    make.files[f"{HS}/0002.tif"] = page(2, "JPEG")
    return {("EXT_MISMATCH", f"{HS}/0002.tif")}


@case
def stray_file(make: Make) -> Expected:
    where = ["Thumbs.db", "Hop_01/.DS_Store", f"{HS}/._0001.tif", f"{HS}/~$a.xlsx", f"{HS}/Desktop.ini", "~$b.xlsx"]
    make.files |= dict.fromkeys(where, b"x")
    return {("STRAY_FILE", one) for one in where}


@case
def long_path(make: Make) -> Expected:
    folder = "/".join(["Hồ sơ xác nhận liệt sĩ tồn đọng theo Quyết định" for _ in range(4)])
    make.files = {f"{folder}/0001.tif": page(1), f"{folder}/0002.tif": page(2)}
    make.dossier["Thư mục ảnh quét"] = folder
    make.document["Đường dẫn file"] = None
    return {("LONG_PATH", folder)}


@case
def zero_byte(make: Make) -> Expected:
    make.files[f"{HS}/0002.tif"] = b""
    return {("ZERO_BYTE", f"{HS}/0002.tif")}


@case
def corrupt_image(make: Make) -> Expected:
    make.files[f"{HS}/0001.tif"] = page(1)[:20000]
    make.files[f"{HS}/0002.jpg"] = page(2, "JPEG")[:9000]
    del make.files[f"{HS}/0002.tif"]
    return {("CORRUPT_IMAGE", f"{HS}/0001.tif"), ("CORRUPT_IMAGE", f"{HS}/0002.jpg")}


@case
def corrupt_image_of_nothing_but_zeros(make: Make) -> Expected:
    make.files[f"{HS}/0002.tif"] = bytes(4096)
    return {("CORRUPT_IMAGE", f"{HS}/0002.tif")}


@case
def blank_page(make: Make) -> Expected:
    make.files[f"{HS}/0002.tif"] = save(Image.new("RGB", (496, 702), (250, 248, 240)), "TIFF")
    return {("BLANK_PAGE", f"{HS}/0002.tif")}


@case
def duplicate_content(make: Make) -> Expected:
    make.files[f"{HS}/0002.tif"] = make.files[f"{HS}/0001.tif"]
    make.files["Hop_01/HS 00/0001.tif"] = make.files[f"{HS}/0001.tif"]
    return {
        ("DUPLICATE_CONTENT", f"{HS}/0001.tif"),
        ("DUPLICATE_CONTENT", f"{HS}/0002.tif"),
        ("ORPHAN_FOLDER", "Hop_01/HS 00"),
    }


@case
def low_bit_depth(make: Make) -> Expected:
    make.files |= {f"{HS}/0001.tif": page(1, mode="1"), f"{HS}/0002.tif": page(2, mode="L")}
    return {("LOW_BIT_DEPTH", f"{HS}/0001.tif"), ("LOW_BIT_DEPTH", f"{HS}/0002.tif")}


@case
def low_bit_depth_but_not_for_photographs(make: Make) -> Expected:
    make.documents = []
    make.pictures = [dict(PICTURE)]
    make.files = {f"{HS}/0001.jpg": page(1, "JPEG", "L"), f"{HS}/0002.jpg": page(2, "JPEG", "L")}
    return {("LOW_BIT_DEPTH", f"{HS}/0002.jpg")}


@case
def low_dpi(make: Make) -> Expected:
    make.files |= {f"{HS}/0001.tif": page(1, dpi=150), f"{HS}/0002.tif": page(2, dpi=199.6)}
    return {("LOW_DPI", f"{HS}/0001.tif")}


@case
def no_dpi(make: Make) -> Expected:
    make.files[f"{HS}/0002.jpg"] = page(2, "JPEG", dpi=None)
    del make.files[f"{HS}/0002.tif"]
    return {("NO_DPI", f"{HS}/0002.jpg")}


@case
def multipage_tiff(make: Make) -> Expected:
    more = [Image.open(BytesIO(page(number))) for number in (2, 3)]
    make.files = {f"{HS}/0001-0003.tif": page(1, save_all=True, append_images=more)}
    make.dossier["Số lượng tờ"] = 3
    return {("MULTIPAGE_TIFF", f"{HS}/0001-0003.tif")}


@case
def exif_rotated(make: Make) -> Expected:
    exif = Image.Exif()
    exif[0x0112] = 6
    make.files[f"{HS}/0002.jpg"] = page(2, "JPEG", exif=exif.tobytes())
    del make.files[f"{HS}/0002.tif"]
    return {("EXIF_ROTATED", f"{HS}/0002.jpg")}


@case
def pdf_not_pdfa(make: Make) -> Expected:
    make.files[f"{HS}/0002.pdf"] = _pdf()
    del make.files[f"{HS}/0002.tif"]
    return {("PDF_NOT_PDFA", f"{HS}/0002.pdf")}


@case
def pdf_not_pdfa_named_by_the_dossier(make: Make) -> Expected:
    make.files = {f"{HS}/H99.12.P01.1962.01.pdf": _pdf()}
    make.dossier["Số lượng tờ"] = 1
    make.document["Đến tờ số"] = 1
    return {("PDF_NOT_PDFA", f"{HS}/H99.12.P01.1962.01.pdf")}


@case
def unsupported_file(make: Make) -> Expected:
    make.files[f"{HS}/ghi chep.txt"] = b"xin chao"
    return {("UNSUPPORTED_FILE", f"{HS}/ghi chep.txt"), ("BAD_PAGE_NAME", f"{HS}/ghi chep.txt")}


@case
def no_files(make: Make) -> Expected:
    make.second()
    make.files["Hop_01/HS_02/Thumbs.db"] = make.files.pop("Hop_01/HS_02/0001.tif")
    where = "Hop_01/HS_02"
    return {("NO_FILES", where), ("PAGE_COUNT_MISMATCH", where), ("STRAY_FILE", f"{where}/Thumbs.db")}


@case
def required_missing(make: Make) -> Expected:
    make.dossier.update({"Tiêu đề hồ sơ": " ", "Thời hạn bảo quản": None, "Mã hồ sơ giấy gốc": None})
    return {("REQUIRED_MISSING", f"{ROW}.{key}") for key in ("title", "maintenance", "paperFileCode")}


@case
def required_missing_but_not_of_born_digital(make: Make) -> Expected:
    make.dossier.update({"Mức độ tin cậy": "Gốc điện tử", "Mã hồ sơ giấy gốc": None, "Thời hạn bảo quản": "01"})
    return set()


@case
def unknown_code(make: Make) -> Expected:
    make.dossier["Thời hạn bảo quản"] = "Lâu dài"
    return {("UNKNOWN_CODE", f"{ROW}.maintenance")}


@case
def unknown_code_but_not_by_spelling(make: Make) -> Expected:
    make.dossier.update({"Mức độ tin cậy": "số hoá", "Thời hạn bảo quản": 1, "Ngôn ngữ": "TIẾNG VIỆT"})
    return set()


@case
def field_too_long(make: Make) -> Expected:
    make.dossier["Từ khóa"] = "liệt sĩ; " * 12
    return {("FIELD_TOO_LONG", f"{ROW}.keyword")}


@case
def invalid_date(make: Make) -> Expected:
    make.dossier["Thời gian bắt đầu"] = "31/02/1970"
    make.document["Ngày, tháng, năm văn bản"] = "29/02/1963"
    return {("INVALID_DATE", f"{ROW}.startDate"), ("INVALID_DATE", "MucLucVanBan!stt=1.issuedDate")}


@case
def unknown_date(make: Make) -> Expected:
    make.dossier.update({"Thời gian bắt đầu": "00/00/1962", "Thời gian kết thúc": "KHÔNG RÕ"})
    return {("UNKNOWN_DATE", f"{ROW}.startDate"), ("UNKNOWN_DATE", f"{ROW}.endDate")}


@case
def unknown_date_but_not_a_partial_one(make: Make) -> Expected:
    make.dossier.update({"Thời gian bắt đầu": 3.1962, "Thời gian kết thúc": 1970})
    make.document["Ngày, tháng, năm văn bản"] = "02/1962"
    return set()


@case
def date_order(make: Make) -> Expected:
    make.dossier.update({"Thời gian bắt đầu": "02/1963", "Thời gian kết thúc": "1962"})
    return {("DATE_ORDER", ROW)}


@case
def date_order_not_of_partial_dates_that_overlap(make: Make) -> Expected:
    make.dossier.update({"Thời gian bắt đầu": "12/1962", "Thời gian kết thúc": "1962"})
    return set()


@case
def excel_date_type(make: Make) -> Expected:
    make.dossier["Thời gian bắt đầu"] = datetime(1962, 1, 5)  # noqa: DTZ001 - Excel knows no zones
    return {("EXCEL_DATE_TYPE", f"{ROW}.startDate")}


@case
def legacy_encoding(make: Make) -> Expected:
    make.dossier["Tiêu đề hồ sơ"] = "Hå s¬ liÖt sÜ NguyÔn V¨n B×nh"
    return {("LEGACY_ENCODING", f"{ROW}.title")}


@case
def cell_without_value(make: Make) -> Expected:
    make.dossier["Từ khóa"] = '=A5&"x"'
    return {("CELL_WITHOUT_VALUE", f"{ROW}.keyword")}


@case
def control_characters(make: Make) -> Expected:
    make.dossier["Từ khóa"] = "báo_x0007_ cáo"
    return {("CONTROL_CHARACTERS", f"{ROW}.keyword")}


@case
def header_variant(make: Make) -> Expected:
    make.dossier["THBQ"] = make.dossier.pop("Thời hạn bảo quản")
    make.dossier["Số tờ"] = make.dossier.pop("Số lượng tờ")
    return {("HEADER_VARIANT", "MucLucHoSo!header")}


@case
def header_variant_not_for_case_and_line_breaks(make: Make) -> Expected:
    make.dossier["THỜI HẠN\nBẢO QUẢN"] = make.dossier.pop("Thời hạn bảo quản")
    return set()


@case
def unknown_column(make: Make) -> Expected:
    make.dossier["Cột riêng"] = "giá trị"
    return {("UNKNOWN_COLUMN", "MucLucHoSo!header")}


@case
def sheet_ignored(make: Make) -> Expected:
    make.sheets["fonds"] = "Hướng dẫn"
    make.fonds = [{"Bước": 1, "Việc cần làm": "Quét từng tờ"}]
    return {("SHEET_IGNORED", "Hướng dẫn!header")}


@case
def total_row(make: Make) -> Expected:
    make.last_rows = [["Tổng cộng:", None, None, None, "=SUM(L5:L5)"], [], [None] * 5 + ["Người lập biểu"]]
    return {("TOTAL_ROW", "MucLucHoSo!last")}


@case
def row_skipped(make: Make) -> Expected:
    make.last_rows = [["II. Hồ sơ về tổ chức"]]
    return {("ROW_SKIPPED", "MucLucHoSo!row=6")}


@case
def fonds_unknown(make: Make) -> Expected:
    make.fonds = []
    make.dossier.update({"Mã phông": None, "Mã hồ sơ": "01"})
    make.document["Mã hồ sơ"] = "01"
    return {("FONDS_UNKNOWN", ROW)}


@case
def secret_on_network(make: Make) -> Expected:
    make.dossier["Chế độ sử dụng"] = "Mật"
    make.files |= {f"{HS}/0001.tif": b"not an image", f"{HS}/0002.tif": page(2, dpi=72, mode="1")}
    return {("SECRET_ON_NETWORK", f"{ROW}.mode")}


@case
def secret_on_network_by_a_document(make: Make) -> Expected:
    make.document["Chế độ sử dụng"] = "TUYỆT MẬT"
    return {("SECRET_ON_NETWORK", "MucLucVanBan!stt=1.mode")}


@case
def secret_on_network_by_its_own_column(make: Make) -> Expected:
    make.dossier["Độ mật"] = "Tối mật"
    return {("SECRET_ON_NETWORK", f"{ROW}.mode")}


@case
def secret_on_network_but_not_for_privacy(make: Make) -> Expected:
    make.dossier["Độ mật"] = "Không mật"
    return set()
