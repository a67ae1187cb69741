"""INVALID_DATE, UNKNOWN_DATE, DATE_ORDER."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.dates import compare_order, parse_date, said_unknown
from fonds.repository.intake.rows import Row
from fonds.schemas.findings import Finding, finding

_SAID_UNKNOWN_COUNTS = ("startDate", "endDate", "issuedDate")


def check_dates(row: Row) -> Iterator[Finding]:
    """Report dates that cannot exist or cannot be read, dates said to be unknown, and a start after the end."""
    for rule, value in row.rules():
        if rule.type != "date":
            continue
        data = {"kind": row.kind.value, "field": rule.key, "value": value.text}
        if parse_date(value.text).kind == "invalid":
            yield finding("INVALID_DATE", row.where(rule.key), **data)
        elif rule.key in _SAID_UNKNOWN_COUNTS and said_unknown(value.text):
            yield finding("UNKNOWN_DATE", row.where(rule.key), **data)
    start, end = row.text("startDate"), row.text("endDate")
    if start and end and compare_order(parse_date(start), parse_date(end)):
        yield finding("DATE_ORDER", row.where(), start=start, end=end)
