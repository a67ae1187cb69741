"""The result of a check: the document, report files, and a text in both languages for every code."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fonds.errors import EXIT_OPERATIONAL, EXIT_USAGE, FondsError
from fonds.packaging.csip import requirements
from fonds.repository.intake.report import report_document, write_report
from fonds.schemas.finding_texts import finding_document
from fonds.schemas.findings import severities
from fonds.schemas.messages import LANGUAGES, catalogue
from tests.repository.intake.broken_pdfs import CASES
from tests.repository.intake.building import Make, checked, page

EVIL = "<script>alert(1)</script>"


def _dirty(tmp_path: Path) -> Path:
    make = Make()
    make.dossier.update({"Thời hạn bảo quản": EVIL, "Số lượng tờ": 5})
    make.files["=1+1.tif"] = page(3)
    make.files["Hop_01/HS_01/0004\x07.tif"] = page(4)
    return make.write(tmp_path)


def test_the_document_is_what_the_command_gives(tmp_path: Path) -> None:
    delivery, _ = checked(_dirty(tmp_path))
    document = report_document(delivery, "vi")
    assert (document["dossiers"], document["documents"], document["pages"]) == (1, 1, 3)
    assert document["counts"] == {"error": 1, "warning": len(document["findings"]) - 1, "info": 0}
    assert document["source"] == str(tmp_path / "H99.12_P01")
    assert set(document["findings"][0]) == {"code", "severity", "where", "message", "action"}
    unknown = next(one for one in document["findings"] if one["code"] == "UNKNOWN_CODE")
    assert unknown["message"] == f"«Thời hạn lưu trữ»: «{EVIL}» không có trong danh mục."
    english = next(one for one in report_document(delivery, "en")["findings"] if one["code"] == "UNKNOWN_CODE")
    assert english["message"].startswith("“Retention”")


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def test_report_files_hold_every_finding_and_nothing_that_runs(tmp_path: Path) -> None:
    delivery, _ = checked(_dirty(tmp_path))
    document = report_document(delivery, "vi")
    paths = [tmp_path / f"ket qua.{form}" for form in ("json", "html", "xlsx")]
    for path in paths:
        write_report(path, document, "vi")
    assert json.loads(paths[0].read_text("utf-8")) == document
    parser = _Cells()
    parser.feed(paths[1].read_text("utf-8"))
    assert "script" not in parser.tags
    assert [cell.strip() for cell in parser.cells[1::5]] == [one["code"] for one in document["findings"]]
    sheet = load_workbook(paths[2]).worksheets[0]
    rows = list(sheet.iter_rows(min_row=4))
    assert [row[2].value for row in rows] == [one["where"] for one in document["findings"]]
    assert all(cell.data_type == "s" for row in rows for cell in row)
    assert not list(tmp_path.glob(".tmp*"))


def test_a_report_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    document = report_document(checked(Make().write(tmp_path))[0], "en")
    with pytest.raises(FondsError) as error:
        write_report(tmp_path / "x.doc", document, "en")
    assert (error.value.code, error.value.exit_code) == ("REPORT_FORMAT", EXIT_USAGE)
    with pytest.raises(FondsError) as error:
        write_report(tmp_path / "no" / "x.json", document, "en")
    assert (error.value.code, error.value.exit_code) == ("OUTPUT_FAILED", EXIT_OPERATIONAL)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_its_text_and_advice(lang: str) -> None:
    texts = catalogue(lang)
    # The other source of codes is the table of the E-ARK requirements, whose ids are codes too.
    codes = {*severities(), *(row.id for row in requirements() if not row.id.startswith("REF_"))}
    keys = {key for code in codes for key in (f"finding.{code}", f"finding.{code}.action")}
    assert keys <= set(texts)
    known = {key for key in texts if key.startswith("finding.") and ".reason." not in key}
    assert known == keys


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_texts_of_real_findings_have_no_open_placeholder(name: str, lang: str, tmp_path: Path) -> None:
    make = Make()
    CASES[name](make)
    delivery, _ = checked(make.write(tmp_path))
    for one in delivery.findings:
        row = finding_document(one, lang)
        assert not re.search(r"\{\w+\}", row["message"] + row["action"]), row


def test_errors_of_intake_have_text_and_hint_in_both_languages() -> None:
    source = Path(__file__).parents[3] / "fonds" / "repository" / "intake"
    pattern = re.compile(r'Error\(\s*"([A-Z_]+)"')
    codes = {code for path in source.rglob("*.py") for code in pattern.findall(path.read_text("utf-8"))}
    codes |= {"INVENTORY_LOCKED", "INVENTORY_OLD_EXCEL"}
    assert len(codes) > 10
    for lang in LANGUAGES:
        assert {key for code in codes for key in (f"error.{code}", f"error.{code}.hint")} <= set(catalogue(lang))
