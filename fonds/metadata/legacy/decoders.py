"""Decoders: one word of TCVN3, VNI or VIQR to Unicode, letter by letter, without judging the result."""

from __future__ import annotations

import re

from fonds.metadata.legacy.tables import TCVN3, VNI_PAIRS, VNI_SINGLES
from fonds.metadata.vietnamese import is_syllable, nfc

VIQR_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_VIQR_SHAPES = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_VIQR_UNIT = (
    r"[Dd]{2}|(?:[Aa][\^(]?|[Ee]\^?|[Oo][\^+]?|[Uu]\+?|[IiYy])['`?~.]?"
    r"|[A-Za-z]"
)
VIQR_WORD = re.compile(rf"(?:{_VIQR_UNIT})+")
"""Letters, each with the marks that can combine with it (RFC 1456, section 3)."""

_VIQR_ONE = re.compile(_VIQR_UNIT)
_PUNCTUATION_TOO = frozenset(".?'")
_D = {"dd": "đ", "DD": "Đ", "Dd": "Đ", "dD": "đ"}


def tcvn3(word: str) -> str:
    """Return ``word`` read as TCVN3; a word in capitals gets capital marked letters."""
    decoded = "".join(TCVN3.get(char, char) for char in word)
    return decoded.upper() if _in_capitals(word) else decoded


def vni(word: str) -> str:
    """Return ``word`` read as VNI."""
    result: list[str] = []
    index = 0
    while index < len(word):
        size, letter = _vni_letter(word[index : index + 2])
        result.append(letter)
        index += size
    return "".join(result)


def viqr(word: str) -> str:
    """Return ``word`` read as VIQR, or as it is when that gives no syllable and no abbreviation with Đ.

    A last dot, question mark or apostrophe is punctuation where the syllable is only right without it.
    """
    decoded = viqr_letters(word)
    if is_syllable(decoded) or (word.isupper() and word.isalpha()):
        return decoded
    shorter = viqr_letters(word[:-1]) if word[-1:] in _PUNCTUATION_TOO else ""
    return shorter + word[-1:] if is_syllable(shorter) else word


def viqr_letters(word: str) -> str:
    """Return ``word`` with every mark that can combine taken as a mark."""
    return "".join(_viqr_letter(unit) for unit in _VIQR_ONE.findall(word))


def _in_capitals(word: str) -> bool:
    plain = [char for char in word if char.isascii() and char.isalpha()]
    return len(plain) > 1 and all(char.isupper() for char in plain)


def _vni_letter(two: str) -> tuple[int, str]:
    """Return how many characters were used and the letter they make."""
    pair = VNI_PAIRS.get(two.lower()) if len(two) == 2 else None
    size, letter = (2, pair) if pair else (1, VNI_SINGLES.get(two[0].lower(), two[0]))
    return size, letter.upper() if two[0].isupper() else letter


def _viqr_letter(unit: str) -> str:
    if unit in _D:
        return _D[unit]
    marks = "".join((_VIQR_SHAPES | VIQR_TONES).get(char, "") for char in unit[1:])
    return nfc(unit[0] + marks) if marks else unit
