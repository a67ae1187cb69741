"""Reading inventories: sheets and columns under any names, both layouts, values as written, clear errors."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from fonds.errors import EXIT_OPERATIONAL, EXIT_PROBLEMS, EXIT_USAGE, FondsError
from fonds.metadata.model import fonds_code
from fonds.repository.intake.gate import Gate
from fonds.repository.intake.submission import SubmittedDossier
from tests.repository.intake.building import DOCUMENT, DOSSIER, Make, checked, found, gate, page


def _one(root: Path, mapping: Path | None = None) -> SubmittedDossier:
    _, (dossier,) = checked(root, mapping=mapping)
    return dossier


def test_sheets_are_known_by_their_headers_whatever_their_names_and_column_order(tmp_path: Path) -> None:
    make = Make(sheets={"fonds": "Tờ 1", "dossiers": "Bảng A", "documents": "Bảng B"})
    make.dossiers = [dict(reversed(make.dossier.items()))]
    make.documents = [dict(reversed(make.document.items()))]
    delivery, (dossier,) = checked(make.write(tmp_path))
    assert delivery.findings == []
    assert dossier.code == "H99.12.P01.1962.01"
    assert fonds_code(dossier.fonds) == "H99.12.P01"
    assert dossier.items[0].description.text("subject") == "Báo cáo sáu tháng đầu năm"


ABBREVIATED = {
    "STT": "TT",
    "Số và ký hiệu hồ sơ": "Hồ sơ số",
    "Mã hồ sơ": "Mã HS",
    "Tiêu đề hồ sơ": "TIEU DE HO SO",
    "Thời hạn bảo quản": "THBQ",
    "Chế độ sử dụng": "CĐSD",
    "Thời gian bắt đầu": "Ngày BĐ",
    "Thời gian kết thúc": "Ngày KT",
    "Số lượng tờ": "Số tờ",
    "Từ khóa": "Từ khoá",
    "Thư mục ảnh quét": "Đường dẫn",
    "Mã hồ sơ giấy gốc": "Mã HS giấy gốc",
    "Mức độ tin cậy": "Độ tin cậy (số hóa/gốc)",
}


def test_abbreviated_headers_are_understood(tmp_path: Path) -> None:
    make = Make()
    make.dossiers = [{ABBREVIATED.get(key, key): value for key, value in make.dossier.items()}]
    root = make.write(tmp_path)
    assert found(root) == {("HEADER_VARIANT", "MucLucHoSo!header")}
    (variant,) = checked(root)[0].findings
    assert variant.data["headers"] == ", ".join(ABBREVIATED.get(key, "") for key in DOSSIER if key in ABBREVIATED)
    assert _one(root).dossier.code("confidenceLevel") == "02"


def test_a_header_of_two_rows_is_read(tmp_path: Path) -> None:
    make = Make()
    book = make.workbook()
    sheet = book["MucLucHoSo"]
    column = list(DOSSIER).index("Thời gian bắt đầu") + 1
    sheet.insert_rows(4)
    sheet.cell(3, column).value, sheet.cell(3, column + 1).value = "Thời gian", None
    sheet.merge_cells(start_row=3, end_row=3, start_column=column, end_column=column + 1)
    sheet.cell(4, column).value, sheet.cell(4, column + 1).value = "Bắt đầu", "Kết thúc"
    dossier = _one(make.write(tmp_path, book))
    assert (dossier.dossier.text("startDate"), dossier.dossier.text("endDate")) == ("05/01/1962", "28/12/1962")
    assert not dossier.blocked


def test_dates_in_six_cells_keep_what_is_not_known_empty(tmp_path: Path) -> None:
    make = Make()
    for side in ("bắt đầu", "kết thúc"):
        del make.dossier[f"Thời gian {side}"]
    make.dossier.update({"Ngày bắt đầu": 5, "Tháng bắt đầu": 1, "Năm bắt đầu": 1962})
    make.dossier.update({"Ngày kết thúc": None, "Tháng kết thúc": "0", "Năm kết thúc": 1963})
    delivery, (dossier,) = checked(make.write(tmp_path))
    assert {one.code for one in delivery.findings} <= {"HEADER_VARIANT"}
    start, end = dossier.dossier.values["startDate"], dossier.dossier.values["endDate"]
    assert (start.text, start.verbatim, end.text, end.verbatim) == ("05/01/1962", "5/1/1962", "1963", "0/1963")


def test_dates_in_one_cell_are_start_and_end(tmp_path: Path) -> None:
    make = Make()
    del make.dossier["Thời gian bắt đầu"], make.dossier["Thời gian kết thúc"]
    make.dossier["Ngày tháng BĐ và KT"] = "05/01/1962 - 28/12/1963"
    dossier = _one(make.write(tmp_path)).dossier
    assert (dossier.text("startDate"), dossier.text("endDate")) == ("05/01/1962", "28/12/1963")


@pytest.mark.parametrize(
    ("value", "text", "written"),
    [
        (3.1970, "3.1970", "3.197"),
        (1970, "1970", ""),
        (1970.0, "1970", ""),
        ("  1970 ", "1970", "  1970 "),
        ("không rõ", "không rõ", ""),
    ],
)
def test_dates_of_every_cell_type_are_kept(value: float | str, text: str, written: str, tmp_path: Path) -> None:
    make = Make()
    make.dossier.update({"Thời gian bắt đầu": value, "Thời gian kết thúc": "1980"})
    start = _one(make.write(tmp_path)).dossier.values["startDate"]
    assert (start.text, start.written) == (text, written)


def test_a_number_is_read_as_its_cell_shows_it(tmp_path: Path) -> None:
    make = Make()
    make.dossier["Mục lục số"] = 1
    book = make.workbook()
    book["MucLucHoSo"].cell(5, list(DOSSIER).index("Mục lục số") + 1).number_format = "00"
    assert _one(make.write(tmp_path, book)).dossier.text("fileCatalog") == "01"


def test_a_formula_gives_the_value_excel_saved(tmp_path: Path) -> None:
    make = Make()
    make.dossier["Từ khóa"] = '="kinh"&" tế"'
    root = make.write(tmp_path)
    path = root / "MucLuc_P01.xlsx"
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    name, content = next((name, content) for name, content in parts.items() if b"<f>" in content)
    saved = r'<c r="\1"\2 t="str">\3<v>kinh tế</v></c>'.encode()
    parts[name] = re.sub(rb'<c r="(\w+)"([^>]*)>(<f>.*?</f>)<v ?/?>(?:</v>)?</c>', saved, content)
    with zipfile.ZipFile(path, "w") as new:
        for part, content in parts.items():
            new.writestr(part, content)
    assert load_workbook(path, data_only=True)["MucLucHoSo"].cell(5, 13).value == "kinh tế"
    delivery, (dossier,) = checked(root)
    assert delivery.findings == []
    assert dossier.dossier.text("keyword") == "kinh tế"


def test_unknown_columns_and_control_characters_are_kept_word_for_word(tmp_path: Path) -> None:
    make = Make()
    make.dossier.update({"Cột riêng": " Giá trị ", "Từ khóa": "báo_x0007_cáo", "Chú giải": "xem tờ 2"})
    dossier = _one(make.write(tmp_path)).dossier
    assert dossier.extra == (("Cột riêng", " Giá trị "), ("Chú giải", "xem tờ 2"))
    assert (dossier.values["keyword"].text, dossier.values["keyword"].written) == ("báocáo", "báo\\u0007cáo")


def test_a_missing_code_is_made_from_agency_fonds_year_and_number(tmp_path: Path) -> None:
    make = Make()
    del make.dossier["Mã hồ sơ"]
    make.document["Mã hồ sơ"] = "01"
    delivery, (dossier,) = checked(make.write(tmp_path))
    assert delivery.findings == []
    assert dossier.code == dossier.dossier.text("fileCode") == "H99.12.P01.1962.01"
    assert dossier.items[0].pages == (0, 1)


def test_without_a_fonds_sheet_the_fonds_is_what_the_codes_say(tmp_path: Path) -> None:
    make = Make(fonds=[])
    dossier = _one(make.write(tmp_path))
    assert fonds_code(dossier.fonds) == "H99.12.P01"
    assert not dossier.blocked


def test_a_listed_file_that_is_not_there_is_found_by_its_sheet(tmp_path: Path) -> None:
    make = Make()
    make.document["Đường dẫn file"] = "Hop_01/HS_01/0001.jpg"
    assert _one(make.write(tmp_path)).items[0].pages == (0, 1)
    make.document.update({"Từ tờ số": None, "Đến tờ số": None, "Đường dẫn file": "0002.tif"})
    make.name = "again"
    assert _one(make.write(tmp_path)).items[0].pages == (1,)


@pytest.mark.parametrize(
    "written", ["Hop_01\\HS_01", "./Hop_01/HS_01/", "H99.12_P01/Hop_01/HS_01", "hop_01/hs_01", None]
)
def test_a_folder_is_found_as_people_write_it(written: str | None, tmp_path: Path) -> None:
    make = Make()
    make.dossier["Thư mục ảnh quét"] = written
    delivery, (dossier,) = checked(make.write(tmp_path))
    assert (delivery.findings, dossier.where) == ([], "Hop_01/HS_01")


def test_dossiers_in_one_folder_can_list_their_files(tmp_path: Path) -> None:
    make = Make(documents=[], files={f"quet/000{n}.tif": page(n) for n in (1, 2, 3)})
    make.dossier["Thư mục ảnh quét"] = "quet/0001.tif; quet/0002.tif"
    make.second(**{"Thư mục ảnh quét": "quet/0003.tif"})
    del make.files["Hop_01/HS_02/0001.tif"]
    make.second("03", **{"Thư mục ảnh quét": "quet/0009.tif"})
    del make.files["Hop_01/HS_03/0001.tif"]
    delivery, dossiers = checked(make.write(tmp_path))
    assert [[file.where for file in one.files] for one in dossiers] == [
        [],
        ["quet/0001.tif", "quet/0002.tif"],
        ["quet/0003.tif"],
    ]
    assert {one.code for one in delivery.findings} == {"MISSING_FOLDER", "PAGE_GAP"}


def test_folders_of_documents_inside_a_dossier_belong_to_it(tmp_path: Path) -> None:
    make = Make()
    make.files["Hop_01/HS_01/vb2/0003.tif"] = page(3)
    make.dossier["Số lượng tờ"] = 3
    listed = {"STT": 2, "Từ tờ số": 3, "Đến tờ số": 3, "Đường dẫn file": "Hop_01/HS_01/vb2/0003.tif"}
    make.documents.append({**DOCUMENT, **listed})
    delivery, (dossier,) = checked(make.write(tmp_path))
    assert delivery.findings == []
    assert [item.pages for item in dossier.items] == [(0, 1), (2,)]


LEFT = ["Phông", "Mục lục", "Hộp số", "Số và ký hiệu hồ sơ", "Tiêu đề", "THBQ", "Chế độ sử dụng", "Ngôn ngữ"]
LEFT += [f"{part} {side}" for side in ("bắt đầu", "kết thúc") for part in ("Ngày", "Tháng", "Năm")]
LEFT += ["Tổng số văn bản", "Chú giải", "Ký hiệu thông tin", "Từ khóa", "Số lượng tờ", "Tình trạng vật lý"]
LEFT += ["Mức độ tin cậy", "Mã hồ sơ giấy gốc", "Ghi chú"]
RIGHT = ["STT văn bản", "Tên loại", "Số", "Ký hiệu", "Ngày", "Tháng", "Năm", "Cơ quan ban hành", "Trích yếu"]
RIGHT += ["Ngôn ngữ", "Số trang", "Chú giải", "Ký hiệu thông tin", "Từ khóa", "Chế độ sử dụng", "Mức độ tin cậy"]
RIGHT += ["Bút tích", "Tình trạng vật lý", "Quy trình xử lý", "Tờ số", "Loại tài liệu", "Ghi chú", "Đường dẫn file"]
SAME = ["UBHC", "01", "01", "01", "Tập báo cáo", "Vĩnh viễn", "Công khai", "Tiếng Việt", 5, 1, 1962, None, 12, 1962]
SAME += [2, "giải", "KT", "kt", 3, "Tốt", "Số hóa", "K01", None]
FIRST = [1, "Báo cáo", "12", "BC-UB", 5, 2, 1962, "UBHC", "Báo cáo A", "Tiếng Pháp", 2, None, None, None]
FIRST += ["Sử dụng có điều kiện", "Số hóa", None, None, None, "1-2", "giấy", None, "HS_01/0001.tif"]
SECOND = [2, "Giấy lạ", "13", "BC-UB", 31, 2, 1962, "UBHC", "Báo cáo B", "Tiếng Việt", 1, None, None, None]
SECOND += ["Công khai", "Số hóa", None, None, None, "3", "giấy", None, "HS_01/0003.tif"]


def test_the_one_sheet_layout_of_46_columns_is_read(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Dữ liệu"
    assert len(LEFT + RIGHT) == 46
    for line in (["DANH MỤC HỒ SƠ SỐ HÓA"], [], LEFT + RIGHT, range(1, 47), SAME + FIRST, SAME + SECOND):
        sheet.append(list(line))
    fonds = book.create_sheet("Phong")
    for line in (["Mã cơ quan lưu trữ", "Mã phông", "Tên phông"], ["H99.12", "P01", "UBHC"]):
        fonds.append(line)
    make = Make(files={f"HS_01/000{n}.tif": page(n) for n in (1, 2, 3)})
    delivery, (dossier,) = checked(make.write(tmp_path, book))
    assert {(one.code, one.where) for one in delivery.findings} == {
        ("HEADER_VARIANT", "Dữ liệu!header"),
        ("UNKNOWN_CODE", "Dữ liệu!stt=2.typeName"),
        ("INVALID_DATE", "Dữ liệu!stt=2.issuedDate"),
        ("UNKNOWN_COLUMN", "Dữ liệu!header"),
    }
    assert (dossier.code, dossier.where, len(dossier.pages)) == ("H99.12.P01.1962.01", "HS_01", 3)
    assert (dossier.dossier.text("startDate"), dossier.dossier.text("endDate")) == ("05/01/1962", "12/1962")
    assert [item.pages for item in dossier.items] == [(0, 1), (2,)]
    first = dossier.items[0].description
    assert (first.code("language"), first.code("mode"), first.text("issuedDate")) == ("03", "02", "05/02/1962")
    assert dossier.dossier.code("language") == "01"
    assert ("Chú giải", "giải") in dossier.dossier.extra
    assert not any(name == "Trích yếu" for name, _ in dossier.dossier.extra)


def test_a_mapping_adds_an_archives_own_column_names(tmp_path: Path) -> None:
    make = Make()
    make.dossier["Tên tập lưu"] = make.dossier.pop("Tiêu đề hồ sơ")
    root = make.write(tmp_path)
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"dossier": {"title": ["Tên tập lưu"]}}), "utf-8")
    with pytest.raises(FondsError) as error:
        checked(root)
    assert error.value.code == "INVENTORY_SHEET_MISSING"
    assert _one(root, mapping=mapping).dossier.text("title") == "Tập báo cáo năm 1962"


def _raises(the_gate: Gate, code: str, exit_code: int, source: Path, **options: Path) -> FondsError:
    with pytest.raises(FondsError) as error:
        the_gate.open(source, **options)
    assert (error.value.code, error.value.exit_code) == (code, exit_code)
    return error.value


def test_a_source_that_is_not_there_or_no_folder_is_a_wrong_request(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    _raises(gate(), "SOURCE_MISSING", EXIT_USAGE, tmp_path / "nowhere")
    _raises(gate(), "SOURCE_NOT_FOLDER", EXIT_USAGE, tmp_path / "file")


def test_a_missing_or_ambiguous_inventory_says_where_it_looked(tmp_path: Path) -> None:
    root = Make().write(tmp_path)
    book = root / "MucLuc_P01.xlsx"
    (root / "Bản sao.xlsx").write_bytes(book.read_bytes())
    error = _raises(gate(), "INVENTORY_AMBIGUOUS", EXIT_USAGE, root)
    assert error.data["names"] == "Bản sao.xlsx, MucLuc_P01.xlsx"
    assert gate().open(root, book).inventory.path == book
    (root / "Bản sao.xlsx").unlink()
    book.rename(root / "~$MucLuc_P01.xlsx")
    assert _raises(gate(), "INVENTORY_MISSING", EXIT_USAGE, root).data["folder"] == root
    _raises(gate(), "INVENTORY_NOT_FOUND", EXIT_USAGE, root, inventory=root / "x.xlsx")


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"so,ky hieu\n1,2\n", "INVENTORY_NOT_WORKBOOK"),
        ("a.xlsx", b"", "INVENTORY_NOT_WORKBOOK"),
        ("a.xls", OLE2, "INVENTORY_OLD_EXCEL"),
        ("a.xlsx", OLE2, "INVENTORY_OLD_EXCEL"),
        ("a.xlsx", OLE2 + "EncryptedPackage".encode("utf-16-le"), "INVENTORY_LOCKED"),
    ],
)
def test_a_file_that_is_no_xlsx_says_what_it_is(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    _raises(gate(), code, EXIT_PROBLEMS, tmp_path)


def test_a_damaged_workbook_is_one_clear_error(tmp_path: Path) -> None:
    root = Make().write(tmp_path)
    path = root / "MucLuc_P01.xlsx"
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for broken in ("xl/workbook.xml", "xl/worksheets/sheet2.xml"):
        with zipfile.ZipFile(path, "w") as new:
            for name, content in parts.items():
                new.writestr(name, content[: len(content) // 2] if name == broken else content)
        _raises(gate(), "INVENTORY_NOT_WORKBOOK", EXIT_PROBLEMS, root)


def test_a_workbook_without_a_list_of_dossiers_shows_the_headers_it_has(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["Họ tên", "Năm sinh", "Quê quán"])
    root = Make().write(tmp_path, book)
    error = _raises(gate(), "INVENTORY_SHEET_MISSING", EXIT_PROBLEMS, root)
    assert error.data["headers"] == "Sheet: Họ tên, Năm sinh, Quê quán"


def test_a_folder_that_is_gone_or_closed_is_named(tmp_path: Path) -> None:
    root = Make().write(tmp_path)
    the_gate = gate()
    delivery = the_gate.open(root)
    for file in (root / "Hop_01/HS_01").iterdir():
        file.unlink()
    (root / "Hop_01/HS_01").rmdir()
    with pytest.raises(FondsError) as error:
        list(the_gate.check(delivery))
    assert (error.value.code, error.value.exit_code) == ("SOURCE_UNREADABLE", EXIT_OPERATIONAL)
    assert str(error.value.data["path"]).endswith("Hop_01/HS_01")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "MAPPING_NOT_READABLE"),
        ('{"dossier": {"title": "x"}}', "MAPPING_NOT_READABLE"),
        ('["a"]', "MAPPING_NOT_READABLE"),
        ('{"dossier": {"nope": ["x"]}}', "MAPPING_UNKNOWN_FIELD"),
        ('{"nope": {}}', "MAPPING_UNKNOWN_FIELD"),
    ],
)
def test_a_mapping_that_is_wrong_is_a_wrong_request(content: str, code: str, tmp_path: Path) -> None:
    root = Make().write(tmp_path)
    mapping = tmp_path / "m.json"
    mapping.write_text(content, "utf-8")
    _raises(gate(), code, EXIT_USAGE, root, mapping=mapping)
