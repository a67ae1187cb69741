"""Spellings of dates, their EDTF, their bounds, and the words in which they are shown."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.dates import (
    PartialDate,
    compare_order,
    display,
    from_excel,
    from_parts,
    parse_date,
    parse_edtf,
    parse_query_date,
    said_unknown,
)

SPELLINGS = {
    ("exact", "1962-02-05"): [
        "05/02/1962", "5/2/1962", "5-2-1962", "05.02.1962", "1962-02-05", "1962/02/05",
        "05 / 02 / 1962", " 05/02/1962 ",
        "ngày 5 tháng 2 năm 1962", "Ngày 05 tháng 02 năm 1962", "NGÀY 5, THÁNG 2, NĂM 1962", "ngày 05/02/1962",
        "5 tháng 2/1962", "1962-02-05 00:00:00", "1962-02-05T00:00:00", "05–02–1962", "05/02/1962.",
    ],
    ("month", "1962-02"): [
        "02/1962", "2/1962", "2-1962", "02.1962", "00/02/1962", "tháng 2 năm 1962", "Tháng 02/1962", "1962-02",
        "ngày ... tháng 2 năm 1962", "ngày    tháng 2 năm 1962", "??/02/1962", "T2/1962", "thg 2/1962",
    ],
    ("year", "1962"): [
        "1962", "năm 1962", "00/00/1962", "0/0/1962", "[1962]", "1962.0", "../../1962", "xx/xx/1962",
        "ngày ... tháng ... năm 1962", "05/00/1962",
    ],
    ("unknown", ""): [
        "", "   ", "không rõ", "Không rõ", "KHÔNG RÕ", "khong ro", "Không rõ ngày, tháng", "chưa rõ", "không xác định",
        "không đề ngày", "00/00/0000", "ngày ... tháng ... năm ...", "-", "?", "n.d.",
    ],
    ("approximate", "1972~"): [
        "khoảng 1972", "Khoảng năm 1972", "vào khoảng 1972", "k. 1972", "đầu năm 1972", "giữa năm 1972", "cuối 1972",
        "mùa xuân năm 1972", "1972~",
    ],
    ("approximate", "1972-03~"): ["khoảng tháng 3/1972", "đầu tháng 3 năm 1972"],
    ("approximate", "1972?"): ["1972?"],
    ("range", "../1945"): ["trước 1945", "Trước năm 1945", "đến 1945", "1945 trở về trước", "../1945"],
    ("range", "../1945-09-02"): ["trước ngày 02/09/1945", "trước 2/9/1945"],
    ("range", "1954/.."): ["sau 1954", "từ năm 1954 trở đi", "1954 - nay", "từ 1954 đến nay", "1954/.."],
    ("range", "1955/1975"): [
        "1955 - 1975", "1955-1975", "1955–1975", "từ 1955 đến 1975", "Từ năm 1955 đến năm 1975", "1955 đến 1975",
        "1955/1975",
    ],
    ("range", "1962-02/1962-05"): ["02/1962 - 05/1962", "từ tháng 2 năm 1962 đến tháng 5 năm 1962"],
    ("range", "1962-02-05/1962-03-10"): ["05/02/1962 - 10/03/1962", "05/02/1962-10/03/1962", "5-2-1962 – 10-3-1962"],
    ("range", "1955~/1960~"): ["khoảng 1955 - 1960"],
    ("range", "1945~/1946~"): ["cuối năm 1945 - đầu năm 1946"],
    ("range", "196X"): ["thập niên 1960", "thập kỷ 1960",
        "những năm 60", "những năm 60 của thế kỷ XX", "những năm 1960"],
    ("range", "187X"): ["những năm 70 thế kỷ 19"],
    ("range", "1801/1900"): ["thế kỷ XIX", "thế kỉ 19"],
    ("range", "1970-01/1970-03"): ["quý I/1970", "Quý 1 năm 1970", "quí I-1970"],
    ("range", "1970-10/1970-12"): ["quý IV/1970"],
    ("range", "1970-07/1970-12"): ["6 tháng cuối năm 1970"],
    ("invalid", ""): [
        "31/02/1970", "29/02/1971", "31-04-1970", "32/01/1970", "13/1970", "1970-13", "1962-02-30", "1975-1955",
        "ngày 31 tháng 2 năm 1970", "5/2/62", "9165", "không rõ lắm đâu", "abc", "khoảng", "x" * 200, "05021962",
        "khoảng 31/02/1970", "31/02/1970 - 1975", "trước 31/02/1970", "thế kỷ", "những năm 65",
    ],
}  # fmt: skip
CASES = [(text, kind, edtf) for (kind, edtf), texts in SPELLINGS.items() for text in texts]
EVERY = sorted({edtf for _, edtf in SPELLINGS})
DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31))
YEARS = st.integers(min_value=1000, max_value=2999)


@pytest.mark.parametrize(("text", "kind", "edtf"), CASES)
def test_spellings(text: str, kind: str, edtf: str) -> None:
    found = parse_date(text)
    assert (found.kind, found.edtf) == (kind, edtf)
    assert found.written == text
    decomposed = parse_date(unicodedata.normalize("NFD", text))
    assert (decomposed.kind, decomposed.edtf) == (kind, edtf)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("05/02/1962", date(1962, 2, 5), date(1962, 2, 5)),
        ("02/1972", date(1972, 2, 1), date(1972, 2, 29)),
        ("00/00/1972", date(1972, 1, 1), date(1972, 12, 31)),
        ("khoảng 1972", date(1972, 1, 1), date(1972, 12, 31)),
        ("trước 1945", None, date(1945, 12, 31)),
        ("sau 1954", date(1954, 1, 1), None),
        ("1955 - 1975", date(1955, 1, 1), date(1975, 12, 31)),
        ("thập niên 1960", date(1960, 1, 1), date(1969, 12, 31)),
        ("quý IV/1970", date(1970, 10, 1), date(1970, 12, 31)),
        ("không rõ", None, None),
        ("31/02/1970", None, None),
    ],
)
def test_bounds(text: str, earliest: date | None, latest: date | None) -> None:
    found = parse_date(text)
    assert (found.earliest, found.latest) == (earliest, latest)


@pytest.mark.parametrize("text", ["không rõ", "KHÔNG RÕ", "00/00/1972", "0/0/1972", "00/00/0000"])
def test_what_says_that_the_date_is_unknown(text: str) -> None:
    assert said_unknown(text)


@pytest.mark.parametrize("text", ["", "1972", "00/02/1972", "31/02/1970", "khoảng 1972"])
def test_what_says_something_else(text: str) -> None:
    assert not said_unknown(text)


@pytest.mark.parametrize("edtf", EVERY)
def test_edtf_reads_back(edtf: str) -> None:
    again = parse_edtf(edtf)
    assert again == parse_edtf(again.edtf)
    assert again.edtf == edtf
    assert again.kind != "invalid"


@pytest.mark.parametrize("edtf", ["/1975", "1955/"])
def test_edtf_with_one_unknown_side(edtf: str) -> None:
    found = parse_edtf(edtf)
    assert (found.edtf, found.kind) == (edtf, "range")
    assert None in (found.earliest, found.latest)


@pytest.mark.parametrize(
    "edtf",
    ["1962-13", "1962-02-30", "62", "1975/1955", "../..", "/", "XXXX", "000X", "1962~/", "a", "1/2/3", "1X62", "١٩٦٢"],
)
def test_edtf_that_is_not_ours(edtf: str) -> None:
    expected = "range" if edtf == "1962~/" else "invalid"
    assert parse_edtf(edtf).kind == expected


@pytest.mark.unmeasured
@given(st.one_of(st.text(), st.text(alphabet="0123456789/-.~?X khoảngtừđếnămthquýIV", max_size=30)))
def test_any_text_reads_without_raising_and_its_edtf_reads_back(text: str) -> None:
    found = parse_date(text)
    assert found.written == text
    if found.kind == "invalid":
        assert (found.edtf, found.earliest, found.latest) == ("", None, None)
    else:
        assert parse_edtf(found.edtf, text) == found
    assert display(found, "vi") or text == ""
    assert parse_edtf(text).written == text


@given(DAYS)
def test_every_day_in_every_order_and_cell_is_that_day(day: date) -> None:
    texts = [f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", f"{day:%Y-%m-%d}", f"{day:%d.%m.%Y}",
             f"ngày {day.day} tháng {day.month} năm {day.year}"]  # fmt: skip
    found = [*map(parse_date, texts), from_excel(day), from_parts(day.day, day.month, day.year)]
    assert {(one.edtf, one.kind, one.earliest, one.latest) for one in found} == {(day.isoformat(), "exact", day, day)}


@given(YEARS, st.integers(min_value=1, max_value=12))
def test_no_missing_part_is_ever_filled_in(year: int, month: int) -> None:
    for text in (str(year), f"00/00/{year}", f"năm {year}"):
        assert parse_date(text).edtf == f"{year}"
    for text in (f"{month}/{year}", f"00/{month:02d}/{year}", f"tháng {month} năm {year}"):
        assert parse_date(text).edtf == f"{year}-{month:02d}"
    assert from_excel(float(f"{month}.{year}")).edtf == f"{year}-{month:02d}"
    assert from_excel(year).edtf == from_excel(float(year)).edtf == f"{year}"


@given(DAYS, DAYS)
def test_order_of_days(one: date, other: date) -> None:
    assert compare_order(from_excel(one), from_excel(other)) == (one > other)


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("15/06/1999", "01/02/1968", True),
        ("1971", "12/1996", False),
        ("1970", "01/02/1970", False),
        ("02/1970", "31/01/1970", True),
        ("1972", "khoảng 1970", True),
        ("31/02/1970", "1960", False),
        ("không rõ", "1960", False),
        ("1970", "không rõ", False),
        ("trước 1980", "1960", False),
        ("1970", "sau 1960", False),
        ("1955 - 1975", "1954", True),
    ],
)
def test_order_of_partial_dates(start: str, end: str, wrong: bool) -> None:
    assert compare_order(parse_date(start), parse_date(end)) is wrong


@pytest.mark.parametrize(
    ("value", "written", "edtf", "kind"),
    [
        (datetime(1994, 8, 29, 13, 5), "29/08/1994", "1994-08-29", "exact"),  # noqa: DTZ001 - cells have no zone
        (date(1994, 8, 29), "29/08/1994", "1994-08-29", "exact"),
        (1970, "1970", "1970", "year"),
        (3.1970, "3.1970", "1970-03", "month"),
        (12.2, "12.2000", "2000-12", "month"),
        ("3.1970", "3.1970", "1970-03", "month"),
        (None, "", "", "unknown"),
        (0, "0", "", "unknown"),
        (34575, "34575", "", "invalid"),
        (1.5, "1.5", "", "invalid"),
        (float("nan"), "nan", "", "invalid"),
        (True, "True", "", "invalid"),
    ],
)
def test_cells(value: object, written: str, edtf: str, kind: str) -> None:
    found = from_excel(value)
    assert (found.written, found.edtf, found.kind) == (written, edtf, kind)


@pytest.mark.parametrize(
    ("cells", "written", "edtf", "kind"),
    [
        ((5, 2, 1962), "5/2/1962", "1962-02-05", "exact"),
        (("05", "02", "1962"), "05/02/1962", "1962-02-05", "exact"),
        ((5.0, 2.0, 1962.0), "5/2/1962", "1962-02-05", "exact"),
        ((None, 2, 1962), "2/1962", "1962-02", "month"),
        (("", " ", 1962), "1962", "1962", "year"),
        ((0, 0, 1972), "0/0/1972", "1972", "year"),
        (("5", "", 1962), "5//1962", "1962", "year"),
        ((None, None, None), "", "", "unknown"),
        ((0, 0, 0), "0/0/0", "", "unknown"),
        ((None, None, "không rõ"), "không rõ", "", "unknown"),
        ((None, None, "khoảng 1972"), "khoảng 1972", "1972~", "approximate"),
        ((5, 2, None), "5/2/", "", "invalid"),
        ((31, 2, 1970), "31/2/1970", "", "invalid"),
        ((None, 13, 1970), "13/1970", "", "invalid"),
    ],
)
def test_three_cells(cells: tuple[object, object, object], written: str, edtf: str, kind: str) -> None:
    found = from_parts(*cells)
    assert (found.written, found.edtf, found.kind) == (written, edtf, kind)


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("5-2-1962", "05/02/1962", "5 February 1962"),
        ("02/1962", "tháng 2 năm 1962", "February 1962"),
        ("1962", "năm 1962", "1962"),
        ("k. 1972", "khoảng năm 1972", "about 1972"),
        ("khoảng 3/1972", "khoảng tháng 3 năm 1972", "about March 1972"),
        ("1972?", "năm 1972 (?)", "1972 (?)"),
        ("Không rõ", "không rõ", "unknown"),
        ("1955-1975", "1955 – 1975", "1955 – 1975"),
        ("quý I/1970", "01/1970 – 03/1970", "January 1970 – March 1970"),
        ("trước 1945", "năm 1945 trở về trước", "1945 or earlier"),
        ("sau 1954", "từ năm 1954 trở đi", "1954 or later"),
        ("những năm 60", "thập niên 1960", "1960s"),
        ("19XX", "1900 – 1999", "1900 – 1999"),
        ("31/02/1970", "31/02/1970", "31/02/1970"),
    ],
)
def test_display(text: str, vi: str, en: str) -> None:
    found = parse_date(text)
    assert (display(found, "vi"), display(found, "en")) == (vi, en)


def test_display_of_one_unknown_side() -> None:
    assert display(parse_edtf("/1975"), "vi") == "không rõ – 1975"


@pytest.mark.parametrize("text", ["1962", "", "31/02/1970"])
def test_display_refuses_a_language_that_is_not_there(text: str) -> None:
    with pytest.raises(KeyError):
        display(parse_date(text), "fr")


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("1962", (date(1962, 1, 1), date(1962, 12, 31))),
        ("1962-02", (date(1962, 2, 1), date(1962, 2, 28))),
        ("1962-02-05", (date(1962, 2, 5), date(1962, 2, 5))),
        ("05/02/1962", (date(1962, 2, 5), date(1962, 2, 5))),
    ],
)
def test_dates_typed_into_a_search(text: str, bounds: tuple[date, date]) -> None:
    assert parse_query_date(text) == bounds


@pytest.mark.parametrize(
    "text", ["", "abc", "1962-13", "31/02/1970", "5/2/1962", "1962~", "không rõ", "1962/1970", "0000"]
)
def test_dates_that_a_search_does_not_take(text: str) -> None:
    with pytest.raises(ValueError, match=re.compile(f"^{re.escape(text)}$")):
        parse_query_date(text)


def test_a_date_is_a_value() -> None:
    assert parse_date("1962") == PartialDate("1962", "1962", date(1962, 1, 1), date(1962, 12, 31), "year")
    assert len({parse_date("1962"), parse_date("1962")}) == 1
