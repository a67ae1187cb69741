"""The form of a table: what it holds, how it looks, and that it comes back without a change, whatever is in it."""

from __future__ import annotations

import io
import tempfile
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.errors import RefusedError, UsageError
from fonds.metadata.ids import item_id
from fonds.metadata.model import Description, DossierRecord, Item, Kind, Value
from fonds.repository.archive import Archive
from fonds.repository.describe import export_table
from fonds.repository.describe.columns import Column, extra_column, read_header, written_header
from fonds.repository.describe.units import Selection
from fonds.repository.describe.xlsx_table import MOST_ROWS, require_room
from fonds.repository.ports.catalogue import Aip
from fonds.repository.reading import Reading
from fonds.schemas.messages import LANGUAGES
from fonds.schemas.vocabulary import code_list, fields
from tests.factories import SAMPLE
from tests.repository.describe.tables import LAN, export, heads, read_csv, take_back, typed, write_csv

FORMS = pytest.mark.parametrize("form", [".xlsx", ".csv"])
OBJID = "uuid-00000000-0000-4000-8000-000000000001"

XML = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\t\n\r")
NASTY = st.sampled_from(
    ["=1+1", "+84", "-", "@x", "\tx", "'x", "''", "_x0041_", "_x005F_", "a\r\nb", "\r", "\x85", "01", "1e5", "TRUE"]
)
DECOMPOSED = st.text(XML, min_size=1).map(lambda text: unicodedata.normalize("NFD", text))
TEXT = st.one_of(NASTY, NASTY.map(" {} ".format), st.text(XML, min_size=1, max_size=20), DECOMPOSED)
VALUE = st.builds(Value, TEXT, st.one_of(st.just(""), TEXT), st.sampled_from(["", "01"]))


def description(kind: Kind) -> st.SearchStrategy[Description]:
    keys = st.sampled_from([*(key for key in fields(kind) if key not in {"fileCode", "mode"}), "unheardOf"])
    extra = st.lists(st.tuples(st.one_of(TEXT, st.just("")), TEXT), max_size=3)
    return st.builds(lambda v, e: Description(kind, v, tuple(e)), st.dictionaries(keys, VALUE, max_size=6), extra)


def put(archive: Archive, dossier: Description, items: Mapping[Kind, Description]) -> None:
    """Put a dossier into the catalogue, as if its package were held."""
    fonds = Description(Kind.FONDS, {"archiveCode": Value("H99.12"), "fondsCode": Value("P01")})
    own = Description(dossier.kind, {"fileCode": Value("HS.1"), **dossier.values}, dossier.extra)
    held = tuple(Item(item_id(OBJID, kind, n), one) for n, (kind, one) in enumerate(items.items(), 1))
    aip = Aip(OBJID, 1, f"H99.12.P01/HS.1/v1/{OBJID}", "H99.12.P01", "HS.1", 1, 1, 0, "s", "m", "t", "")
    archive.holdings.put(DossierRecord(OBJID, fonds, own, items=held), aip, {})


@pytest.mark.unmeasured
@FORMS
@settings(max_examples=30)
@given(
    dossier=description(Kind.DOSSIER),
    items=st.fixed_dictionaries({kind: description(kind) for kind in (Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA)}),
)
def test_a_table_that_nobody_touched_changes_nothing(
    bench: Archive, form: str, dossier: Description, items: Mapping[Kind, Description]
) -> None:
    put(bench, dossier, items)
    with tempfile.TemporaryDirectory() as folder:
        result = take_back(bench, export(bench, Path(folder) / f"t{form}"), apply=False)
    assert (result.changes, result.findings, result.unchanged) == ([], [], 4)


@FORMS
def test_a_text_that_fits_no_cell_comes_back_too(bench: Archive, tmp_path: Path, form: str) -> None:
    put(bench, Description(Kind.DOSSIER, {"description": Value("ă" * 40_000)}, (("Dài", "b\r" * 30_000),)), {})
    path = export(bench, tmp_path / f"t{form}")
    assert take_back(bench, path, apply=False).changes == []
    if form == ".xlsx":
        changed = take_back(bench, typed(path, {("HS.1", "description"): "ă" * 4000 + "! [… 40000]"}), apply=False)
        assert [found.code for found in changed.findings] == ["EDIT_CELL_SHORTENED"]
        assert (changed.left_out, changed.changes) == (1, [])


@given(st.text(XML), st.integers(1, 9))
def test_every_header_of_an_extra_column_reads_back(header: str, nth: int) -> None:
    column = extra_column(header, nth)
    assert read_header(written_header(column, [], "vi")) == column


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_is_recognised_by_its_header(lang: str) -> None:
    for kind in (Kind.DOSSIER, Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA):
        for key, rule in fields(kind).items():
            header = written_header(Column(key), [kind], lang)
            assert header == f"{rule.labels[lang]} [{key}]"
            assert read_header(header) == Column(key)


