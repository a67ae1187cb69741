"""Alphabetical and natural order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.vietnamese import natural_key, sort_key

ALPHABETICAL = [
    "An", "Ân", "Bà", "Bác", "Băng", "Bần", "Cầu", "Chi", "Dũng", "Đỗ", "Em", "Ếch", "Nga", "Nhung", "Oanh",
    "Ông", "Ơn", "Tâm", "Thảo", "Trang", "Uyên", "Ưng", "Vân", "Xuân", "Yến",
]  # fmt: skip
NATURAL = [
    "", "2", "2a", "2b", "10", "100", "H99.14.NCC.1996.LS-0001", "H99.14.NCC.1996.LS-0002",
    "H99.14.NCC.1997.LS-0001", "Hồ sơ 9", "Hồ sơ 9a", "Hồ sơ 10", "Hộp 1", "Hộp 02", "Hộp 11",
]  # fmt: skip


def _shuffled(items: list[str]) -> list[str]:
    return random.Random(7).sample(items, len(items))


def test_letters_are_in_the_order_of_the_vietnamese_alphabet() -> None:
    assert sorted(_shuffled(ALPHABETICAL), key=sort_key) == ALPHABETICAL


def test_tones_break_ties_in_the_order_of_dictionaries() -> None:
    tones = ["ba", "bà", "bả", "bã", "bá", "bạ"]
    assert sorted(_shuffled(tones), key=sort_key) == tones


def test_letters_of_the_whole_text_come_before_tones() -> None:
    names = ["Hà An", "Ha Bình", "Há Cường"]
    assert sorted(_shuffled(names), key=sort_key) == names


def test_a_shorter_text_comes_first_and_words_are_not_run_together() -> None:
    names = ["Lê", "Lê Văn", "Lê Văn An", "Lệ Văn An", "Lên"]
    assert sorted(_shuffled(names), key=sort_key) == names


def test_numbers_are_compared_by_value() -> None:
    assert sorted(_shuffled(NATURAL), key=natural_key) == NATURAL


@pytest.mark.parametrize("key", [sort_key, natural_key])
def test_case_spelling_of_tones_and_punctuation_do_not_matter(key: type[str]) -> None:
    assert key("Hoà-Bình") == key("HÒA BÌNH")


def test_keys_of_vietnamese_are_plain_ascii_for_any_database() -> None:
    assert all(natural_key(text).isascii() and natural_key(text).isprintable() for text in ALPHABETICAL + NATURAL)


@given(st.text(), st.text())
def test_keys_order_the_same_as_bytes_and_as_text(one: str, other: str) -> None:
    for key in (sort_key(one), natural_key(one)), (sort_key(other), natural_key(other)):
        assert "\x00" not in key[0] + key[1]
    a, b = natural_key(one), natural_key(other)
    assert (a < b) == (a.encode("utf-8", "surrogatepass") < b.encode("utf-8", "surrogatepass"))


@given(st.integers(min_value=0, max_value=10**30), st.integers(min_value=0, max_value=10**30))
def test_natural_order_is_number_order(one: int, other: int) -> None:
    assert (natural_key(f"Tờ {one}") < natural_key(f"Tờ {other}")) == (one < other)
