"""Vietnamese alphabetical order as plain strings, so that Python and a database sort alike.

A key is ASCII for any Vietnamese text and compares byte by byte (SQLite BINARY, PostgreSQL ``COLLATE "C"``):
the letters of the whole text first, then, after a blank, one digit for the tone of each word. Two texts that
differ only in case or punctuation have the same key; add the text itself as a last column where the order
must be total.
"""

from __future__ import annotations

import re
import unicodedata

from fonds.metadata.vietnamese.forms import nfc

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER = {letter: chr(ord("A") + index) for index, letter in enumerate(_ALPHABET)}
_SHAPES = frozenset("\u0302\u0306\u031b")
_TONE = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
# Above the blank that ends the letters and below digits and letters, so that a shorter text comes first.
_WORD_BREAK = "!"
_OTHER = "~"  # letters of other alphabets come after ours
_DIGITS = re.compile(r"\d+")
_LONGEST = 999


def sort_key(text: str) -> str:
    """Return the key of Vietnamese dictionary order: a ă â b c d đ e ê ...; tones break ties.

    Tones count in the order ngang, huyền, hỏi, ngã, sắc, nặng, and only when all letters are equal.
    """
    words = _words(text)
    letters = _WORD_BREAK.join("".join(_letter(c) for c in word) for word in words)
    return f"{letters} {''.join(_word_tone(word) for word in words)}"


def natural_key(text: str) -> str:
    """Return the key of ``sort_key`` with whole numbers compared by value: 2, 2a, 10; hồ sơ 9, hồ sơ 10."""
    return sort_key(_DIGITS.sub(_sortable_number, text))


def _sortable_number(match: re.Match[str]) -> str:
    digits = "".join(str(unicodedata.decimal(c)) for c in match[0]).lstrip("0") or "0"
    # Length first makes string order number order. Longer than any number in an archive, only the length is
    # cut.
    return f"{min(len(digits), _LONGEST):03d}{digits}"


def _words(text: str) -> list[str]:
    lower = nfc(nfc(text).lower()).replace("ð", "đ")
    return "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in lower).split()


def _letter(char: str) -> str:
    if char in _LETTER:
        return _LETTER[char]
    if char.isascii() or unicodedata.combining(char):
        return char if char.isascii() else ""
    decomposed = unicodedata.normalize("NFD", char)
    base = decomposed[0]
    shaped = nfc(base + "".join(mark for mark in decomposed[1:] if mark in _SHAPES))
    return _LETTER.get(shaped) or _LETTER.get(base) or _OTHER + char


def _word_tone(word: str) -> str:
    return max((_TONE.get(c, "0") for c in unicodedata.normalize("NFD", word)), default="0")
