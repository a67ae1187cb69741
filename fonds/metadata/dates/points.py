"""One date in figures or in words, without qualifiers: to EDTF."""

from __future__ import annotations

import re

from fonds.metadata.dates.edtf import parse_edtf

# What people put where a figure is missing: 00, ??, xx, dots, dashes.
_GAP = r"0{1,2}|\?{1,4}|x{1,2}|\.{2,}|…+|_+|-{2,}"
_PART = rf"(\d{{1,2}}|{_GAP})"
_YEAR = r"([12]\d{3})"  # 9165 is a slip of the pen, not a year of a record
_JOINT = r"\s*[/.\-\u2010-\u2015]\s*"
_ISO = re.compile(rf"{_YEAR}{_JOINT}(\d{{1,2}})(?:{_JOINT}(\d{{1,2}}))?(?:[t ]\d{{2}}:\d{{2}}(?::\d{{2}})?)?")
_FIGURES = re.compile(rf"(?:(?:{_PART}{_JOINT})?{_PART}{_JOINT})?{_YEAR}(?:\.0)?")
_LEAD = re.compile(r"(?:ngay|mung|mong|thang|nam)\s+(?=\S*\d{4}(?:\.0)?$)")
_WORD_GAP = rf"(\d{{1,2}}|{_GAP})?"
_WORDS = re.compile(
    rf"(?:(?:ngay\s*)?(?:m[uo]ng\s*)?{_WORD_GAP}[\s,]*)?(?:thang\s*{_WORD_GAP}[\s,]*)?(?:nam|[/\-])\s*{_YEAR}"
)
_ALL_GAPS = re.compile(
    rf"(?:{_GAP})(?:{_JOINT}(?:{_GAP})){{0,2}}(?:{_JOINT}0000)?"
    r"|(?:ngay|thang|nam)(?:ngay|thang|nam|[\s,_….?x0-])*"
)


def point(text: str) -> str | None:
    """Return the EDTF of one day, month or year in folded ``text``; None for anything else."""
    bare = _LEAD.sub("", text)
    for match, order in (
        (_FIGURES.fullmatch(bare), (3, 2, 1)),
        (_WORDS.fullmatch(text), (3, 2, 1)),
        (_ISO.fullmatch(bare), (1, 2, 3)),
    ):
        if match:
            return _edtf(*(match[group] for group in order))
    return None


def blank(text: str) -> bool:
    """Tell whether folded ``text`` is only the empty places of a form: 00/00/0000, "ngày ... tháng ..."."""
    return bool(_ALL_GAPS.fullmatch(text))


def _edtf(year: str, month: str | None, day: str | None) -> str | None:
    """Join what is known. A day without its month stays in the written form only."""
    known = [int(part) if part and part.isdecimal() else 0 for part in (month, day)]
    edtf = year
    for part in known:
        if not part:
            break
        edtf += f"-{part:02d}"
    return edtf if parse_edtf(edtf).kind != "invalid" else None
