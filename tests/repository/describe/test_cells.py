"""Texts in cells: nothing runs, nothing is lost, and everything comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from fonds.repository.describe.cells import (
    CELL_UNITS,
    escaped,
    fits,
    guarded,
    is_formula_like,
    is_shortened,
    reference,
    same_lines,
    shortened,
    unguarded,
)
from fonds.repository.intake.workbook import _ESCAPED


@given(st.text())
def test_what_is_guarded_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text())
def test_no_guarded_text_begins_like_a_formula(text: str) -> None:
    assert not is_formula_like(guarded(text))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "'quoted", "''"])
def test_an_apostrophe_comes_before_it(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Báo cáo", " =1", "1-2", "a'b"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text(st.sampled_from("_x005Fab0D\r\n")))
def test_escapes_of_a_workbook_come_back(text: str) -> None:
    assert _ESCAPED.sub(lambda match: chr(int(match[1], 16)), escaped(text)) == text
    assert "\r" not in escaped(text)


def test_a_text_that_no_cell_can_hold_is_cut_with_a_mark() -> None:
    whole, long = "a" * CELL_UNITS, "a" * (CELL_UNITS + 1)
    assert fits(whole)
    assert shortened(whole) == whole
    assert not is_shortened(whole)
    assert not fits(long)
    assert shortened(long).endswith(" [… 32768]")
    assert fits(shortened(long))
    assert is_shortened(shortened(long))


@pytest.mark.unmeasured
@given(st.text(st.sampled_from("a\r😀_x000D_"), min_size=1, max_size=8))
def test_what_is_cut_always_fits(part: str) -> None:
    assert fits(shortened(part * 33_000))


def test_a_mark_in_a_short_text_is_only_text() -> None:
    assert not is_shortened("Xem tiếp [… 12]")


@pytest.mark.parametrize("number", [0, 25, 26, 701, 702, 16_383])
def test_cells_are_named_as_a_spreadsheet_names_them(number: int) -> None:
    assert reference(number, 7) == f"{get_column_letter(number + 1)}7"


def test_line_ends_do_not_count() -> None:
    assert same_lines("a\r\nb\rc", "a\nb\nc")
    assert not same_lines("a b", "a\nb")
