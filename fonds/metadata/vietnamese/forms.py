"""The two forms in which Vietnamese text is compared: exact (one spelling a word) and folded (no marks)."""

from __future__ import annotations

import re
import unicodedata

MARKS = "\u0300-\u036f"
"""Combining diacritical marks, for use inside a regular expression's character class."""

_ANY_MARK = re.compile(f"[{MARKS}]")
# Eth looks the same as the Vietnamese letter in most fonts and is what some old converters and keyboards
# produce.
_TO_D_WITH_STROKE = str.maketrans({"ð": "đ"})
_TO_D = str.maketrans({"ð": "d", "đ": "d"})

_NOT_AFTER_LETTER = r"(?<![^\W\d_])"
_NOT_BEFORE_LETTER = rf"(?![^\W\d_]|[{MARKS}])"
_ONSET = "ngh|ng|nh|gh|kh|ph|th|tr|ch|[bcdđghklmnprstvx]"

_TONED_LAST = {
    "òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ",
    "òe": "oè", "óe": "oé", "ỏe": "oẻ", "õe": "oẽ", "ọe": "oẹ",
    "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ",
}  # fmt: skip
_TONED_FIRST = {last: first for first, last in _TONED_LAST.items()}
# Only an open syllable has two placements in use: "hoàn" and "thuyền" have one. In "quỳ" the u belongs to the
# onset, and q is not in the list of onsets, so it never matches.
_OPEN_GLIDE = re.compile(
    rf"{_NOT_AFTER_LETTER}(gi|{_ONSET})?({'|'.join(_TONED_FIRST)}){_NOT_BEFORE_LETTER}",
)
_FINAL_Y = re.compile(rf"{_NOT_AFTER_LETTER}(qu|{_ONSET})([yỳýỷỹỵ]){_NOT_BEFORE_LETTER}")
_Y_TO_I = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")


def nfc(text: str) -> str:
    """Return ``text`` in Unicode normalization form C (UAX #15)."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return ``text`` in lower case without marks: "Nguyễn Văn Hòa" gives "nguyen van hoa".

    Only marks are taken away and đ becomes d; "kỹ" and "kĩ" stay different here. ``fold(exact_form(text))``
    makes them equal and is what the index uses.
    """
    # Twice, because lower-casing some letters brings a mark with it (İ) and some letters change under NFD
    # (K).
    bare = _without_marks(_without_marks(text).lower())
    return nfc(bare.translate(_TO_D))


def exact_form(text: str) -> str:
    """Return ``text`` in the one spelling under which its variants are the same word, marks kept.

    NFC, lower case, tone on the first vowel of open oa, oe, uy (oà gives òa), final y after a consonant
    becomes i (kỹ gives kĩ, quý gives quí).
    """
    lower = nfc(nfc(text).lower()).translate(_TO_D_WITH_STROKE)
    placed = _OPEN_GLIDE.sub(lambda m: (m[1] or "") + _TONED_FIRST[m[2]], lower)
    return _FINAL_Y.sub(lambda m: m[1] + m[2].translate(_Y_TO_I), placed)


def _without_marks(text: str) -> str:
    return _ANY_MARK.sub("", unicodedata.normalize("NFD", text))
