"""VIQR (RFC 1456), plain ASCII with the marks typed after the letters: recognised and read.

The marks are punctuation too, so a text counts as VIQR only when its marked words are Vietnamese syllables, enough of
them carry marks where punctuation never stands, and nothing speaks against it.
"""

from __future__ import annotations

import re

from fonds.metadata.legacy.decoders import VIQR_WORD, viqr, viqr_letters
from fonds.metadata.vietnamese import is_syllable

_ADDRESS = re.compile(r"@|://|\\\w|www\.", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([\^+(`~'?.])")
_MARK = re.compile(r"[\^+(`~'?.]")
_SURE = re.compile(r"[\^+(]|[`~](?=[A-Za-z])")
_LIKELY = re.compile(r"[.?'](?=[A-Za-z])")
_AT_END = re.compile(r"['`?~.]$")
_STRAY = re.compile(r"[\^`~]")
_DIGIT = re.compile(r"\d")
_WORD_OR_ESCAPE = re.compile(rf"{_ESCAPE.pattern}|{VIQR_WORD.pattern}")


def is_viqr(text: str) -> bool:
    """Tell whether ASCII ``text`` is VIQR. Addresses, file paths and formulas are not."""
    if not _MARK.search(text) or _ADDRESS.search(_ESCAPE.sub("", text)):
        return False
    if _STRAY.search(VIQR_WORD.sub(" ", text)):
        return False
    # Words that hold digits say nothing about letters: A.1962, U+01B0.
    spoken = " ".join(word for word in text.split() if not _DIGIT.search(word))
    return _enough(list(dict.fromkeys(VIQR_WORD.findall(spoken))))


def repair_viqr(text: str) -> str:
    """Return ``text`` with the marks joined to their letters and the escapes taken away."""
    return re.sub(r"[^\s/]+", lambda m: _repair_piece(m[0]), text)


def _enough(words: list[str]) -> bool:
    sure = [word for word in words if _SURE.search(word)]
    good = [w for w in words if (_SURE.search(w) or _LIKELY.search(w) or _AT_END.search(w)) and _is_marked(w)]
    if not set(sure) <= set(good):
        return False
    foreign = [w for w in words if w.isalpha() and not w.isupper() and not is_syllable(viqr_letters(w))]
    if sure:
        certain = len(good) > 1 or any(len(w) > 3 and len(_MARK.findall(w)) > 1 for w in sure)
        return certain and len(foreign) * 3 <= len(good)
    return not foreign and len(good) > 1 and any(len(w) > 3 and _LIKELY.search(w) for w in good)


def _is_marked(word: str) -> bool:
    return is_syllable(viqr(word).rstrip(".?'"))


def _repair_piece(piece: str) -> str:
    if _DIGIT.search(piece):
        return piece
    return _WORD_OR_ESCAPE.sub(lambda m: m[1] or viqr(m[0]), piece)
