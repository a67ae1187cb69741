"""Rows of the inventory: REQUIRED_MISSING, FIELD_TOO_LONG, FONDS_UNKNOWN, and what was noticed in single cells."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.model import Description, fonds_code
from fonds.repository.intake.rows import Row
from fonds.schemas.findings import Finding, finding

_REQUIRED = ("title", "maintenance", "fileCode")
_DIGITISED = "02"


def check_cells(row: Row) -> Iterator[Finding]:
    """Report what had to be done to cells so that they can be used: NFD, old encodings, Excel dates, lost values."""
    for note in row.notes:
        yield finding(note.code, row.where(note.field), kind=row.kind.value, field=note.field, value=note.text)


def check_lengths(row: Row) -> Iterator[Finding]:
    """FIELD_TOO_LONG: longer than Thông tư 05/2025 allows. Codes and yes-no fields are not measured."""
    for rule, value in row.rules():
        measured = rule.length and not rule.codes and rule.type != "boolean"
        if measured and len(value.text) > rule.length:
            data = {"length": len(value.text), "limit": rule.length}
            yield finding("FIELD_TOO_LONG", row.where(rule.key), kind=row.kind.value, field=rule.key, **data)


def check_required(row: Row) -> Iterator[Finding]:
    """REQUIRED_MISSING: title, retention and a code always, the paper dossier's code when it was digitised."""
    needed = _REQUIRED + (("paperFileCode",) if row.code("confidenceLevel") == _DIGITISED else ())
    for key in needed:
        if not row.text(key):
            yield finding("REQUIRED_MISSING", row.where(key), kind=row.kind.value, field=key)


def check_fonds(row: Row, fonds: Description) -> Iterator[Finding]:
    """FONDS_UNKNOWN: neither the fonds sheet nor the row says which fonds the dossier belongs to."""
    if not fonds_code(fonds):
        yield finding("FONDS_UNKNOWN", row.where())
