"""UNKNOWN_CODE: a value outside its vocabulary; a code and its label both count as valid."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.repository.intake.rows import Row
from fonds.schemas.findings import Finding, finding


def check_codes(row: Row) -> Iterator[Finding]:
    """Report every filled field that has a code list and is not in it."""
    for rule, value in row.rules():
        if rule.codes and not value.code:
            yield finding("UNKNOWN_CODE", row.where(rule.key), kind=row.kind.value, field=rule.key, value=value.text)
