"""A date is DD/MM/YYYY; an AIP may know only the month or the year."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fonds.metadata.dates import parse_date
from fonds.packaging.tt05.rules.facts import Field
from fonds.schemas.findings import Finding, finding

_FORM = re.compile(r"((\d{2}/)?\d{2}/)?\d{4}", re.ASCII)


def check(field: Field) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    text = field.text.strip()
    if field.rule.type != "date" or not text:
        return
    kind = parse_date(text).kind if _FORM.fullmatch(text) else "invalid"
    if kind not in {"exact", "month", "year"}:
        yield finding("TT05_DATE_INVALID", field.where, value=text)
    elif kind != "exact" and field.kind.oais != "AIP":
        yield finding("TT05_DATE_PARTIAL", field.where, value=text)
