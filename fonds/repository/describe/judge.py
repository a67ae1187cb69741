"""Judging an edit: by the rules that judge a row of an inventory, and by what only an edit can do wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fonds.metadata.model import Description, Kind, Value
from fonds.repository.describe.columns import FIXED, Column
from fonds.repository.describe.edits import OTHER_KIND, SHORTENED
from fonds.repository.describe.result import differences
from fonds.repository.intake.gate.rows import check_required
from fonds.repository.intake.gate.values import check_values
from fonds.repository.intake.headers import field_named
from fonds.repository.intake.rows import Note, Row
from fonds.schemas.findings import Finding, finding
from fonds.schemas.inventory import tables
from fonds.schemas.vocabulary import fields

_SECRECY = "secrecy"
_SHEETS = frozenset({"fromSheet", "toSheet"})
_OURS = frozenset({SHORTENED, OTHER_KIND})

AS_EDIT: Mapping[str, str] = {
    "CELL_WITHOUT_VALUE": "EDIT_NO_VALUE",
    "CONTROL_CHARACTERS": "EDIT_CONTROL_CHARACTERS",
    "DATE_ORDER": "EDIT_DATE_ORDER",
    "INVALID_DATE": "EDIT_INVALID_DATE",
    "REQUIRED_MISSING": "EDIT_REQUIRED_EMPTIED",
    "SECRET_ON_NETWORK": "EDIT_SECRET",
    "UNKNOWN_CODE": "EDIT_UNKNOWN_CODE",
}
"""Findings of the gate that mean something else here: what is delivered is taken as it is, what is typed is corrected.

Other findings of the gate keep their code. NFD is not worth a word: every Mac writes it.
"""
_NOT_SAID = frozenset({"NFD_TEXT"})


def check_edit(before: Description, after: Description, notes: list[Note], deployment: str) -> Iterator[Finding]:
    """Report what an edit does wrong. ``where`` of a finding is the name of the column, '' for the unit as a whole.

    What was wrong before the edit and has not been touched is not its fault.
    """
    kind = before.kind
    yield from (finding(note.code, note.field, **_facts(kind, note.field)) for note in notes if note.code in _OURS)
    told = {_said(found) for found in _by_the_gate(before, [], deployment)}
    for found in _by_the_gate(after, [note for note in notes if note.code not in _OURS], deployment):
        if _said(found) not in told and found.code not in _NOT_SAID:
            name = found.where.removeprefix(_row(after, []).where()).removeprefix(".")
            data = {**found.data, **_facts(kind, name)} if name else found.data
            yield finding(AS_EDIT.get(found.code, found.code), name, **data)
    yield from _of_edits(before, after)


def check_modes(before: Description, after: Description, deployment: str) -> Iterator[Finding]:
    """Report only what a change does to who may see the unit; for a change that nobody typed."""
    codes = {"EDIT_MODE", "EDIT_SECRET"}
    yield from (found for found in check_edit(before, after, [], deployment) if found.code in codes)


def _facts(kind: Kind, name: str) -> dict[str, object]:
    """Return what a message needs to call a column by its name."""
    return {"label": name[1:]} if name.startswith("+") else {"kind": kind.value, "field": name}


def _said(found: Finding) -> tuple[str, tuple[tuple[str, object], ...]]:
    return found.code, tuple(sorted(found.data.items()))


def _by_the_gate(description: Description, notes: list[Note], deployment: str) -> Iterator[Finding]:
    row = _row(description, notes)
    yield from check_values(row, deployment)
    if description.kind is Kind.DOSSIER:
        yield from check_required(row)


def _row(description: Description, notes: list[Note]) -> Row:
    """Return a description as the gate knows it: a level of secrecy stands in an extra column there too."""
    secrecy = "; ".join(said for header, said in description.extra if is_secrecy(description.kind, header))
    values = {_SECRECY: Value(secrecy), **description.values}
    return Row(description.kind, "", "", (0, 0), values, notes=tuple(notes))


def is_secrecy(kind: Kind, header: str) -> bool:
    """Say whether an extra column holds the level of secrecy."""
    return field_named(tables()[kind.value], header) == _SECRECY


def _of_edits(before: Description, after: Description) -> Iterator[Finding]:
    for change in differences(before, after):
        data = _facts(before.kind, change.column.name)
        if change.column.key in FIXED[before.kind]:
            yield finding("EDIT_FIXED", change.column.name, **data)
        elif not change.new and _is_required(before.kind, change.column, after):
            yield finding("EDIT_REQUIRED_EMPTIED", change.column.name, **data)
        elif _rules_access(before.kind, change.column):
            yield finding("EDIT_MODE", change.column.name, old=change.old or "—", new=change.new or "—", **data)
        elif change.column.key in _SHEETS:
            yield finding("EDIT_PAGES_STAY", change.column.name, **data)


def _is_required(kind: Kind, column: Column, after: Description) -> bool:
    """Say whether a field may not be empty, unless the gate's own rule has said so already."""
    rule = fields(kind).get(column.key)
    told = kind is Kind.DOSSIER and any(found.data["field"] == column.key for found in check_required(_row(after, [])))
    return rule is not None and rule.need == "required" and not told


def _rules_access(kind: Kind, column: Column) -> bool:
    return is_secrecy(kind, column.header) if column.is_extra else column.key == "mode"
