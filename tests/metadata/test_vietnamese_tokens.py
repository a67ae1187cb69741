"""Tokens: syllables, document numbers, dates."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.vietnamese import Token, exact_form, extra_tokens, fold, tokens

SENTENCE = "Quyết định số 147/QĐ-UB của Uỷ ban"


def _folded(text: str) -> list[tuple[str, int]]:
    return [(token.text_folded, token.position) for token in tokens(text)]


def test_syllables_carry_both_forms_and_their_place() -> None:
    first, *_, last = tokens(SENTENCE)
    assert first == Token("quyết", "quyet", True, 0, 0, 5)
    assert last.text_exact == "ban"
    assert not last.has_marks
    assert SENTENCE[last.start : last.end] == "ban"


def test_a_document_number_gives_its_parts_and_one_joined_token() -> None:
    assert _folded(SENTENCE)[3:7] == [("147", 3), ("147/qd-ub", 3), ("qd", 4), ("ub", 5)]
    joined = tokens(SENTENCE)[4]
    assert joined.text_exact == "147/qđ-ub"
    assert SENTENCE[joined.start : joined.end] == "147/QĐ-UB"


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("05/QĐ.UB", "5/qd-ub"),
        ("5/qđ-ub", "5/qd-ub"),
        ("147/QĐ–UB", "147/qd-ub"),
        ("12/2020/NĐ-CP", "12/2020/nd-cp"),
        ("147-QĐ/TW", "147-qd/tw"),
        ("31a/TT-BNV", "31a/tt-bnv"),
    ],
)
def test_spellings_of_document_numbers(text: str, joined: str) -> None:
    assert joined in [word for word, _ in _folded(text)]


@pytest.mark.parametrize("text", ["05/02/1962", "1955-1975", "1/2 kg", "và/hoặc", "3-xã", "147 / QĐ"])
def test_what_is_no_document_number(text: str) -> None:
    assert not [word for word, _ in _folded(text) if not word.isalnum()]


def test_spellings_of_one_word_give_one_token() -> None:
    for one, other in (("liệt sỹ", "liệt sĩ"), ("Hoà", "hòa"), ("uỷ", "ủy"), ("quý", "quí")):
        assert [(t.text_exact, t.text_folded) for t in tokens(one)] == [
            (t.text_exact, t.text_folded) for t in tokens(other)
        ]


def test_offsets_are_those_of_the_given_text_when_it_is_not_nfc() -> None:
    text = unicodedata.normalize("NFD", "Nguyễn Văn Hòa")
    assert [unicodedata.normalize("NFC", text[t.start : t.end]) for t in tokens(text)] == ["Nguyễn", "Văn", "Hòa"]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("ký 05/02/1962 tại", [("1962-02-05", 1)]),
        ("5-2-1962", [("1962-02-05", 0)]),
        ("05.02.1962", [("1962-02-05", 0)]),
        ("1962-02-05", [("1962-02-05", 0)]),
        ("ngày 5 tháng 2 năm 1962", [("1962-02-05", 1)]),
        ("ngay 5 thang 2 nam 1962", [("1962-02-05", 1)]),
        ("ngày 5, tháng 2, năm 1962", [("1962-02-05", 1)]),
        ("ngày 5 tháng 2/1962", [("1962-02-05", 1)]),
        ("2/1962", [("1962-02", 0)]),
        ("Tháng 2 năm 1962", [("1962-02", 0)]),
        ("05/02/1962 - 10/03/1962", [("1962-02-05", 0), ("1962-03-10", 3)]),
        ("05/02/1962-10/03/1962", [("1962-02-05", 0), ("1962-03-10", 3)]),
        ("29/02/1972", [("1972-02-29", 0)]),
    ],
)
def test_dates_give_one_normal_token(text: str, dates: list[tuple[str, int]]) -> None:
    assert [(t.text_exact, t.position) for t in extra_tokens(text)] == dates
    decomposed = extra_tokens(unicodedata.normalize("NFD", text))
    assert [(t.text_folded, t.position) for t in decomposed] == dates


@pytest.mark.parametrize(
    "text",
    ["31/02/1970", "13/1970", "12/2020/NĐ-CP", "00/00/1972", "1962", "1955-1975", "1.2.1962.3", "năm 1962",
     "tháng 2", "5 tháng 2", f"tháng {'9' * 5000} năm 1962", "0/0/0000"],
)  # fmt: skip
def test_what_gives_no_date_token(text: str) -> None:
    assert extra_tokens(text) == []


def test_a_date_is_also_found_under_its_month_when_asked_for() -> None:
    found = extra_tokens("05/02/1962", broader=True)
    assert [(t.text_exact, t.position) for t in found] == [("1962-02-05", 0), ("1962-02", 0)]


@given(st.text())
def test_tokens_never_raise_and_stay_in_order(text: str) -> None:
    found = tokens(text)
    assert [t.position for t in found] == sorted(t.position for t in found)
    for token in (*found, *extra_tokens(text)):
        assert 0 <= token.start < token.end <= len(text)
        assert token.text_folded == fold(token.text_exact)
        assert exact_form(token.text_exact) == token.text_exact


@given(st.text(alphabet="0123456789/-. thángnămQĐ,", max_size=40))
def test_dates_and_numbers_of_any_shape_never_raise(text: str) -> None:
    assert len(extra_tokens(text)) <= len(tokens(text))
