"""The rules that judge the values of one row: of an inventory that is delivered, or of a table of corrections."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.repository.intake.gate.dates import check_dates
from fonds.repository.intake.gate.rows import check_cells, check_lengths
from fonds.repository.intake.gate.secrecy import check_secrecy
from fonds.repository.intake.gate.vocabulary import check_codes
from fonds.repository.intake.rows import Row
from fonds.schemas.findings import Finding


def check_values(row: Row, deployment: str) -> Iterator[Finding]:
    """Report what is wrong with the values of a row. ``deployment`` is ``networked`` or ``isolated``."""
    yield from check_cells(row)
    yield from check_lengths(row)
    yield from check_codes(row)
    yield from check_dates(row)
    yield from check_secrecy(row, deployment)
