"""The sheet as PDF/A: judged by veraPDF, read by PDFium as any reader would, and the same bytes every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.errors import FondsError
from fonds.metadata.model import Kind
from fonds.packaging.dip import SIGNATURE_PLACE, DeliveredDocument, Recipient, pdf, write_sheet
from fonds.packaging.paper.printing import printable
from fonds.schemas.messages import catalogue
from fonds.schemas.xml import parse
from tests.packaging.dip.sheets import LONG, OBJID, SHEET, many, pdf_of, texts_of, titled
from tests.packaging.dip.verapdf import Verdict, judge
from tests.support import ROOT

WIDE = "W" * 5_000
SHEETS = {
    "one": SHEET,
    "thirty": many(30),
    "no term, no number": replace(SHEET, term_days=None, number="", parent=""),
    "signs without a glyph": titled("字漢 \U0001f600 \x00 \ud800 \ufffe", "{nb} \ue0ff\ue0ff\ue0ff\ue0ff"),
    "much too long": replace(
        SHEET,
        archive=WIDE,
        parent=WIDE,
        number=WIDE,
        place=WIDE,
        purpose_content=WIDE,
        recipient=Recipient(WIDE, WIDE),
        documents=(DeliveredDocument(Kind.DOCUMENT, WIDE, WIDE, WIDE, WIDE),) * 2,
    ),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    folder = tmp_path_factory.mktemp("judged")
    files = {name: folder / f"{name}.pdf" for name in (*SHEETS, "English", "plain")}
    for name, sheet in SHEETS.items():
        files[name].write_bytes(pdf_of(sheet))
    files["English"].write_bytes(pdf_of(many(3), "en"))
    plain = FPDF()
    plain.add_page()
    plain.set_font("helvetica")
    plain.write(text="not embedded, not described")
    plain.output(str(files["plain"]))
    judged = judge(files.values())
    return {name: judged[path] for name, path in files.items()}


@pytest.mark.parametrize("name", [*SHEETS, "English"])
def test_verapdf_finds_no_fault(verdicts: Mapping[str, Verdict], name: str) -> None:
    assert verdicts[name].faults == ()
    assert verdicts[name].conforms
    assert verdicts[name].checks > 2_000


def test_verapdf_finds_the_faults_of_a_plain_pdf(verdicts: Mapping[str, Verdict]) -> None:
    assert not verdicts["plain"].conforms
    assert {fault.split()[0] for fault in verdicts["plain"].faults} >= {"6.6.2.1-1", "6.2.11.4.1-1"}


# --- what every machine can check, with Java or without ---------------------------------------------------------------


def test_it_says_of_itself_that_it_is_pdf_a_2u() -> None:
    content = pdf_of(SHEET)
    packet = re.search(rb"<\?xpacket begin=[^>]+\?>\s*(<x:xmpmeta.+?</x:xmpmeta>)", content, re.DOTALL)
    assert packet
    root = parse(packet[1]).getroot()
    said = {str(one.tag).rpartition("}")[2]: "".join(map(str, one.itertext())) for one in root.iter("*")}
    assert (said["part"], said["conformance"]) == ("2", "U")
    assert (said["title"], said["creator"]) == ("Phiếu xác thực tài liệu lưu trữ số", SHEET.archive)
    assert said["description"] == f"Mã xác thực {SHEET.code}"
    assert said["CreateDate"] == said["ModifyDate"] == "2025-02-05T00:00:00+07:00"


def test_fonts_are_embedded_as_subsets_and_nothing_is_locked() -> None:
    content = pdf_of(SHEET)
    fonts = re.findall(rb"/BaseFont /(\S+)", content)
    assert {name.partition(b"+")[2] for name in fonts} == {b"Tinos", b"TinosBold", b"TinosItalic"}
    assert all(re.match(rb"[A-Z]{6}\+", name) for name in fonts)
    assert content.count(b"/FontFile2") == content.count(b"/ToUnicode") == 3
    assert b"/S /GTS_PDFA1" in content
    assert b"/Lang (vi-VN)" in content
    assert not re.search(rb"/(Encrypt|JavaScript|JS|EmbeddedFiles|Launch)\b", content)
    assert len(content) < 80_000, "three whole typefaces would be 1.6 MB"


# --- what people read and copy ----------------------------------------------------------------------------------------


def test_everything_can_be_copied_as_text() -> None:
    (text,) = texts_of(pdf_of(SHEET))
    for said in (
        "SỞ NỘI VỤ TỈNH LÀO CAI TRUNG TÂM LƯU TRỮ LỊCH SỬ TỈNH LÀO CAI Số: 15/PXT-TTLTLS",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc Lào Cai, ngày 05 tháng 02 năm 2025",
        "PHIẾU XÁC THỰC TÀI LIỆU LƯU TRỮ SỐ",
        f"1 Mã xác thực {SHEET.code}",
        "2 Cơ quan lưu trữ Trung tâm Lưu trữ lịch sử tỉnh Lào Cai",
        "Nguyễn Thị Lan; số định danh 010187001234",
        "4 Mã lưu trữ tài liệu H41.01.H41.10.1975.12.0000003",
        "5 Số, ký hiệu 147/QĐ-UB",
        "6 Tên loại Quyết định",
        f"7 Trích yếu nội dung {LONG}",
        "8 Mục đích sử dụng Cá nhân: Làm chế độ cho thân nhân liệt sĩ",
        "9 Ngày, tháng, năm xác thực 05/02/2025",
        "10 Thời hạn sử dụng 15 ngày, đến hết ngày 20/02/2025",
        "11 Số lượng bản 2 bản",
        OBJID,
    ):
        assert said in text


def test_in_english() -> None:
    (text,) = texts_of(pdf_of(replace(SHEET, term_days=None), "en"))
    for said in ("AUTHENTICATION SHEET", "Lào Cai, 5 February 2025", "6 Type of document Decision"):
        assert said in text
    assert "10 Term of use No limit 11 Number of copies 2" in text
    assert not re.search(r"[{}]", text)


def test_a_dossier_is_named_as_one() -> None:
    whole = DeliveredDocument(Kind.DOSSIER, "H41.01.12", "", "", "Hồ sơ liệt sĩ")
    (text,) = texts_of(pdf_of(replace(SHEET, documents=(whole,))))
    assert "6 Tên loại Hồ sơ 7 Trích yếu nội dung Hồ sơ liệt sĩ" in text


def test_thirty_documents_go_on_over_the_pages_under_the_same_head() -> None:
    sheet = many(30)
    pages = texts_of(pdf_of(sheet))
    assert len(pages) == 3
    head = "STT Mã lưu trữ tài liệu Số, ký hiệu Tên loại Trích yếu nội dung"
    assert "30 tài liệu" in pages[0]
    for number, text in enumerate(pages, 1):
        assert text.count(head) == 1
        assert text.count(f"Mã xác thực {sheet.code} – số trang: 3") == 1
        assert text.startswith(f"{number} {head}") is (number > 1), "the first page has no number"
    # A code is broken at the end of its column, as in print.
    flowing = "".join(pages).replace(" ", "")
    found = [flowing.index(one.arc_doc_code) for one in sheet.documents]
    assert found == sorted(found)


def test_the_place_of_the_signature_is_empty() -> None:
    left, bottom, right, top = SIGNATURE_PLACE
    page = pypdfium2.PdfDocument(pdf_of(replace(SHEET, parent=LONG)))[0]
    width, height = page.get_size()
    assert page.get_textpage().get_text_bounded(left, bottom, right, top) == ""
    image = page.render(scale=2).to_pil().convert("L")
    box = tuple(round(2 * edge) for edge in (left, height - top, right, height - bottom))
    assert image.crop(box).getextrema() == (255, 255)
    assert left > width / 2
    assert bottom > height * 0.9


def test_what_the_typeface_lacks_is_shown_by_its_number() -> None:
    pages = texts_of(pdf_of(titled("Bia chữ 字 \x07\U0001f600", "Trang {nb} \ue0ff")))
    flowing = "".join(pages).replace(" ", "")
    assert "Biachữ[U+5B57][U+0007][U+1F600]" in flowing
    assert "Trang{nb}[U+E0FF]" in flowing


def test_a_text_is_printed_composed_and_on_one_line() -> None:
    known = frozenset(map(ord, "ế abc"))
    assert printable("e\u0302\u0301 \n\t a\u200bb\u202ec", known) == "ế abc"


def test_what_is_too_long_is_cut_and_says_so() -> None:
    assert "[…]" in "".join(texts_of(pdf_of(titled(LONG * 20))))
    (text,) = texts_of(pdf_of(titled((LONG * 3)[:500])))
    assert "[…]" not in text, "the longest that the field allows is whole"


@pytest.mark.unmeasured
@settings(max_examples=15)
@given(st.lists(st.text(max_size=900), min_size=1, max_size=4), st.text(max_size=300))
def test_any_text_makes_a_sheet_that_can_be_read(titles: list[str], name: str) -> None:
    sheet = replace(titled(*titles), archive=name, place=name, recipient=Recipient(name, name))
    assert sheet.code in texts_of(pdf_of(sheet))[0]


# --- the same again ---------------------------------------------------------------------------------------------------

_AGAIN = """
import sys
from tests.packaging.dip.sheets import many, pdf_of
sys.stdout.buffer.write(pdf_of(many(30)))
"""


def test_the_same_sheet_gives_the_same_bytes() -> None:
    """In processes with another order of hashing, in another zone, and later."""
    made = set()
    for seed, zone in (("1", "Asia/Ho_Chi_Minh"), ("2", "America/Lima")):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone}
        made.add(subprocess.run([sys.executable, "-c", _AGAIN], env=env, capture_output=True, check=True).stdout)
    assert made == {pdf_of(many(30))}


def test_another_language_is_not_offered() -> None:
    with pytest.raises(KeyError):
        pdf_of(SHEET, "fr")


def test_without_the_typeface_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fonds.packaging.paper.pdf._FACES", {"": "Lost.ttf"})
    out = BytesIO()
    with pytest.raises(FondsError, match="ASSETS_MISSING"):
        write_sheet(out, SHEET)
    assert out.getvalue() == b""


def test_the_labels_are_the_eleven_data() -> None:
    labels = ("code", "archive", "recipient", "doc_code", "doc_number", "doc_type", "doc_title", "purpose", "issued")
    for lang in ("vi", "en"):
        (text,) = texts_of(pdf_of(SHEET, lang))
        for number, label in enumerate((*labels, "term", "copies"), 1):
            assert f" {number} {catalogue(lang)[f'sheet.{label}'].split()[0]}" in text


def test_the_typeface_carries_its_licence() -> None:
    folder = Path(pdf.__file__).parents[2] / "schemas" / "fonts" / "tinos"
    assert "SIL Open Font License" in (folder / "LICENSE.txt").read_text("utf-8")
