"""A table that comes back: what it changes, what it may not change, and what is left of it when it is cut short."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from fonds.bootstrap import init_archive, open_archive
from fonds.errors import FondsError
from fonds.metadata.model import DossierRecord, Value
from fonds.packaging.bag import validate_bag
from fonds.packaging.csip import validate_package
from fonds.repository.archive import Archive
from fonds.repository.audit import audit
from fonds.repository.describe import NewVersion, recent_runs
from fonds.repository.describe.runs import versions_of
from fonds.repository.holding import stored_content
from fonds.repository.ports.catalogue import Aip, Unit
from fonds.repository.ports.index import Filters
from fonds.repository.reading import Reading
from fonds.repository.rebuild import rebuild
from fonds.repository.recovery import recover
from fonds.repository.versions import Change, describe_anew
from fonds.schemas.findings import Severity
from fonds.viewer.app import create_app
from tests.factories import SAMPLE
from tests.repository.describe.tables import LAN, codes, corrected, export, heads, take_back, typed

ONE, TWO, THREE = (row.code for row in SAMPLE)
FORMS = pytest.mark.parametrize("form", [".xlsx", ".csv"])


def unit(archive: Archive, code: str) -> Unit:
    found = archive.holdings.find_code(code)
    assert found is not None
    return found


def newest(archive: Archive, code: str) -> Aip:
    aip = archive.holdings.aip(unit(archive, code).id)
    assert aip is not None
    return aip


def package(archive: Archive, code: str) -> Path:
    return archive.root / "store" / newest(archive, code).location


def found_by(archive: Archive, words: str) -> list[str]:
    return [one.code for one, _ in Reading(archive, LAN).search(words, Filters()).units]


@FORMS
def test_a_preview_says_what_would_change_and_changes_nothing(archive: Archive, tmp_path: Path, form: str) -> None:
    cells = {(ONE, "title"): "Báo cáo năm 1962", (ONE, "box"): "7", (THREE, "keyword"): "đê điều"}
    result = corrected(archive, tmp_path / f"t{form}", cells, apply=False)
    assert [
        (change.code, one.column.name, one.old, one.new) for change in result.changes for one in change.fields
    ] == [
        (ONE, "title", "Báo cáo sản xuất nông nghiệp và thủy lợi năm 1962", "Báo cáo năm 1962"),
        (ONE, "box", "01", "7"),
        (THREE, "keyword", "", "đê điều"),
    ]  # fmt: skip
    assert (result.unchanged, result.left_out, result.run, result.versions) == (4, 0, 0, [])
    assert newest(archive, ONE).version == 1
    assert recent_runs(archive).total == 0


@FORMS
def test_every_dossier_gets_one_version_however_many_of_its_rows_change(
    archive: Archive, tmp_path: Path, form: str
) -> None:
    path = export(archive, tmp_path / f"t{form}", THREE)
    items = archive.holdings.children(unit(archive, THREE).id).items
    typed(path, {(THREE, "title"): "Công văn về đê biển"})
    _type_into_items(path, ["Văn bản một", "Văn bản hai"])
    result = take_back(archive, path, reason="đọc lại bản gốc")
    assert result.versions == [NewVersion(unit(archive, THREE).id, THREE, 1, 2)]
    assert [len(change.fields) for change in result.changes] == [1, 1, 1]
    now = archive.holdings.children(unit(archive, THREE).id).items
    assert [one.description.text("subject") for one in now] == ["Văn bản một", "Văn bản hai"]
    assert [one.id for one in now] == [one.id for one in items]
    assert [one.sequences for one in now] == [one.sequences for one in items]
    assert unit(archive, THREE).title == "Công văn về đê biển"
    assert newest(archive, ONE).version == 1
    assert validate_bag(package(archive, THREE)).valid
    assert validate_package(package(archive, THREE) / "data").findings == ()
    audited = audit(archive, agent="lan", scope="all")
    assert (audited.problems, audited.unknown) == ([], [])


def _type_into_items(path: Path, subjects: list[str]) -> None:
    """Type the subjects of the documents, row after row."""
    if path.suffix == ".csv":
        text = path.read_text("utf-8-sig")
        for old, new in zip(("Công văn về đắp đê", "Danh sách gia đình nạn nhân"), subjects, strict=True):
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, "utf-8-sig")
        return
    book = openpyxl.load_workbook(path)
    sheet = book["Văn bản"]
    for number, subject in enumerate(subjects, 2):
        sheet.cell(number, heads(sheet)["subject"]).value = subject
    book.save(path)


def test_who_did_it_why_and_what_is_kept_for_good(archive: Archive, tmp_path: Path) -> None:
    path = typed(export(archive, tmp_path / "t.xlsx"), {(ONE, "title"): "Mới", (ONE, "box"): ""})
    result = take_back(archive, path, reason="sai\x00 tên")
    event = stored_content(archive, newest(archive, ONE)).events[-1]
    assert event.type == "metadata modification"
    assert event.detail == "Descriptions corrected in a table\nsai\\u0000 tên"
    assert event.outcome_note == f"dossier {unit(archive, ONE).id}: title, box"
    people = {agent.id: agent.name for agent in stored_content(archive, newest(archive, ONE)).agents}
    assert "lan" in {people[one] for one in event.agents}
    rows = [row for row in archive.log.rows() if row.detail.get("run") == result.run]
    assert [row.action for row in rows] == ["describe begins", "new version", "describe ends"]
    assert {row.agent for row in rows} == {"lan"}
    assert rows[2].detail == {"run": result.run, "changed": 1, "left_out": 0}
    (run,) = recent_runs(archive).items
    assert (run.number, run.state, run.agent, run.subject, run.dossiers) == (result.run, "done", "lan", str(path), 1)
    assert (archive.root / "store/_audit-log/audit.jsonl").read_text().count("describe ends") == 1


def test_search_and_the_reading_room_show_it_at_once(archive: Archive, tmp_path: Path) -> None:
    objid = unit(archive, ONE).id
    client = create_app(archive).test_client()
    page = archive.holdings.page(f"{objid}.1.1")
    corrected(archive, tmp_path / "t.xlsx", {(ONE, "title"): "Hồ sơ thủy triều"})
    assert found_by(archive, "thủy triều") == [ONE]
    assert "Hồ sơ thủy triều" in client.get(f"/d/{objid}").get_data(as_text=True)
    assert client.get(f"/iiif/image/{objid}.2.1/info.json").status_code == 200
    assert page is not None
    assert Reading(archive, LAN).page(page.id) == page, "an id of a page of the first version means what it meant"


def test_a_rebuild_gives_the_same_descriptions(archive: Archive, tmp_path: Path) -> None:
    corrected(archive, tmp_path / "t.xlsx", {(ONE, "keyword"): "a; b", (ONE, "startDate"): "02/1962"})
    before = unit(archive, ONE)
    rebuild(archive, agent="lan", index=False, access=False)
    assert unit(archive, ONE) == before


@FORMS
def test_the_same_table_again_changes_nothing(archive: Archive, tmp_path: Path, form: str) -> None:
    path = typed(export(archive, tmp_path / f"t{form}"), {(ONE, "title"): "Mới", (TWO, "endDate"): "12/1963"})
    assert len(take_back(archive, path).versions) == 2
    again = take_back(archive, path)
    assert (again.changes, again.findings, again.run, again.unchanged) == ([], [], 0, 6)
    assert recent_runs(archive).total == 1


# --- what a value becomes ---------------------------------------------------------------------------------------------


def described(archive: Archive, code: str, **values: Value) -> None:
    """Describe a dossier anew with these values, so that a table can be made of them."""

    def edit(record: DossierRecord) -> DossierRecord:
        return replace(record, dossier=replace(record.dossier, values={**record.dossier.values, **values}))

    describe_anew(archive, newest(archive, code), edit, Change("metadata modification", "test", "minh"))


def test_an_edited_text_drops_what_was_written_and_gets_its_code(archive: Archive, tmp_path: Path) -> None:
    described(archive, ONE, title=Value("Cũ", "Cu~"), maintenance=Value("Lâu dài", "Lau dai"))
    corrected(archive, tmp_path / "t.xlsx", {(ONE, "title"): " Mới ", (ONE, "maintenance"): "70 năm"})
    values = unit(archive, ONE).description.values
    assert (values["title"], values["maintenance"]) == (Value("Mới"), Value("70 năm", code="02"))


def test_what_is_not_edited_keeps_what_was_written(archive: Archive, tmp_path: Path) -> None:
    written = {"title": Value("Cũ", "Cu~"), "maintenance": Value("Lâu dài", "Lau dai")}
    described(archive, ONE, **written)
    corrected(archive, tmp_path / "t.csv", {(ONE, "box"): "9"})
    values = unit(archive, ONE).description.values
    assert {key: values[key] for key in written} == written
    assert values["box"] == Value("9")


@pytest.mark.parametrize(
    ("key", "said", "value"),
    [
        ("title", "Đường  đi".replace("Đ", "Đ"), Value("Đường  đi")),
        ("title", "Pho\u0302ng", Value("Phông")),
        ("mode", "02", Value("02", code="02")),
        ("maintenance", "VĨNH VIỄN", Value("VĨNH VIỄN", code="01")),
        ("startDate", "khoảng 1962", Value("khoảng 1962")),
        ("endDate", "1963?", Value("1963?")),
        ("keyword", "a\nb", Value("a\nb")),
        ("box", "=1+1", Value("=1+1")),
        ("box", "", None),
    ],
)
def test_values(archive: Archive, tmp_path: Path, key: str, said: str, value: Value | None) -> None:
    path = export(archive, tmp_path / "t.csv")
    take_back(archive, typed(path, {(ONE, key): f"'{said}" if said.startswith("=") else said}))
    assert unit(archive, ONE).description.values.get(key) == value


def test_a_date_that_a_spreadsheet_made_one_is_a_date(archive: Archive, tmp_path: Path) -> None:
    from datetime import datetime

    path = typed(export(archive, tmp_path / "t.xlsx"), {(ONE, "endDate"): datetime(1963, 2, 5)})  # noqa: DTZ001
    result = take_back(archive, path)
    assert codes(result) == ["EXCEL_DATE_TYPE"]
    assert unit(archive, ONE).description.values["endDate"] == Value("05/02/1963")


def test_extra_columns_are_added_changed_and_taken_away(archive: Archive, tmp_path: Path) -> None:
    def add(heading: str, said: str, name: str) -> None:
        path = export(archive, tmp_path / name)
        book = openpyxl.load_workbook(path)
        sheet = book["Hồ sơ"]
        column = heads(sheet).get("+", sheet.max_column + 1)
        sheet.cell(1, column).value = heading
        sheet.cell(2, column).value = said
        book.save(path)
        assert len(take_back(archive, path).versions) == 1

    add("Người chỉnh lý [+]", " Lan ", "1.xlsx")
    assert unit(archive, ONE).description.extra == (("Người chỉnh lý", " Lan "),)
    add("Người chỉnh lý [+]", "Minh", "2.xlsx")
    assert unit(archive, ONE).description.extra == (("Người chỉnh lý", "Minh"),)
    add("Người chỉnh lý [+]", "", "3.xlsx")
    assert unit(archive, ONE).description.extra == ()


# --- what is refused --------------------------------------------------------------------------------------------------

REFUSED = [
    ("title", "", "EDIT_REQUIRED_EMPTIED"),
    ("mode", "", "EDIT_REQUIRED_EMPTIED"),
    ("paperFileCode", "", "EDIT_REQUIRED_EMPTIED"),
    ("fileCode", "H99.12.P01.1962.99", "EDIT_FIXED"),
    ("fileCatalog", "02", "EDIT_FIXED"),
    ("folder", "khác", "EDIT_FIXED"),
    ("@code", "H99.12.P01.1962.99", "EDIT_IDENTITY"),
    ("@kind", "Văn bản", "EDIT_IDENTITY"),
    ("@id", "uuid-0", "EDIT_UNIT_UNKNOWN"),
    ("@id", "", "EDIT_NO_ID"),
    ("maintenance", "Mãi mãi", "EDIT_UNKNOWN_CODE"),
    ("startDate", "31/02/1962", "EDIT_INVALID_DATE"),
    ("startDate", "1970", "EDIT_DATE_ORDER"),
    ("mode", "Mật", "EDIT_SECRET"),
    ("mode", "03", "EDIT_SECRET"),
]


@FORMS
@pytest.mark.parametrize(("key", "said", "code"), REFUSED)
def test_an_error_leaves_its_row_out_and_only_that(
    archive: Archive, tmp_path: Path, form: str, key: str, said: str, code: str
) -> None:
    path = typed(export(archive, tmp_path / f"t{form}"), {(TWO, "box"): "9"})
    result = take_back(archive, typed(path, {(ONE, key): said}))
    errors = [found for found in result.findings if found.severity is Severity.ERROR]
    assert [found.code for found in errors] == [code]
    assert errors[0].where.startswith("Hồ sơ!" if form == ".xlsx" else "t.csv!")
    assert errors[0].where.endswith("2")
    assert (result.left_out, [one.code for one in result.versions]) == (1, [TWO])
    assert newest(archive, ONE).version == 1


def test_a_secret_level_in_an_extra_column_is_seen(archive: Archive, tmp_path: Path) -> None:
    path = export(archive, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["Hồ sơ"]
    sheet.cell(1, sheet.max_column + 1).value = "Độ mật [+]"
    sheet.cell(2, sheet.max_column).value = "Tối mật"
    book.save(path)
    result = take_back(archive, path)
    assert (codes(result), result.left_out, result.versions) == (["EDIT_SECRET"], 1, [])


def test_control_characters_are_refused(archive: Archive, tmp_path: Path) -> None:
    result = corrected(archive, tmp_path / "t.csv", {(ONE, "title"): "Mới\x01", (TWO, "title"): "\x00"})
    assert codes(result) == ["EDIT_CONTROL_CHARACTERS", "EDIT_REQUIRED_EMPTIED"]
    assert result.versions == []


def test_a_formula_without_a_value_is_refused(archive: Archive, tmp_path: Path) -> None:
    result = corrected(archive, tmp_path / "t.xlsx", {(ONE, "keyword"): "=1+1"})
    assert (codes(result), result.left_out) == (["EDIT_NO_VALUE"], 1)


def test_a_formula_that_says_what_was_there_is_refused_too(archive: Archive, tmp_path: Path) -> None:
    result = corrected(archive, tmp_path / "t.xlsx", {(TWO, "keyword"): "=A1"})
    assert (codes(result), result.left_out) == (["EDIT_NO_VALUE"], 1)


def test_what_is_too_long_is_taken_with_a_warning(archive: Archive, tmp_path: Path) -> None:
    result = corrected(archive, tmp_path / "t.csv", {(ONE, "keyword"): "x" * 101})
    assert (codes(result), len(result.versions)) == (["FIELD_TOO_LONG"], 1)


def test_what_was_wrong_before_is_not_the_fault_of_an_edit(archive: Archive, tmp_path: Path) -> None:
    described(archive, ONE, startDate=Value("31/02/1962"), maintenance=Value("Mãi mãi"), keyword=Value("x" * 200))
    result = corrected(archive, tmp_path / "t.csv", {(ONE, "box"): "9"})
    assert (codes(result), len(result.versions)) == ([], 1)


def test_a_change_of_who_may_see_it_is_told_loudly(archive: Archive, tmp_path: Path) -> None:
    result = corrected(archive, tmp_path / "t.xlsx", {(ONE, "mode"): "Sử dụng có điều kiện"})
    (found,) = result.findings
    assert (found.code, found.severity, found.where) == ("EDIT_MODE", Severity.WARNING, "Hồ sơ!H2")
    assert (found.data["old"], found.data["new"]) == ("Công khai", "Sử dụng có điều kiện")
    assert unit(archive, ONE).mode == "02"


def test_an_isolated_machine_may_make_something_secret(stocked: Path, tmp_path: Path) -> None:
    shutil.copytree(stocked, tmp_path / "repo")
    settings = tmp_path / "repo/fonds.toml"
    settings.write_text(settings.read_text().replace('"networked"', '"isolated"'))
    archive = open_archive(tmp_path / "repo")
    result = corrected(archive, tmp_path / "t.xlsx", {(ONE, "mode"): "Mật"})
    assert (codes(result), len(result.versions)) == (["EDIT_MODE"], 1)
    assert Reading(archive, LAN).unit(unit(archive, ONE).id) is None
    assert found_by(archive, "nông nghiệp") == []


def test_sheets_change_without_the_pages(archive: Archive, tmp_path: Path) -> None:
    (item,) = archive.holdings.children(unit(archive, ONE).id).items
    path = typed(export(archive, tmp_path / "t.csv", ONE), {(item.code, "toSheet"): "1"})
    result = take_back(archive, path)
    assert codes(result) == ["EDIT_PAGES_STAY"]
    (now,) = archive.holdings.children(unit(archive, ONE).id).items
    assert (now.description.text("toSheet"), now.sequences) == ("1", item.sequences)


@FORMS
def test_a_field_of_another_kind(archive: Archive, tmp_path: Path, form: str) -> None:
    path = export(archive, tmp_path / f"t{form}", ONE)
    if form == ".csv":
        typed(path, {(ONE, "subject"): "trích yếu"})
    else:
        book = openpyxl.load_workbook(path)
        book["Hồ sơ"].cell(1, 40).value = "Trích yếu [subject]"
        book["Hồ sơ"].cell(2, 40).value = "trích yếu"
        book.save(path)
    result = take_back(archive, path)
    assert (codes(result), result.left_out) == (["EDIT_FIELD_OTHER_KIND"], 1)


def test_columns_that_nobody_knows_are_left_alone(archive: Archive, tmp_path: Path) -> None:
    path = typed(export(archive, tmp_path / "t.xlsx"), {(ONE, "box"): "9"})
    book = openpyxl.load_workbook(path)
    sheet = book["Hồ sơ"]
    for number, header in enumerate(("Nháp", "Tiêu đề [titel]"), sheet.max_column + 1):
        sheet.cell(1, number).value = header
        sheet.cell(2, number).value = "x"
    book.create_sheet("Của tôi").append(["ghi chú"])
    book.save(path)
    result = take_back(archive, path)
    assert sorted(found.code for found in result.findings) == [
        "EDIT_COLUMN_UNKNOWN", "EDIT_COLUMN_UNKNOWN", "SHEET_IGNORED",
    ]  # fmt: skip
    assert len(result.versions) == 1


def test_a_column_that_stands_there_twice_blocks_its_sheet(archive: Archive, tmp_path: Path) -> None:
    path = typed(export(archive, tmp_path / "t.xlsx"), {(ONE, "box"): "9"})
    book = openpyxl.load_workbook(path)
    sheet = book["Hồ sơ"]
    sheet.cell(1, sheet.max_column + 1).value = "Hộp [box]"
    book["Văn bản"].cell(2, heads(book["Văn bản"])["subject"]).value = "Mới"
    book.save(path)
    result = take_back(archive, path)
    assert (codes(result), result.left_out) == (["EDIT_COLUMN_TWICE"], 3)
    assert len(result.versions) == 1


def test_two_rows_of_one_unit_are_both_left_out(archive: Archive, tmp_path: Path) -> None:
    path = typed(export(archive, tmp_path / "t.xlsx"), {(ONE, "box"): "9", (TWO, "box"): "8"})
    book = openpyxl.load_workbook(path)
    sheet = book["Hồ sơ"]
    for _ in range(2):
        sheet.append([cell.value for cell in sheet[2]])
    sheet.append([cell.value for cell in sheet[4]])
    book.save(path)
    result = take_back(archive, path)
    assert codes(result) == ["EDIT_ROW_TWICE"]
    assert [found.where for found in result.findings] == [
        "Hồ sơ!A2", "Hồ sơ!A5", "Hồ sơ!A6", "Hồ sơ!A4", "Hồ sơ!A7",
    ]  # fmt: skip
    assert (result.left_out, result.unchanged, [one.code for one in result.versions]) == (5, 3, [TWO])


def test_a_fonds_is_not_described_here(archive: Archive, tmp_path: Path) -> None:
    path = export(archive, tmp_path / "t.csv", ONE, level="file")
    text = path.read_text("utf-8-sig")
    path.write_text(text.replace(unit(archive, ONE).id, unit(archive, "H99.12.P01").id), "utf-8")
    assert codes(take_back(archive, path)) == ["EDIT_ELSEWHERE"]


def test_a_table_of_another_repository(archive: Archive, tmp_path: Path) -> None:
    path = typed(export(archive, tmp_path / "t.csv"), {(ONE, "title"): "Mới"})
    init_archive(tmp_path / "other", "networked", "lan")
    result = take_back(open_archive(tmp_path / "other"), path)
    assert (codes(result), result.left_out, result.versions) == (["EDIT_UNIT_UNKNOWN"], 6, [])


@pytest.mark.parametrize("version", ["2", "0", "-1", "x", "", "²"])
def test_a_version_that_is_not_there(archive: Archive, tmp_path: Path, version: str) -> None:
    result = corrected(archive, tmp_path / "t.csv", {(ONE, "@version"): version, (ONE, "box"): "9"})
    assert (codes(result), result.left_out) == (["EDIT_VERSION"], 1)


# --- changes of others ------------------------------------------------------------------------------------------------


def test_a_unit_that_somebody_else_changed_is_a_conflict(archive: Archive, tmp_path: Path) -> None:
    path = typed(export(archive, tmp_path / "t.xlsx"), {(ONE, "title"): "Tôi sửa", (TWO, "box"): "9"})
    described(archive, ONE, title=Value("Người khác sửa"))
    result = take_back(archive, path)
    (found,) = result.findings
    assert (found.code, found.where) == ("EDIT_CONFLICT", "Hồ sơ!A2")
    assert (found.data["version"], found.data["held"]) == (1, 2)
    assert (result.left_out, [one.code for one in result.versions]) == (1, [TWO])
    assert unit(archive, ONE).title == "Người khác sửa"


def test_a_change_elsewhere_in_the_dossier_is_none(archive: Archive, tmp_path: Path) -> None:
    (item,) = archive.holdings.children(unit(archive, ONE).id).items
    path = typed(export(archive, tmp_path / "t.csv"), {(ONE, "keyword"): "mới"})
    path.write_text(path.read_text("utf-8").replace(item.title, "Trích yếu mới"), "utf-8")
    described(archive, ONE, title=Value("Người khác sửa"))
    result = take_back(archive, path)
    assert [(found.code, found.where) for found in result.findings] == [("EDIT_CONFLICT", "t.csv!A2")]
    assert result.versions == [NewVersion(unit(archive, ONE).id, ONE, 2, 3)]
    (now,) = archive.holdings.children(unit(archive, ONE).id).items
    assert (now.title, unit(archive, ONE).title) == ("Trích yếu mới", "Người khác sửa")


def test_a_row_that_was_left_out_can_be_mended_in_the_same_table(archive: Archive, tmp_path: Path) -> None:
    """Its dossier has a new version by then, made by the other rows of the very table."""
    (item,) = archive.holdings.children(unit(archive, ONE).id).items
    path = typed(export(archive, tmp_path / "t.csv"), {(ONE, "startDate"): "31/02/1962"})
    path.write_text(path.read_text("utf-8").replace(item.title, "Trích yếu mới"), "utf-8")
    assert len(take_back(archive, path).versions) == 1
    again = take_back(archive, typed(path, {(ONE, "startDate"): "28/02/1962"}))
    assert (again.findings, again.versions) == ([], [NewVersion(unit(archive, ONE).id, ONE, 2, 3)])


def test_two_extra_columns_of_one_name_do_not_change_places(archive: Archive, tmp_path: Path) -> None:
    """Emptying the first makes the second the first: the same table again still says what is there."""
    two = (("Ghi chú", "một"), ("Ghi chú", "hai"))

    def edit(record: DossierRecord) -> DossierRecord:
        return replace(record, dossier=replace(record.dossier, extra=two))

    describe_anew(archive, newest(archive, ONE), edit, Change("metadata modification", "test", "minh"))
    path = typed(export(archive, tmp_path / "t.csv"), {(ONE, "+"): ""})
    take_back(archive, path)
    assert unit(archive, ONE).description.extra == (("Ghi chú", "hai"),)
    again = take_back(archive, path)
    assert (again.changes, again.findings) == ([], [])


def test_a_package_that_cannot_be_read_stops_no_other(archive: Archive, tmp_path: Path) -> None:
    (package(archive, ONE) / "data/metadata/descriptive/ead3.xml").write_text("<ead/>")
    result = corrected(archive, tmp_path / "t.csv", {(ONE, "box"): "9", (TWO, "box"): "9"})
    assert (codes(result), result.left_out) == (["EDIT_PACKAGE_BROKEN"], 1)
    assert [one.code for one in result.versions] == [TWO]
    assert [change.code for change in result.changes] == [TWO]


def test_while_something_else_changes_holdings_nothing_is_begun(archive: Archive, tmp_path: Path) -> None:
    path = typed(export(archive, tmp_path / "t.csv"), {(ONE, "box"): "9"})
    with archive.lock("ingest"), pytest.raises(FondsError, match="REPOSITORY_LOCKED"):
        take_back(archive, path)
    assert recent_runs(archive).total == 0


# --- what is left when it is cut short --------------------------------------------------------------------------------


class _KilledError(BaseException):
    pass


@pytest.fixture
def table(archive: Archive, tmp_path: Path) -> Path:
    """A table that changes all three dossiers."""
    cells = {(code, "box"): "9" for code in (ONE, TWO, THREE)}
    return typed(export(archive, tmp_path / "t.csv"), cells)


def _second(monkeypatch: pytest.MonkeyPatch, place: str, error: BaseException) -> None:
    """Raise an error the second time that a function is called."""
    module, _, name = place.rpartition(".")
    real = getattr(__import__(module, fromlist=[name]), name)
    calls: Iterator[int] = iter(range(100))

    def called(*arguments: object, **named: object) -> object:
        if next(calls) == 1:
            raise error
        return real(*arguments, **named)

    monkeypatch.setattr(place, called)


@pytest.mark.parametrize(("place", "stored"), [("write_package", 1), ("log_stored", 2)])
def test_ctrl_c_leaves_a_true_record_and_the_same_table_does_the_rest(
    archive: Archive, table: Path, monkeypatch: pytest.MonkeyPatch, place: str, stored: int
) -> None:
    _second(monkeypatch, f"fonds.repository.storing.{place}", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        take_back(archive, table)
    monkeypatch.undo()
    _is_true(archive, [ONE, TWO][:stored])
    assert archive.log.verify().broken_at == 0
    assert [(row.action, row.outcome) for row in archive.log.rows()].count(("describe ends", "failure")) == 1
    rest = take_back(archive, table)
    assert [one.code for one in rest.versions] == [ONE, TWO, THREE][stored:]
    assert rest.unchanged == 3 + stored


@pytest.mark.parametrize(
    ("place", "stored"),
    [
        ("fonds.repository.storing.write_package", 1),
        ("fonds.repository.storing.log_stored", 2),
        ("fonds.repository.backends.sql.holdings._put_aip", 2),
    ],
)
def test_a_kill_leaves_a_true_record(
    archive: Archive, table: Path, monkeypatch: pytest.MonkeyPatch, place: str, stored: int
) -> None:
    """Nothing that would tidy up runs any more; the next command settles what was under way."""
    _second(monkeypatch, place, _KilledError())
    monkeypatch.setattr("fonds.repository.recovery.recover", lambda *_, **__: [])
    monkeypatch.setattr(type(archive.store), "discard", lambda *_: None)
    monkeypatch.setattr(type(archive.jobs), "fail", lambda *_: None)
    monkeypatch.setattr("fonds.repository.describe.runs._ended", lambda *_: None)
    with pytest.raises(_KilledError):
        take_back(archive, table)
    monkeypatch.undo()
    (run,) = recent_runs(archive).items
    with archive.lock("ingest"):
        recover(archive, "minh")
    assert [one.code for one in versions_of(archive, run.number)] == [ONE, TWO][:stored]
    versions = [row for row in archive.log.rows() if row.action == "new version"]
    assert [row.detail.get("run") for row in versions] == [run.number] * stored
    rest = take_back(archive, table)
    assert [one.code for one in rest.versions] == [ONE, TWO, THREE][stored:]
    _is_true(archive, [ONE, TWO, THREE][stored:])


def _is_true(archive: Archive, stored: list[str]) -> None:
    """The newest run lists just what it stored, and says how it ended."""
    run = recent_runs(archive).items[0]
    assert [one.code for one in versions_of(archive, run.number)] == stored
    assert run.dossiers == len(stored)
    assert all(newest(archive, code).version == 2 for code in stored)
    assert (run.state, run.failed) in {("failed", "INTERRUPTED"), ("done", "")}


def test_a_full_disk_stops_the_run_and_keeps_what_was_done(
    archive: Archive, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _second(monkeypatch, "fonds.repository.storing.check_room", FondsError("STORE_FULL", path="x", reason="room"))
    with pytest.raises(FondsError, match="STORE_FULL"):
        take_back(archive, table)
    (run,) = recent_runs(archive).items
    assert (run.state, run.failed, run.dossiers) == ("failed", "STORE_FULL", 1)


def test_a_run_of_a_dead_process_reads_as_interrupted(archive: Archive) -> None:
    archive.jobs.start("describe", "t.csv", detail={"pid": 2**22 + 1, "agent": "lan"})
    (run,) = recent_runs(archive).items
    assert (run.state, run.failed, run.dossiers) == ("failed", "INTERRUPTED", 0)


def test_what_is_stored_by_others_is_not_counted(archive: Archive, table: Path, tmp_path: Path) -> None:
    take_back(archive, table)
    described(archive, ONE, title=Value("x"))
    (run,) = recent_runs(archive).items
    assert run.dossiers == 3
