"""Dates as a person types them to narrow a search."""

from __future__ import annotations

import re
from datetime import date

from fonds.metadata.dates.edtf import parse_edtf

_DAY_FIRST = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_PLAIN = re.compile(r"\d{4}(-\d{2}){0,2}")


def parse_query_date(text: str) -> tuple[date, date]:
    """Return the first and last day of ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or ``DD/MM/YYYY``.

    Raises ValueError for any other form and for a date that does not exist.
    """
    edtf = _DAY_FIRST.sub(r"\3-\2-\1", text.strip())
    found = parse_edtf(edtf) if _PLAIN.fullmatch(edtf) else None
    if found is None or found.earliest is None or found.latest is None:
        raise ValueError(text)
    return found.earliest, found.latest
