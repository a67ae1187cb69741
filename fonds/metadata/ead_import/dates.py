"""Dates of a finding aid as EDTF: ``unitdate`` with @normal (ISO 8601) or a text, and the structured ones of EAD3."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.etree import _Element

from fonds.metadata.dates import parse_date, parse_edtf
from fonds.metadata.ead_import.parts import children, first, has_loose_text, is_plain, name, text

_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date: its EDTF ('' when it cannot be read), its text, and whether that says all of the element."""

    edtf: str
    written: str
    complete: bool

    @property
    def shown(self) -> str:
        """What stands in the field: EDTF where there is one, else the text."""
        return self.edtf or self.written

    def ends(self) -> tuple[str, str]:
        """Return the first and last date; both are the same for one date, open sides are ''."""
        start, slash, end = self.shown.partition("/") if self.edtf else (self.written, "", "")
        return (start.removeprefix(".."), end.removeprefix("..") if slash else start)


def dated(element: _Element) -> Dated:
    """Read a ``unitdate`` or ``unitdatestructured``. What cannot be read keeps its text."""
    return _structured(element) if name(element) == "unitdatestructured" else _unitdate(element)


def _unitdate(element: _Element) -> Dated:
    written = text(element)
    normal = _normal(element.get("normal") or "")
    complete = is_plain(element, (), ("normal",)) and bool(normal or not element.get("normal"))
    return Dated(normal or parse_date(written).edtf, written, complete)


def _normal(stated: str) -> str:
    """Return @normal as EDTF, '' when it is neither: 19540131 is 1954-01-31, 1954/1975 a range."""
    sides = [_side(part) for part in stated.strip().split("/")]
    if len(sides) == 2 and sides[0] == sides[1]:  # 1954/1954, as many systems export a single year
        sides = sides[:1]
    edtf = "/".join(sides)
    known = parse_edtf(edtf)
    return known.edtf if known.kind != "invalid" else ""


def _side(part: str) -> str:
    match = _COMPACT.fullmatch(part)
    return "-".join(group for group in match.groups() if group) if match else part


def _structured(element: _Element) -> Dated:
    found = first(element, "datesingle", "daterange")
    if found is None:  # a dateset, which the fields cannot hold
        return Dated("", text(element), complete=False)
    if name(found) == "datesingle":
        parts = [found]
    else:
        parts = [child for child in children(found) if name(child) in {"fromdate", "todate"}]
    sides = {name(part): _normal(part.get("standarddate") or "") or parse_date(text(part)).edtf for part in parts}
    edtf = sides.get("datesingle") or f"{sides.get('fromdate', '')}/{sides.get('todate', '')}"
    known = parse_edtf(edtf)
    plain = not has_loose_text(element) and is_plain(
        element, ("datesingle", "daterange", "fromdate", "todate"), ("standarddate",)
    )
    written = " - ".join(text(part) for part in parts if text(part))
    if known.kind in {"invalid", "unknown"}:
        return Dated("", written, complete=False)
    return Dated(known.edtf, written or known.edtf, plain and len(list(children(element))) == 1)
