"""The example fonds: small enough to commit, complete, and with the kinds of scan it promises."""

import json
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import load_workbook
from PIL import Image

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
FONDS = EXAMPLES / "H98.07_P03"
CACHES = {"__pycache__", ".mypy_cache", ".ruff_cache"}
COMPRESSION, ORIENTATION = 259, 274
GROUP4, LZW, DEFLATE = 4, 5, 8

Row = dict[str, str | int | None]


def rows(sheet: str) -> list[Row]:
    """The rows of a sheet as header -> value, without the numbering row and the total row."""
    book = load_workbook(FONDS / "MucLuc_P03.xlsx", read_only=True)
    found = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    book.close()
    top = next(i for i, row in enumerate(found) if row[0] in ("STT", "Mã cơ quan lưu trữ lịch sử"))
    head = [str(cell) for cell in found[top]]
    assert found[top + 1][0] == "(1)"
    body = [row for row in found[top + 2 :] if row[0] != "Tổng cộng"]
    return [{h: c if isinstance(c, str | int) else None for h, c in zip(head, row, strict=True)} for row in body]


def scans() -> list[Path]:
    """Every delivered page file, in path order."""
    return sorted(p for p in FONDS.rglob("*") if p.suffix.lower() in (".jpg", ".tif", ".pdf"))


def frames(path: Path) -> int:
    """How many pages a file holds."""
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        try:
            return len(document)
        finally:
            document.close()
    with Image.open(path) as image:
        return getattr(image, "n_frames", 1)


def image(name: str) -> Image.Image:
    """The decoded image of a page file."""
    with Image.open(FONDS / name) as opened:
        opened.load()
        return opened


def dpi(opened: Image.Image) -> int:
    """The resolution the file states."""
    return round(float(opened.info["dpi"][0]))


def test_is_small_enough_to_commit() -> None:
    files = [p for p in EXAMPLES.rglob("*") if p.is_file() and not CACHES & {*p.parts}]
    assert sum(p.stat().st_size for p in files) < 5_000_000


def test_workbook_has_the_four_sheets() -> None:
    book = load_workbook(FONDS / "MucLuc_P03.xlsx", read_only=True)
    assert book.sheetnames == ["Phong", "MucLucHoSo", "MucLucVanBan", "Anh"]
    book.close()


def test_says_that_it_is_synthetic() -> None:
    (fonds,) = rows("Phong")
    assert "Dữ liệu tổng hợp" in str(fonds["Ghi chú"])
    assert all("Dữ liệu tổng hợp" in str(row["Ghi chú"]) for row in rows("MucLucHoSo"))


def test_every_listed_path_exists_and_every_file_is_listed() -> None:
    listed = [path for row in rows("MucLucVanBan") + rows("Anh") for path in str(row["Đường dẫn file"]).split(";")]
    assert sorted(listed) == sorted(p.relative_to(FONDS).as_posix() for p in scans())


def test_sheet_counts_match_the_inventory() -> None:
    dossiers = rows("MucLucHoSo")
    assert len(dossiers) == 12
    for row in dossiers:
        files = [p for p in (FONDS / str(row["Thư mục ảnh quét"])).iterdir() if p.is_file()]
        assert sum(frames(p) for p in files) == row["Số lượng tờ"] == row["Số lượng trang"], row["Mã hồ sơ"]
    assert 45 <= sum(int(row["Số lượng tờ"] or 0) for row in dossiers) <= 60


def test_document_sheets_add_up_to_the_dossier() -> None:
    counted = Counter[str]()
    for row in rows("MucLucVanBan"):
        counted[str(row["Mã hồ sơ"])] += int(row["Số lượng trang của văn bản"] or 0)
    for row in rows("Anh"):
        counted[str(row["Mã hồ sơ"])] += 1
    assert counted == {str(row["Mã hồ sơ"]): row["Số lượng tờ"] for row in rows("MucLucHoSo")}


def test_one_dossier_is_restricted() -> None:
    modes = Counter(row["Chế độ sử dụng"] for row in rows("MucLucHoSo"))
    assert modes == {"Công khai": 11, "Sử dụng có điều kiện": 1}


def test_dates_come_in_three_spellings() -> None:
    lengths = Counter(len(str(row["Ngày, tháng, năm văn bản"])) for row in rows("MucLucVanBan"))
    assert set(lengths) == {10, 7, 4}


def test_every_page_has_its_ground_truth() -> None:
    lines = (EXAMPLES / "ground_truth.jsonl").read_text(encoding="utf-8").splitlines()
    truth = {(entry["path"], entry["frame"]): entry["text"] for entry in map(json.loads, lines)}
    expected: list[tuple[str, int | None]] = []
    for path in scans():
        count, name = frames(path), path.relative_to(FONDS).as_posix()
        expected += [(name, None)] if count == 1 else [(name, i + 1) for i in range(count)]
    assert set(truth) == set(expected)
    assert len(lines) == len(expected)
    silent = [key for key, text in truth.items() if not text and "HS_005" not in key[0]]
    assert silent == [("ML02/Hop_03/HS_009/0002.tif", None), ("ML02/Hop_04/HS_012/0003.jpg", None)]


@pytest.mark.parametrize(
    ("name", "mode", "compression", "count", "resolution"),
    [
        ("ML01/Hop_02/HS_006/0001.tif", "1", GROUP4, 1, 200),
        ("ML02/Hop_03/HS_007/0001-0005.tif", "L", DEFLATE, 5, 150),
        ("ML02/Hop_03/HS_009/0001.tif", "L", LZW, 1, 200),
    ],
)
def test_tiff_kinds(name: str, mode: str, compression: int, count: int, resolution: int) -> None:
    opened = image(name)
    assert opened.mode == mode
    assert opened.getexif()[COMPRESSION] == compression
    assert frames(FONDS / name) == count
    assert dpi(opened) == resolution


def test_map_is_a3_at_300_dpi_in_colour() -> None:
    opened = image("ML01/Hop_02/HS_004/0001.jpg")
    assert (opened.mode, opened.size, dpi(opened)) == ("RGB", (4961, 3508), 300)


def test_one_photographed_sheet_lies_on_its_side() -> None:
    turned = [p for p in scans() if p.suffix.lower() == ".jpg" and _orientation(p) == 6]
    assert [p.name for p in turned] == ["0002.jpg"]
    assert image("ML01/Hop_01/HS_002/0002.jpg").width > image("ML01/Hop_01/HS_002/0002.jpg").height


def _orientation(path: Path) -> int:
    with Image.open(path) as opened:
        return int(opened.getexif().get(ORIENTATION, 1))


def test_every_colour_scan_states_at_least_200_dpi() -> None:
    for path in scans():
        if path.suffix.lower() == ".jpg":
            opened = image(path.relative_to(FONDS).as_posix())
            assert opened.mode == "RGB"
            assert dpi(opened) >= 200, path


def test_odd_names_are_there() -> None:
    names = [p.name for p in scans()]
    assert [n for n in names if n[4:5] == "a"] == ["0002a.jpg"]
    assert [n for n in names if n.endswith(".JPG")] == ["0003.JPG"]
    assert [n for n in names if n.endswith(".pdf")] == ["H98.07.P03.1974.10.pdf"]


def test_the_back_is_blank() -> None:
    grey = image("ML02/Hop_03/HS_009/0002.tif")
    middle = grey.crop((200, 200, grey.width - 200, grey.height - 200))
    assert min(middle.tobytes()) > 200
