"""Days as they are written on the command line."""

from __future__ import annotations

from datetime import date

from fonds.errors import UsageError
from fonds.metadata.dates import parse_query_date

FORMS = "YYYY, YYYY-MM, YYYY-MM-DD, DD/MM/YYYY"


def day_of(written: str, end: int) -> date | None:
    """Return a written date as its first (0) or last (1) day, None for ''. Raises UsageError DATE_UNCLEAR."""
    if not written:
        return None
    try:
        return parse_query_date(written)[end]
    except ValueError:
        raise UsageError("DATE_UNCLEAR", written=written, forms=FORMS) from None
