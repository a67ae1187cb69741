"""A date of which only a part may be known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

DateKind = Literal["exact", "month", "year", "approximate", "range", "unknown", "invalid"]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as written, as EDTF, and the first and last day it can be.

    ``edtf`` is '' for unknown and invalid dates. ``earliest`` and ``latest`` are None when that side is open
    or not known; both are None for unknown and invalid dates. An approximate date has the bounds of the
    period it names ("khoảng 1972" is the year 1972): how far "khoảng" reaches is not ours to invent.
    """

    written: str
    edtf: str
    earliest: date | None
    latest: date | None
    kind: DateKind


def unknown(written: str) -> PartialDate:
    """Return the date of which nothing is known."""
    return PartialDate(written, "", None, None, "unknown")


def invalid(written: str) -> PartialDate:
    """Return what stands where a date should be and cannot be read as one (31/02/1970)."""
    return PartialDate(written, "", None, None, "invalid")


def compare_order(start: PartialDate, end: PartialDate) -> bool:
    """Return True when ``start`` lies wholly after ``end``, partial dates taken as ranges (DATE_ORDER).

    False when either is unknown, invalid or open on the side that is compared.
    """
    if start.earliest is None or end.latest is None:
        return False
    return start.earliest > end.latest