@pytest.mark.parametrize("header", ["", "Tiêu đề", "[", "[]", "x [tiêu đề]", "x [@secret]", "x [+0]", "[title] x"])
def test_other_headers_name_no_column(header: str) -> None:
    assert read_header(header) is None


@pytest.mark.parametrize(("lang", "sheets"), [
    ("vi", ["Hồ sơ", "Văn bản", "Giải thích", "Danh mục"]),
    ("en", ["Dossier", "Document", "Guide", "Code lists"]),
])  # fmt: skip
def test_the_workbook(archive: Archive, tmp_path: Path, lang: str, sheets: list[str]) -> None:
    book = openpyxl.load_workbook(export(archive, tmp_path / "t.xlsx", lang=lang))
    assert book.sheetnames == sheets
    dossiers = book.worksheets[0]
    assert dossiers.freeze_panes == "E2"
    assert dossiers.auto_filter.ref
    assert [str(cell.value).rpartition("[")[2] for cell in dossiers[1]][:6] == [
        "@id]", "@version]", "@kind]", "@code]", "fileCode]", "title]",
    ]  # fmt: skip
    assert {cell.number_format for row in dossiers.iter_rows() for cell in row if cell.value} == {"@"}
    assert {dimension.number_format for dimension in dossiers.column_dimensions.values()} == {"@"}
    assert dossiers.max_row == 1 + len(SAMPLE)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_field_with_a_code_list_has_a_list_to_choose_from(archive: Archive, tmp_path: Path, lang: str) -> None:
    book = openpyxl.load_workbook(export(archive, tmp_path / "t.xlsx", lang=lang))
    for sheet, kind in zip(book.worksheets, (Kind.DOSSIER, Kind.DOCUMENT), strict=False):
        choices = {str(one.sqref): one for one in sheet.data_validations.dataValidation}
        coded = {key: rule for key, rule in fields(kind).items() if rule.codes}
        assert len(choices) == len(coded)
        for key, rule in coded.items():
            letter = openpyxl.utils.get_column_letter(heads(sheet)[key])
            choice = choices[f"{letter}2:{letter}{MOST_ROWS}"]
            place, _, cells = str(choice.formula1).partition("!")
            offered = [row[0].value for row in book[place.strip("'")][cells.replace("$", "")]]
            assert offered == [term.labels["vi"] for term in code_list(rule.codes).values()]


