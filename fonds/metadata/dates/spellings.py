"""The spellings of dates in inventories and registers, turned into EDTF: one rule for each way of writing.

Rules work on folded text (no marks, lower case), so "Không rõ", "KHÔNG RÕ" and "khong ro" are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from fonds.metadata.dates.edtf import parse_edtf
from fonds.metadata.dates.model import PartialDate, invalid
from fonds.metadata.dates.points import blank, point
from fonds.metadata.vietnamese import fold

Rule = Callable[[str], str | None]

_UNKNOWN = re.compile(
    r"(?:khong|chua|ko?)(?: (?:ro|biet|xac dinh|de|co|ghi))?(?: (?:ngay|thang|nam|thoi gian),?)*"
    r"|kxd|kr|khuyet|unknown|undated|n\.?d|s\.?d|n/a|[-?.]+|0+"
)
_LONGEST = 120  # characters; more is prose, not a date
_ABOUT = re.compile(r"(?:(?:vao )?khoang|(?:uoc )?chung|uoc|do|circa|about|ca?\.|kh?\.|~|≈)\s*(.+)")
_PART_OF = re.compile(r"(?:dau|giua|cuoi|(?:mua )(?:xuan|he|ha|thu|dong))\s+(.+)")
_UNTIL = re.compile(r"(?:truoc|den|toi|before|until)\s+(.+)|(.+?)\s+tro ve truoc")
_ONWARD = r"\s+(?:tro di|tro ve sau)"
_SINCE = re.compile(rf"(?:sau|tu|after|since)\s+(.+?)(?:{_ONWARD})?|(.+?){_ONWARD}")
_STILL = re.compile(r"(?:tu )?(.+?)\s*(?:-|–|—|den|toi)\s*(?:nay|hien nay|hien tai|present)")
_FROM = re.compile(r"(?:trong )?(?:tu|from)\s+")
_TO = re.compile(r"\s+(?:den het|den|toi|to|->|→|-)\s+|\s*[–—]\s*")
_DECADE = re.compile(r"(?:(?:thap (?:nien|k[iy])|nhung nam)\s+)(\d{2}|\d{4})(?: (?:cua )?(the k[iy] .+))?|(\d{4})s")
_CENTURY = re.compile(r"the k[iy]\s+([ivx]+|\d{1,2})")
_QUARTER = re.compile(r"qu[yi]\s+(iv|i{1,3}|[1-4])\s*(?:[/,.-]|nam|nam:)?\s*(?:nam )?(\d{4})")
_HALF = re.compile(r"(?:6|sau) thang (dau|cuoi)(?: nam)?\s+(\d{4})")
_ROMAN = {"xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_AS_EDTF = re.compile(r"[\dX~?./-]*(?:[~?X]|\.\.|\d{4}.*/)[\dX~?./-]*")
_MONTH_SHORT = re.compile(r"\b(?:thg|th|t)\b\.?\s?(?=\d{1,2}\b)|\bt(?=\d{1,2}\b)")
_LAST_STOP = re.compile(r"\w\.$")
_ZERO_DAY_AND_MONTH = re.compile(r"0+\s*[/.-]\s*0+\s*[/.-]\s*\d{4}")


def parse_date(written: str) -> PartialDate:
    """Read a date in any spelling in use; ``written`` is kept word for word.

    Empty and "không rõ" give kind 'unknown'. What cannot exist (31/02/1970) or cannot be read gives
    'invalid', also years of two digits: 5/2/62 does not say its century.
    """
    text = _plain(written)
    if len(text) > _LONGEST:
        return invalid(written)
    for rule in _RULES:
        edtf = rule(text)
        if edtf is not None:
            return parse_edtf(edtf, written)
    return invalid(written)


def said_unknown(written: str) -> bool:
    """Tell whether the writer said that the date is not known: "không rõ", 00/00/1972. Empty says nothing.

    This is the condition of the finding UNKNOWN_DATE.
    """
    text = _plain(written)
    if not 0 < len(text) <= _LONGEST:
        return False
    return _unknown(text) is not None or bool(_ZERO_DAY_AND_MONTH.fullmatch(text))


def _plain(written: str) -> str:
    text = " ".join(fold(written).split()).strip("\"'“”;,: ")
    if text.startswith(("[", "(")) and text.endswith(("]", ")")):
        text = text[1:-1].strip()
    text = _MONTH_SHORT.sub("thang ", text)
    return text.removesuffix(".") if _LAST_STOP.search(text) else text


def _unknown(text: str) -> str | None:
    return "" if text == "" or _UNKNOWN.fullmatch(text) or blank(text) else None


def _edtf(text: str) -> str | None:
    """Accept EDTF itself, as our own exports carry it."""
    edtf = text.upper()
    return edtf if _AS_EDTF.fullmatch(edtf) and parse_edtf(edtf).kind != "invalid" else None


def _about(text: str) -> str | None:
    about, part = _ABOUT.fullmatch(text), _PART_OF.fullmatch(text)
    if about:
        inner = _first(about[1], (_decade, _century, _range, point))
    else:
        inner = _first(part[1], (_decade, _century, point)) if part else None
    if inner is None:
        return None
    return "/".join(side if not side or side[-1] in "X~?." else side + "~" for side in inner.split("/"))


def _until(text: str) -> str | None:
    match = _UNTIL.fullmatch(text)
    end = _bound(match[1] or match[2]) if match else None
    return f"../{end}" if end else None


def _since(text: str) -> str | None:
    match = _STILL.fullmatch(text) or _SINCE.fullmatch(text)
    start = _bound(next(filter(None, match.groups()), "")) if match else None
    return f"{start}/.." if start else None


def _bound(text: str) -> str | None:
    """Read one side of an interval. A decade or century there would be two bounds, so it is not accepted."""
    return _first(text, (_about_point, point))


def _about_point(text: str) -> str | None:
    edtf = _about(text)
    return edtf if edtf and "/" not in edtf else None


def _range(text: str) -> str | None:
    rest = _FROM.sub("", text, count=1) if _FROM.match(text) else text
    sides = _TO.split(rest)
    if len(sides) == 1 and rest.count("-") == 1:
        sides = rest.split("-")
    if len(sides) != 2:
        return None
    start, end = (_bound(side.strip()) for side in sides)
    if start and end:
        return f"{start}/{end}"
    return None


def _decade(text: str) -> str | None:
    match = _DECADE.fullmatch(text)
    years = (match[1] or match[3]) if match else ""
    if match is None or not years.endswith("0"):
        return None
    if len(years) == 4:
        return years[:3] + "X"
    century = _century_number(match[2]) if match[2] else 20
    # "những năm 60" alone is the twentieth century: the holdings begin in its middle and end with it.
    return f"{century - 1:02d}{years[0]}X" if century else None


def _century(text: str) -> str | None:
    number = _century_number(text)
    return f"{number - 1:02d}01/{number:02d}00" if number else None


def _century_number(text: str) -> int | None:
    match = _CENTURY.fullmatch(text)
    if match is None:
        return None
    return (int(match[1]) if match[1].isdecimal() else _ROMAN.get(match[1])) or None


def _quarter(text: str) -> str | None:
    match = _QUARTER.fullmatch(text)
    if match is None:
        return None
    last = 3 * (_QUARTERS.get(match[1]) or int(match[1]))
    return f"{match[2]}-{last - 2:02d}/{match[2]}-{last:02d}"


def _half(text: str) -> str | None:
    match = _HALF.fullmatch(text)
    if match is None:
        return None
    return f"{match[2]}-01/{match[2]}-06" if match[1] == "dau" else f"{match[2]}-07/{match[2]}-12"


def _first(text: str, rules: tuple[Rule, ...]) -> str | None:
    return next((edtf for edtf in (rule(text) for rule in rules) if edtf is not None), None)


_RULES: tuple[Rule, ...] = (
    _unknown,
    _edtf,
    point,
    _quarter,
    _half,
    _decade,
    _century,
    _about,
    _range,
    _until,
    _since,
)
