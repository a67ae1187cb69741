"""The part of EDTF that archives need (ISO 8601-2:2019, profile levels 0 and 1), read into bounds.

1962-02-05, 1962-02, 1962; 1972~ about, 1972? uncertain; 196X a decade, 19XX a century; 1955/1975, ../1945,
1954/.. open, /1975 and 1955/ one side unknown. '' stands for an unknown date: XXXX would claim that there is
a year to be found.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date

from fonds.metadata.dates.model import DateKind, PartialDate, invalid, unknown

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?]?)", re.ASCII)
_SPAN = re.compile(r"(\d{3})X|(\d{2})XX", re.ASCII)
_OPEN = ("", "..")


def parse_edtf(edtf: str, written: str | None = None) -> PartialDate:
    """Read an EDTF text of the forms above; ``written`` is kept in its place when given.

    '' gives an unknown date; anything else, an interval that runs backwards or a day that does not exist
    gives an invalid one. A bound is part of its interval: ../1945 ends with the last day of 1945.
    """
    verbatim = edtf if written is None else written
    if edtf == "":
        return unknown(verbatim)
    found = _interval(edtf) if "/" in edtf else _single(edtf)
    return replace(found, written=verbatim) if found else invalid(verbatim)


def _single(edtf: str) -> PartialDate | None:
    return _point(edtf) or _span(edtf)


def _point(edtf: str) -> PartialDate | None:
    match = _POINT.fullmatch(edtf)
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups()[:3])
    try:
        earliest = date(year, month if match[2] else 1, day if match[3] else 1)
    except ValueError:
        return None
    kind: DateKind = "exact" if match[3] else "month" if match[2] else "year"
    return PartialDate(edtf, edtf, earliest, _last_day(earliest, kind), "approximate" if match[4] else kind)


def _last_day(first: date, kind: DateKind) -> date:
    if kind == "exact":
        return first
    month = first.month if kind == "month" else 12
    return date(first.year, month, calendar.monthrange(first.year, month)[1])


def _span(edtf: str) -> PartialDate | None:
    match = _SPAN.fullmatch(edtf)
    if match is None:
        return None
    first = int(edtf.replace("X", "0"))
    if first == 0:  # the calendar begins with the year 1
        return None
    last = int(edtf.replace("X", "9"))
    return PartialDate(edtf, edtf, date(first, 1, 1), date(last, 12, 31), "range")


def _interval(edtf: str) -> PartialDate | None:
    start, _, end = edtf.partition("/")
    first, last = _single(start), _single(end)
    if (start not in _OPEN and first is None) or (end not in _OPEN and last is None) or not (first or last):
        return None
    earliest = first.earliest if first else None
    latest = last.latest if last else None
    if earliest and latest and earliest > latest:
        return None
    return PartialDate(edtf, edtf, earliest, latest, "range")