def test_nothing_in_a_workbook_is_a_formula(bench: Archive, tmp_path: Path) -> None:
    put(bench, Description(Kind.DOSSIER, {"title": Value("=HYPERLINK(1)")}, (("=cmd", "@x"),)), {})
    path = export(bench, tmp_path / "t.xlsx")
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
        styles = parts.read("xl/styles.xml")
    assert b"<f>" not in sheet
    assert b"=HYPERLINK(1)" in sheet
    assert b'quotePrefix="1"' in styles
    cell = openpyxl.load_workbook(path).worksheets[0]["F2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)


def test_csv_is_utf8_with_a_mark_and_every_kind_in_one_file(archive: Archive, tmp_path: Path) -> None:
    path = export(archive, tmp_path / "t.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = read_csv(path)
    assert len(rows) == 1 + len(SAMPLE) + 3
    assert len({len(row) for row in rows}) == 1
    assert [row[2] for row in rows[1:]] == ["Hồ sơ", "Văn bản", "Hồ sơ", "Hồ sơ", "Văn bản", "Văn bản"]
    assert len(set(rows[0])) == len(rows[0])


def test_a_formula_is_guarded_in_csv(bench: Archive, tmp_path: Path) -> None:
    put(bench, Description(Kind.DOSSIER, {"title": Value("=1+1"), "box": Value("'7")}, (("@h", "-x"),)), {})
    (head, row) = read_csv(export(bench, tmp_path / "t.csv"))
    assert {"'=1+1", "''7", "'-x"} <= set(row)
    assert head[-1] == "'@h [+]"


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-8-sig")])
def test_csv_as_other_programs_write_it_is_understood(
    archive: Archive, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    path = typed(export(archive, tmp_path / "t.csv"), {(SAMPLE[0].code, "title"): "Tên; mới, hơn"})
    write_csv(path, read_csv(path), delimiter=delimiter, encoding=encoding)
    (change,) = take_back(archive, path, apply=False).changes
    assert [(one.column.key, one.new) for one in change.fields] == [("title", "Tên; mới, hơn")]
    assert change.where == "t.csv!A2"


@FORMS
def test_only_what_was_asked_for(archive: Archive, tmp_path: Path, form: str) -> None:
    one, two = SAMPLE[0].code, SAMPLE[2].code

    def rows(name: str, *codes: str, level: str = "") -> Mapping[str, int]:
        reading = Reading(archive, LAN)
        units = tuple(unit for code in codes if (unit := reading.find_code(code)))
        return export_table(tmp_path / f"{name}{form}", Selection(reading, units, level), "vi").rows

    assert rows("all") == {"dossier": 3, "document": 3}
    assert rows("one", one) == {"dossier": 1, "document": 1}
    assert rows("twice", one, one, two) == {"dossier": 2, "document": 3}
    assert rows("fonds", "H99.12.P01", level="file") == {"dossier": 3}
    assert rows("items", two, level="item") == {"document": 2}


def test_one_document_and_one_series(archive: Archive, tmp_path: Path) -> None:
    reading = Reading(archive, LAN)
    item = reading.by_level("item").items[0]
    series = reading.by_level("series").items[0]
    assert export_table(tmp_path / "i.csv", Selection(reading, (item,)), "vi").rows == {"document": 1}
    assert export_table(tmp_path / "s.csv", Selection(reading, (series,)), "vi").rows == {"dossier": 3, "document": 3}


def test_steps_are_told(archive: Archive, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    export_table(tmp_path / "t.csv", Selection(Reading(archive, LAN)), "vi", lambda *step: steps.append(step))
    assert steps == [("read", n, 3) for n in (1, 2, 3)] + [("write", n, 6) for n in range(1, 7)]


@pytest.mark.parametrize(("name", "code"), [("t.ods", "TABLE_FORMAT"), ("there.csv", "TABLE_EXISTS")])
def test_where_no_table_is_written(archive: Archive, tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "there.csv").write_text("mine")
    with pytest.raises(UsageError) as refused:
        export(archive, tmp_path / name)
    assert refused.value.code == code
    assert (tmp_path / "there.csv").read_text() == "mine"
    assert not (tmp_path / "t.ods").exists()


def test_nothing_to_export_leaves_no_file(tmp_path: Path, bench: Archive) -> None:
    with pytest.raises(UsageError, match="NOTHING_TO_DESCRIBE"):
        export_table(tmp_path / "t.xlsx", Selection(Reading(bench, LAN), level="item"), "vi")
    assert not any(tmp_path.iterdir())


def test_a_workbook_has_its_limits(tmp_path: Path) -> None:
    columns = {Kind.DOSSIER: [Column("title")]}
    require_room(tmp_path, {Kind.DOSSIER: MOST_ROWS - 1}, columns)
    for rows, chosen in ((MOST_ROWS, columns), (1, {Kind.DOSSIER: [extra_column("x" * 40_000)]})):
        with pytest.raises(RefusedError, match="TABLE_TOO_LARGE"):
            require_room(tmp_path, {Kind.DOSSIER: rows}, chosen)


def csv_of(*rows: str) -> bytes:
    return "\r\n".join(rows).encode()


BROKEN = [
    ("x.csv", b"a,b\r\n1,2\r\n", "TABLE_WITHOUT_IDS"),
    ("x.csv", "Mã [@id],Tiêu đề [title]\r\nÀ".encode("cp1258", "replace"), "TABLE_NOT_TEXT"),
    ("x.csv", csv_of("id [@id],title [title]", '1,"open'), "TABLE_NOT_TEXT"),
    ("x.csv", b"", "TABLE_WITHOUT_IDS"),
    ("x.xlsx", b"PK but no zip", "INVENTORY_NOT_WORKBOOK"),
    ("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "INVENTORY_OLD_EXCEL"),
]


@pytest.mark.parametrize(("name", "content", "code"), BROKEN)
def test_what_is_no_table(bench: Archive, tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RefusedError) as refused:
        take_back(bench, tmp_path / name, apply=False)
    assert refused.value.code == code


def test_a_workbook_without_ids_is_no_table(bench: Archive, tmp_path: Path) -> None:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    (tmp_path / "x.xlsx").write_bytes(stream.getvalue())
    with pytest.raises(RefusedError, match="TABLE_WITHOUT_IDS"):
        take_back(bench, tmp_path / "x.xlsx", apply=False)


@pytest.mark.parametrize(("name", "code"), [("none.csv", "TABLE_MISSING"), ("none.txt", "TABLE_FORMAT")])
def test_a_table_that_is_not_there(bench: Archive, tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(UsageError, match=code):
        take_back(bench, tmp_path / name, apply=False)
