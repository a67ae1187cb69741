"""The folded and the exact form, and what a syllable is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.vietnamese import exact_form, fold, is_syllable, nfc

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
WORDS = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " -/.,0123456789\u0301\u0309", max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Văn Hòa", "nguyen van hoa"),
        ("ĐẮK LẮK", "dak lak"),
        ("Ðảng", "dang"),  # U+00D0, eth, typed for Đ
        ("kỹ", "ky"),
        ("147/QĐ-UB", "147/qd-ub"),
        ("", ""),
    ],
)
def test_fold_takes_marks_and_case_away(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"), ("Hoá", "hóa"), ("hoả", "hỏa"), ("hoã", "hõa"), ("hoạ", "họa"),
        ("khoẻ", "khỏe"), ("loè", "lòe"), ("thuỷ", "thủy"), ("UỶ BAN", "ủy ban"), ("tuỳ", "tùy"),
        ("luỹ", "lũy"), ("thuý", "thúy"), ("thuỵ", "thụy"), ("Hoà-bình", "hòa-bình"),
        ("kỹ", "kĩ"), ("liệt sỹ", "liệt sĩ"), ("quý", "quí"), ("Lý", "lí"), ("mỹ", "mĩ"), ("tỷ", "tỉ"),
        ("quỳ", "quì"), ("Ðảng", "Đảng"),
    ],
)  # fmt: skip
def test_spellings_of_one_word_have_one_exact_form(one: str, other: str) -> None:
    assert exact_form(one) == exact_form(other)
    assert exact_form(unicodedata.normalize("NFD", one)) == exact_form(other)


@pytest.mark.parametrize(
    "word",
    ["hoàn", "toàn", "thuyền", "hoài", "khoét", "huỳnh", "tuyết", "quà", "quả", "quạ", "quá", "quẻ", "què",
     "giỏi", "già", "giữa", "ý", "yến", "ỷ", "tây", "máy", "suy", "city", "không", "thủy", "hòa"],
)  # fmt: skip
def test_other_syllables_are_left_as_they_are(word: str) -> None:
    assert exact_form(word) == word


def test_marks_still_distinguish_words_in_the_exact_form() -> None:
    assert len({exact_form(w) for w in ("hoa", "hòa", "hỏa", "họa", "hóa")}) == 5


@given(st.one_of(st.text(), WORDS))
def test_forms_never_raise_and_are_stable(text: str) -> None:
    exact = exact_form(text)
    assert exact_form(exact) == exact
    assert fold(fold(exact)) == fold(exact)
    assert fold(fold(text)) == fold(text)
    assert nfc(exact) == exact


@given(WORDS)
def test_the_exact_form_does_not_depend_on_case_or_normalization(text: str) -> None:
    assert exact_form(text.upper()) == exact_form(text.lower())
    assert exact_form(unicodedata.normalize("NFD", text)) == exact_form(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "word",
    ["nguyễn", "Nghệ", "QUỐC", "quý", "quỳnh", "gì", "giếng", "giữ", "già", "thuở", "thủy", "thuỷ", "hòa", "hoà",
     "khuya", "khuỷu", "ngoằn", "yêu", "ý", "ương", "đường", "xoong", "Lắk", "kạn", "ngoài", "rượu", "bưởi", "mía"],
)  # fmt: skip
def test_vietnamese_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize(
    "word",
    ["", "des", "was", "fête", "viet", "bac", "wo", "jean", "hoàán", "òan", "ngòai", "ngà̀", "cì", "ghà", "qúy",
     "năă", "đđ", "h", "12", "a1", "tộc tộc", "bạch-mã"],
)  # fmt: skip
def test_what_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)


@given(st.text())
def test_is_syllable_never_raises(text: str) -> None:
    assert is_syllable(text) in (True, False)
