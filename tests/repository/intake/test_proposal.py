"""Proposals of mappings: what is recognised, what is guessed, what a person corrects, and what then is read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from fonds.errors import UsageError
from fonds.repository.backends.no_scanner import NoScanner
from fonds.repository.intake.mapping import load_tables, vendor_in
from fonds.repository.intake.mappings import save_mapping, saved_mapping
from fonds.repository.intake.proposal import Sure, as_toml, choices, propose
from fonds.schemas.inventory import tables
from tests.factories import SAMPLE, make_delivery
from tests.repository.intake.building import checked


def _renamed(tmp_path: Path, names: dict[str, str]) -> Path:
    """A delivery whose list of dossiers has other headers."""
    root = make_delivery(tmp_path / "P01", SAMPLE[:1])
    book = load_workbook(root / "MucLuc.xlsx")
    for cell in book["MucLucHoSo"][1]:
        cell.value = names.get(str(cell.value), cell.value)
    book.save(root / "MucLuc.xlsx")
    return root


def test_every_header_is_there_with_its_field_and_samples(tmp_path: Path) -> None:
    root = _renamed(tmp_path, {"Từ khóa": "Cột lạ lùng <x>", "Tiêu đề hồ sơ": "Tên hồ sơ"})
    (dossiers,) = [one for one in propose(root / "MucLuc.xlsx", tables(), NoScanner()) if one.kind == "dossier"]
    found = {one.header: one for one in dossiers.columns}
    assert found["Mã hồ sơ"].sure is Sure.OFFICIAL
    assert (found["Tên hồ sơ"].field, found["Tên hồ sơ"].sure) == ("title", Sure.SYNONYM)
    assert found["Tên hồ sơ"].samples == (SAMPLE[0].title,)
    assert (found["Cột lạ lùng <x>"].field, found["Cột lạ lùng <x>"].sure) == ("", Sure.UNKNOWN)


def test_the_file_is_a_mapping_that_changes_nothing_until_it_is_edited(tmp_path: Path) -> None:
    root = make_delivery(tmp_path / "P01", SAMPLE)
    file = tmp_path / "m.toml"
    file.write_text(as_toml(propose(root / "MucLuc.xlsx", tables(), NoScanner()), 'Á "Châu"', "vi"), "utf-8")
    assert vendor_in(file) == 'Á "Châu"'
    assert tomllib.loads(file.read_text("utf-8"))["dossier"]["Tiêu đề hồ sơ"] == "title"
    plain, mapped = (checked(root, mapping=one)[1] for one in (None, file))
    assert [one.dossier for one in mapped] == [one.dossier for one in plain]


def test_a_sheet_that_nobody_recognises_is_proposed_too_and_read_once_it_is_corrected(tmp_path: Path) -> None:
    names = {"Tiêu đề hồ sơ": "Xyz 1", "Mã hồ sơ": "Xyz 2", "Số và ký hiệu hồ sơ": "Xyz 3"}
    root = _renamed(tmp_path, names)
    sheets = propose(root / "MucLuc.xlsx", tables(), NoScanner())
    (dossiers,) = [one for one in sheets if one.sheet == "MucLucHoSo"]
    assert dossiers.kind == "dossier"
    assert ("title",) in dossiers.missing
    written = as_toml(sheets, "", "en")
    file = tmp_path / "m.toml"
    file.write_text(
        written.replace('"Xyz 1" = ""', '"Xyz 1" = "title"').replace('"Xyz 2" = ""', '"Xyz 2" = "fileCode"')
    )
    _, (dossier,) = checked(root, mapping=file)
    assert (dossier.code, dossier.dossier.text("title")) == (SAMPLE[0].code, SAMPLE[0].title)


def test_a_mapping_corrects_what_is_recognised(tmp_path: Path) -> None:
    root = _renamed(tmp_path, {"Từ khóa": "Nơi để"})
    file = tmp_path / "m.toml"
    file.write_text('[dossier]\n"nơi để" = "keyword"\n"Tình trạng vật lý" = ""\n', "utf-8")
    _, (dossier,) = checked(root, mapping=file)
    assert dossier.dossier.text("format") == ""
    assert ("Tình trạng vật lý", "Tốt") in dossier.dossier.extra


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('[dossier]\n"A" = "nothing"', "MAPPING_UNKNOWN_FIELD"),
        ('[what]\n"A" = "title"', "MAPPING_UNKNOWN_FIELD"),
        ('[dossier]\n"A" = 1', "MAPPING_NOT_READABLE"),
        ("[dossier", "MAPPING_NOT_READABLE"),
        ("dossier = 1", "MAPPING_NOT_READABLE"),
    ],
)
def test_what_is_no_mapping_is_a_wrong_request_and_is_not_kept(content: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(UsageError, match=code):
        load_tables(file)
    with pytest.raises(UsageError, match=code):
        save_mapping(tmp_path / "mappings", "Á Châu", content)
    assert saved_mapping(tmp_path / "mappings", "Á Châu") is None


def test_a_mapping_is_kept_under_the_name_of_the_vendor(tmp_path: Path) -> None:
    path = save_mapping(tmp_path / "mappings", "Số hóa Á Châu", '[dossier]\n"A" = "title"\n')
    assert path == tmp_path / "mappings" / "so-hoa-a-chau.toml"
    assert saved_mapping(tmp_path / "mappings", "SỐ HOÁ á châu") == path
    with pytest.raises(UsageError, match="VENDOR_NAME"):
        save_mapping(tmp_path / "mappings", "../..", "")


def test_headers_that_mean_something_in_toml_are_quoted(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Tiêu đề hồ sơ", "Mã hồ sơ", 'A "b" = [c]\n# d', "\\"])
    sheet.append(["t", "c", "x\ny", "z"])
    book.save(tmp_path / "m.xlsx")
    written = tomllib.loads(as_toml(propose(tmp_path / "m.xlsx", tables(), NoScanner()), "", "vi"))
    assert len(written["dossier"]) == 4


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_field_that_a_column_can_be_has_a_name(lang: str) -> None:
    for kind, table in tables().items():
        named = choices(table, lang)
        assert [label for _, label in named if not label or label.startswith("mapping.")] == [], kind
        assert len({label for _, label in named}) == len(named), kind
