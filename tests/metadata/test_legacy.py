"""TCVN3, VNI and VIQR: found, repaired, and never seen where they are not."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.legacy import LegacyText, detect, repair, repaired
from tests.support import shared_sample

LEGACY = {
    "tcvn3": [
        ("Hå s¬ th\xad¬ng binh TrÇn V¨n B×nh, sinh n¨m 1946", "Hồ sơ thương binh Trần Văn Bình, sinh năm 1946"),
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", "Cộng hoà xã hội chủ nghĩa Việt Nam"),
        ("QuyÕt ®Þnh sè 147/Q§-UB ngµy 05/02/1962", "Quyết định số 147/QĐ-UB ngày 05/02/1962"),
        ("§¶ng bé tØnh NghÖ An", "Đảng bộ tỉnh Nghệ An"),
        ("TØNH NGHÖ AN", "TỈNH NGHỆ AN"),
        ("HéI §åNG NH¢N D¢N", "HỘI ĐỒNG NHÂN DÂN"),
        ("B¾c K¹n, §¾k L¾k, Kr«ng P¨k", "Bắc Kạn, Đắk Lắk, Krông Păk"),
        ("Lý H÷u Giang", "Lý Hữu Giang"),
        ("Hoμng V¨n Thô", "Hoàng Văn Thụ"),
        ("V¨n", "Văn"),
    ],
    "vni": [
        ("Hoà sô lieät só Nguyeãn Vaên Bình, sinh naêm 1946", "Hồ sơ liệt sĩ Nguyễn Văn Bình, sinh năm 1946"),
        ("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Ñaûng boä tænh Ngheä An", "Đảng bộ tỉnh Nghệ An"),
        ("Quyeát ñònh soá 147/QÑ-UB", "Quyết định số 147/QĐ-UB"),
        ("Phaïm Thò Nga", "Phạm Thị Nga"),
        ("Traàn", "Trần"),
    ],
    "viqr": [
        ("Ho^` so+ lie^.t si~ Nguye^~n Va(n Bi`nh, sinh na(m 1946", "Hồ sơ liệt sĩ Nguyễn Văn Bình, sinh năm 1946"),
        ("Quye^'t ddi.nh so^' 147/QDD-UB cu?a UBND ti?nh.", "Quyết định số 147/QĐ-UB của UBND tỉnh."),
        ("DDa?ng bo^. ti?nh Nghe^. An", "Đảng bộ tỉnh Nghệ An"),
        ("O^ng te^n gi`\\? To^i te^n la` Hu`ng.", "Ông tên gì? Tôi tên là Hùng."),
        ("Pha.m Thi. Nga", "Phạm Thị Nga"),
    ],
}  # fmt: skip
CASES = [(written, right, encoding) for encoding, pairs in LEGACY.items() for written, right in pairs]

VIETNAMESE = [
    "Hồ sơ liệt sĩ Nguyễn Văn Bình, sinh năm 1946", "Hoà bình", "Cô Tô", "có", "Bà Hoà", "cà phê", "lá thư",
    "Tôi là cô giáo", "án", "Năm", "QUÁ TRÌNH", "thân nhân", "Ông nói «có»", "Ðoàn", "Ðông Hà", "qúa", "ngòai",
    "tòan quân", "hòan thành", "Sô-phi-a", "Ông Seán", "cô gái Thaï", "bé", "sè", "mét", "số 5/QĐ", "Lý Tế Xuyên",
]  # fmt: skip
FOREIGN = [
    "Le général Leclerc à Hanoï, où il a été reçu", "thé", "né", "Pays thaï", "où thaï", "laïc", "maïs", "dû",
    "l'été à la plage", "Élysée", "Noël", "naïve café", "« ouï »", "«An»", "«n»", "Résidence Supérieure au Tonkin",
    "Procès-verbal de la séance du 5 février", "Seán", "Seán Kelly", "Søren Kierkegaard", "España año niño",
    "João Leão", "München Köln für Fuß", "Coca®", "© 2020 Nam", "col·lecció", "Ðð Þþ", "Málaga",
]  # fmt: skip
CODES = [
    "", " ", "Dr. No?", "A'B", "archive@example.org", "e-mail", "hyphen-ated", "http://example.org/~an", "What's this?",
    "No? Yes. (maybe)", "file(s)", "data(m)", "f(a) + g(o)", "a^n + b^n", "a+b", "o+n", "C++", "U+01B0", "a~b",
    "PROGRA~1", r"C:\DATA\an", "rock'n'roll", "O'Neil", "Ma'am", "Xi'an", "Qur'an", "8 a.m.", "e.g. this", "i.e. that",
    "dd/mm/yyyy", "H99.14.NCC.1996.LS-0001", "H99.14.K01/G01/H01.0001", "147/QD-UB", "0002a.tif", "ban.an.pdf",
    "Hop 02/HS TB-0007/0001.jpg", "Ha(n)", "ba.", "co?", "Nguyen Van Hoa", "Ho so liet si, sinh nam 1946.", "So~ no~",
    "2½", "10 µm", "µm", "5 m²", "m×n", "N·m", "§a", "§ 5", "Mª", "£m", "b¹", "20 °C", "±2", "¿Qué?", "¡No!", "→", "…",
]  # fmt: skip


@pytest.mark.parametrize(("written", "right", "encoding"), CASES)
def test_old_encodings_are_found_and_repaired(written: str, right: str, encoding: str) -> None:
    assert repaired(written) == LegacyText(written, right, encoding)


@pytest.mark.parametrize(("written", "right", "encoding"), CASES)
def test_decomposed_text_is_repaired_the_same(written: str, right: str, encoding: str) -> None:
    decomposed = unicodedata.normalize("NFD", written)
    assert repaired(decomposed) == LegacyText(decomposed, right, encoding)


@pytest.mark.parametrize("text", VIETNAMESE + FOREIGN + CODES)
def test_correct_text_is_left_alone(text: str) -> None:
    assert detect(text) is None
    assert detect(unicodedata.normalize("NFD", text)) is None
    assert repaired(text) is None


@pytest.mark.parametrize("right", [right for _, right, _ in CASES])
def test_repaired_text_needs_no_second_repair(right: str) -> None:
    assert detect(right) is None


def test_small_letters_of_the_capital_font_stay_small() -> None:
    """The text does not say which font a cell had: a limit, written in the docstring of ``repair``."""
    assert repair("Hå s¬", "tcvn3") == "Hồ sơ"
    assert repair("HåI §åNG", "tcvn3") == "HỒI ĐỒNG"


def test_viqr_keeps_numbers_and_reads_escapes() -> None:
    assert repair("A.1962 ddi\\. 5.2", "viqr") == "A.1962 đi. 5.2"


def test_another_encoding_is_refused() -> None:
    with pytest.raises(KeyError):
        repair("abc", "viscii")


@given(st.one_of(st.text(), st.text(alphabet=[chr(n) for n in range(32, 256)])))
def test_never_raises(text: str) -> None:
    assert detect(text) in (None, "tcvn3", "vni", "viqr")
    for encoding in ("tcvn3", "vni", "viqr"):
        assert isinstance(repair(text, encoding), str)


def _text_cells(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.rglob("*.xlsx")):
        if path.name.startswith("~$"):
            continue
        for sheet in openpyxl.load_workbook(io.BytesIO(path.read_bytes())):
            rows = sheet.iter_rows(values_only=True)
            found += [(sheet.title, cell) for row in rows for cell in row if isinstance(cell, str)]
    return found


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("fonds_B_dirty", {("MucLucHoSo", "Hồ sơ liệt sĩ Nguyễn Văn Bình, sinh năm 1946")}),
        ("graves", {("MoLietSi", "Nguyễn Văn Bình")}),
        ("fonds_A_clean", set()),
        ("civil_status", set()),
    ],
)
def test_what_is_old_in_the_samples_and_nothing_else(sample: str, expected: set[tuple[str, str]]) -> None:
    cells = _text_cells(shared_sample(sample))
    assert {(sheet, text.repaired) for sheet, cell in cells if (text := repaired(cell))} == expected
