"""Sheet names, reading order, labels, gaps."""

from __future__ import annotations

import pytest

from fonds.metadata.model import Kind, Value
from fonds.repository.intake.pages import (
    PageFile,
    as_text,
    missing_sheets,
    parse_name,
    places,
    reading_order,
    sheet_range,
    sheets_on_disk,
)
from fonds.repository.intake.rows import Row

CODE = "H99.12.P01.1962.01"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("0007.tif", (7, 7, "", True)),
        ("0002a.tif", (2, 2, "a", True)),
        ("0002A.TIF", (2, 2, "a", True)),
        ("0001-0006.tif", (1, 6, "", True)),
        ("0003 .tif", (3, 3, "", True)),
        ("12345.jpg", (12345, 12345, "", True)),
        ("7.tif", (7, 7, "", False)),
        ("2a.tif", (2, 2, "a", False)),
        ("IMG_20190314_101530.jpg", None),
        ("0006-0001.tif", None),
        ("0001ab.tif", None),
        ("trang 1.tif", None),
    ],
)
def test_names_are_read_as_sheets(name: str, expected: tuple[int, int, str, bool] | None) -> None:
    sheet = parse_name(name, CODE)
    assert (sheet and (sheet.first, sheet.last, sheet.letter, sheet.proper)) == expected


@pytest.mark.parametrize(
    ("name", "document"),
    [(f"{CODE}.pdf", 0), (f"{CODE}.0000003.PDF", 3), ("H99_12_P01_1962_01.pdf", 0), (f"{CODE}1.pdf", None)],
)
def test_a_pdf_may_be_named_by_the_dossiers_code(name: str, document: int | None) -> None:
    sheet = parse_name(name, CODE)
    assert (sheet.document if sheet else None) == document
    assert parse_name(f"{CODE}.tif", CODE) is None
    assert parse_name("x.pdf", "") is None


def _files(*names: str, frames: int = 1) -> list[PageFile]:
    return reading_order(PageFile(n, name, parse_name(name, CODE), frames) for n, name in enumerate(names))


def test_reading_order_is_natural() -> None:
    names = ["0010.tif", "0002a.tif", "bia.tif", "0002.tif", "0001.tif", "0002b.tif"]
    ordered = _files(*names)
    assert [file.name for file in ordered] == [
        "0001.tif",
        "0002.tif",
        "0002a.tif",
        "0002b.tif",
        "0010.tif",
        "bia.tif",
    ]
    assert [place.label for place in places(ordered)] == ["1", "2", "2a", "2b", "10", "bia"]


def test_pages_of_one_file_are_the_sheets_that_follow_unless_another_file_has_them() -> None:
    assert [place.label for place in places(_files("0003.tif", frames=3))] == ["3", "4", "5"]
    taken = reading_order([PageFile(0, "0001.tif", parse_name("0001.tif", ""), 2), *_files("0002.tif")])
    assert [place.label for place in places(taken)] == ["1", "1/2", "2"]
    assert [place.label for place in places(_files(f"{CODE}.2.pdf", f"{CODE}.1.pdf", frames=2))] == list("1234")


def _row(first: str, last: str) -> Row:
    return Row(Kind.DOCUMENT, "V", "1", (0, 0), {"fromSheet": Value(first), "toSheet": Value(last)})


@pytest.mark.parametrize(
    ("names", "rows", "missing"),
    [
        (["0001.tif", "0002.tif"], [], []),
        (["0001.tif", "0003.tif"], [], [2]),
        (["0002.tif"], [], [1]),
        (["0001.tif"], [("1", "3")], [2, 3]),
        (["0001.tif"], [("", "")], []),
        (["0001.tif"], [("3", "")], [3]),
        (["0001.tif", "0001a.tif"], [("1", "1a")], []),
        (["0001a.tif"], [], [1]),
        (["0001-0003.tif", "0005.tif"], [], [4]),
        (["0001.tif"], [("2", "9999999")], []),
        ([], [("1", "2")], [1, 2]),
        (["a.tif"], [], []),
    ],
)
def test_missing_sheets(names: list[str], rows: list[tuple[str, str]], missing: list[int]) -> None:
    files = _files(*names)
    pages = places(files)
    assert missing_sheets(sheets_on_disk(files, pages), pages, [_row(*row) for row in rows]) == missing


def test_a_last_sheet_takes_in_the_sheets_inserted_after_it() -> None:
    first, last = sheet_range(_row("1", "2"))
    assert first <= (2, "a") <= last < (3, "")
    assert sheet_range(_row("2a", "2a")) == ((2, "a"), (2, "a"))


def test_numbers_for_people() -> None:
    assert as_text([4, 7, 8, 9, 12]) == "4, 7-9, 12"
