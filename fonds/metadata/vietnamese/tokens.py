"""The tokens under which text is found: syllables, whole document numbers, and dates in one spelling.

Every search back end indexes and asks for these same tokens. Vietnamese is cut into syllables, not words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from fonds.metadata.vietnamese.forms import MARKS, exact_form, fold

_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
# A document number is digits, then parts joined without blanks: 147/QĐ-UB, 12/2020/NĐ-CP, 147-QĐ/TW.
_NUMBER_JOINT = re.compile(r"[/.\-\u2010-\u2015]")
_MOST_PARTS = 8  # 12/2020/TTLT-BLĐTBXH-BTC-BQP has six
_STARTS_NUMBER = re.compile(r"\d+[^\W\d_]?")
_DASHES = re.compile(r"[.\u2010-\u2015]")
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")
_DATE_JOINT = re.compile(r"\s*[/.\-\u2010-\u2015]\s*")
_WORD_JOINT = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One thing to look up.

    ``position`` counts syllables from 0 (a joined token stands at the position of its first part);
    ``start`` and ``end`` are offsets in the text that was given, whatever its normalization form.
    ``has_marks`` is true when the writer used marks, so that the exact form says more than the folded one.
    """

    text_exact: str
    text_folded: str
    has_marks: bool
    position: int
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Cut ``text`` into syllables (letters and digits) and add a joined token for each document number.

    "147/QĐ-UB" gives 147, qđ, ub and "147/qđ-ub". In the joined token dots and long dashes become "-" and
    leading zeros go, so that 05/QĐ.UB and 5/QĐ-UB are the same number. Tokens are in order of position.
    """
    words = _syllables(text)
    result: list[Token] = []
    number_end = 0
    for index, word in enumerate(words):
        result.append(word)
        last = _number_end(text, words, index) if word.start >= number_end else index
        if last > index:
            number_end = words[last].end
            result.append(_joined(text, word, words[last]))
    return result


def extra_tokens(text: str, *, broader: bool = False) -> list[Token]:
    """Return one token for each date in ``text``, as ISO 8601, at the position where it begins.

    05/02/1962, 5-2-1962, 1962-02-05 and "ngày 5 tháng 2 năm 1962" give "1962-02-05"; 2/1962 and "tháng 2 năm
    1962" give "1962-02". With ``broader`` a whole date also gives its month: use it when indexing and not
    when asking, and a question for a month finds the days in it. Dates that cannot exist give nothing.
    """
    words = _syllables(text)
    result: list[Token] = []
    skip_to = 0
    for index in range(len(words)):
        found = _date_at(text, words, index) if index >= skip_to else None
        if found is None:
            continue
        iso, last = found
        skip_to = last + 1
        spellings = [iso, iso[:7]] if broader and len(iso) > 7 else [iso]
        first = words[index]
        result += [Token(s, s, False, first.position, first.start, words[last].end) for s in spellings]
    return result


def _syllables(text: str) -> list[Token]:
    return [_token(m[0], n, m.start(), m.end()) for n, m in enumerate(_WORD.finditer(text))]


def _token(written: str, position: int, start: int, end: int) -> Token:
    exact, folded = _forms(written)
    return Token(exact, folded, exact != folded, position, start, end)


@lru_cache(maxsize=8192)
def _forms(written: str) -> tuple[str, str]:
    """Return both forms of a word. Remembered, because a language has few syllables and pages have many words."""
    exact = exact_form(written)
    return exact, fold(exact)


def _number_end(text: str, words: list[Token], index: int) -> int:
    """Return the index of the last part of the document number that starts here, ``index`` when none does."""
    if not _STARTS_NUMBER.fullmatch(words[index].text_folded):
        return index
    last = index
    limit = min(len(words), index + _MOST_PARTS)
    while last + 1 < limit and _NUMBER_JOINT.fullmatch(text, words[last].end, words[last + 1].start):
        last += 1
    whole = text[words[index].start : words[last].end]
    has_letters = any(not w.text_folded.isdecimal() for w in words[index + 1 : last + 1])
    return last if has_letters and "/" in whole else index


def _joined(text: str, first: Token, last: Token) -> Token:
    written = _DASHES.sub("-", _LEADING_ZEROS.sub("", text[first.start : last.end]))
    return _token(written, first.position, first.start, last.end)


def _date_at(text: str, words: list[Token], index: int) -> tuple[str, int] | None:
    """Return the date that starts at a token, as ISO 8601, and the index of its last token."""
    if not words[index].text_folded.isdecimal() and words[index].text_folded != "thang":
        return None
    for values, last in (*_numeric(text, words, index), *_spelled(text, words, index)):
        iso = _iso(*values)
        if iso and not _part_of_longer(text, words, index, last):
            return iso, last
    return None


_Candidate = tuple[tuple[int, int, int], int]


def _numeric(text: str, words: list[Token], index: int) -> Iterator[_Candidate]:
    """Yield (year, month, day) readings of numbers joined by / . or -; day 0 when there is none."""
    numbers: list[str] = []
    for word in words[index : index + 3]:
        if not word.text_folded.isdecimal() or len(word.text_folded) > 4:
            break
        if numbers and not _DATE_JOINT.fullmatch(text, words[index + len(numbers) - 1].end, word.start):
            break
        numbers.append(word.text_folded)
    sizes = tuple(len(n) for n in numbers)
    n = [int(number) for number in numbers]
    if len(n) == 3 and max(sizes[:2]) <= 2 and sizes[2] == 4:
        yield (n[2], n[1], n[0]), index + 2
    if len(n) == 3 and sizes[0] == 4 and max(sizes[1:]) <= 2:
        yield (n[0], n[1], n[2]), index + 2
    if len(n) >= 2 and sizes[0] <= 2 and sizes[1] == 4:
        yield (n[1], n[0], 0), index + 1


def _spelled(text: str, words: list[Token], index: int) -> Iterator[_Candidate]:
    """Yield readings of "5 tháng 2 năm 1962", "5 tháng 2/1962", "tháng 2 năm 1962", marks or none."""
    day, month_at = 0, index
    if words[index].text_folded.isdecimal() and len(words[index].text_folded) <= 2:
        day, month_at = int(words[index].text_folded), index + 1
    following = [w.text_folded for w in words[month_at : month_at + 4]]
    if len(following) < 3 or following[0] != "thang" or not re.fullmatch(r"\d{1,2}", following[1]):
        return
    year_at = month_at + (3 if following[2] == "nam" else 2)
    if year_at >= len(words) or not re.fullmatch(r"\d{4}", words[year_at].text_folded):
        return
    gaps = [text[a.end : b.start] for a, b in zip(words[index:year_at], words[index + 1 : year_at + 1], strict=True)]
    if all(_WORD_JOINT.fullmatch(gap) for gap in gaps[:-1]) and _year_joint(gaps[-1], following[2] == "nam"):
        yield (int(words[year_at].text_folded), int(following[1]), day), year_at


def _year_joint(gap: str, said: bool) -> bool:
    return bool((_WORD_JOINT if said else _DATE_JOINT).fullmatch(gap))


def _iso(year: int, month: int, day: int) -> str:
    """Return the date as ISO 8601, '' when there is no such day or month."""
    try:
        real = date(year, month, day or 1)
    except ValueError:
        return ""
    return real.isoformat() if day else real.isoformat()[:7]


def _part_of_longer(text: str, words: list[Token], first: int, last: int) -> bool:
    """Tell whether the numbers are only a piece of something joined without blanks, as in 12/2020/NĐ-CP.

    A dash between two dates written with slashes or dots joins a period, not one longer thing.
    """
    inner = text[words[first].end : words[last].start]
    return _continues(text, words, first - 1, inner) or _continues(text, words, last, inner)


def _continues(text: str, words: list[Token], left: int, inner: str) -> bool:
    """Tell whether the word after ``left`` is the same thing going on; ``inner`` lies inside the date."""
    if left < 0 or left + 1 >= len(words):
        return False
    gap = text[words[left].end : words[left + 1].start]
    if not _NUMBER_JOINT.fullmatch(gap):
        return False
    two_dates = words[left].text_folded.isdecimal() and words[left + 1].text_folded.isdecimal()
    return gap in "/." or gap in inner or not two_dates
