"""The rows of a table against what is held: which are as they were, which change a unit, and which cannot be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from fonds.errors import RefusedError
from fonds.metadata.model import Description, Kind
from fonds.repository.describe.columns import CODE, EDITED, ID, KIND, VERSION, Column, kind_name, read_kind, rule_of
from fonds.repository.describe.edits import Edit, edited, read_edit
from fonds.repository.describe.export import Step
from fonds.repository.describe.judge import check_edit
from fonds.repository.describe.result import DescribeResult, UnitChange, differences
from fonds.repository.describe.table import Sheet, TableRow, open_table
from fonds.repository.holding import stored_description
from fonds.repository.intake.values import clean
from fonds.repository.ports.catalogue import Aip, Unit
from fonds.repository.reading import Reading
from fonds.schemas.findings import Finding, Severity, finding
from fonds.schemas.messages import LANGUAGES

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that changes a unit and may."""

    unit: Unit
    edit: Edit
    change: UnitChange


class Plan:
    """Reads a table and sorts its rows. ``planned`` are the changes by dossier and unit, in the order of the table.

    Memory grows with the rows that change something, and with one short entry for every row.
    """

    def __init__(self, reading: Reading, result: DescribeResult) -> None:
        self.planned: dict[str, dict[str, Planned]] = {}
        self._reading, self._result = reading, result
        self._deployment = reading.archive.settings.deployment
        self._places: dict[str, str] = {}
        self._left_out: set[str] = set()
        self._unchanged: set[str] = set()
        self._base: tuple[tuple[str, int], Mapping[str, Description]] = (("", 0), {})

    def read(self, path: Path, progress: Step) -> None:
        """Read the whole table. Raises the errors of ``open_table``."""
        with open_table(path) as (sheets, ignored):
            self._result.findings += ignored
            for sheet in sheets:
                self._sheet(sheet, progress)
        self._result.changes += [one.change for dossier in self.planned.values() for one in dossier.values()]
        self._result.unchanged += len(self._unchanged)

    def _sheet(self, sheet: Sheet, progress: Step) -> None:
        seen: set[Column] = set()
        rows = sheet.rows()
        while batch := list(islice(rows, _BATCH)):
            if sheet.broken:
                self._result.left_out += len(batch)
            else:
                units = self._reading.units([row.said(ID) for row in batch])
                for row in batch:
                    self._row(row, units.get(row.said(ID)), seen)
            progress("read", len(self._places), 0)
        if not sheet.broken:
            self._unknown_fields(sheet, seen)
        self._result.findings += sheet.found

    def _unknown_fields(self, sheet: Sheet, seen: set[Column]) -> None:
        """Report columns whose key looks like a field, and is one of no unit of the sheet."""
        for column, index in sheet.columns.items():
            known = column.is_control or column.is_extra or rule_of(column.key, EDITED) is not None
            if not known and column not in seen:
                sheet.unknown(index, column.name)

    def _row(self, row: TableRow, unit: Unit | None, seen: set[Column]) -> None:
        if unit is None:
            known = "EDIT_UNIT_UNKNOWN" if row.said(ID) else "EDIT_NO_ID"
            self._refuse(None, finding(known, row.where(), id=row.said(ID)))
        elif unit.id in self._places:
            self._twice(unit, row)
        else:
            self._places[unit.id] = row.where()
            self._compare(row, unit, seen)

    def _refuse(self, unit: Unit | None, *found: Finding) -> None:
        self._result.findings += found
        self._result.left_out += 1
        if unit:
            self._left_out.add(unit.id)

    def _twice(self, unit: Unit, row: TableRow) -> None:
        """Leave both out: which of two rows is right is not ours to say."""
        self._unchanged.discard(unit.id)
        dossier = self.planned.get(unit.dossier_id, {})
        if dossier.pop(unit.id, None) and not dossier:
            del self.planned[unit.dossier_id]
        first = self._places[unit.id]
        if unit.id not in self._left_out:
            self._refuse(unit, finding("EDIT_ROW_TWICE", first, other=row.where()))
        self._refuse(unit, finding("EDIT_ROW_TWICE", row.where(), other=first))

    def _compare(self, row: TableRow, unit: Unit, seen: set[Column]) -> None:
        if unit.kind not in EDITED:
            self._refuse(unit, finding("EDIT_ELSEWHERE", row.where(), id=unit.id, code=unit.code))
            return
        edit = read_edit(row, unit.description, seen)
        if not edit and not _doubtful(row, unit):
            self._unchanged.add(unit.id)
            return
        aip = self._reading.archive.holdings.aip(unit.dossier_id)
        found = list(_identity(row, unit, aip))
        if not edit and not found:
            self._unchanged.add(unit.id)
        elif aip is None:
            self._refuse(unit, finding("EDIT_NO_PACKAGE", row.where(), code=unit.code))
        elif row.said(VERSION) != str(aip.version) and (since := self._since(row, unit, aip)) is not None:
            self._settle(unit, [*found, *since])
        else:
            self._judge(row, unit, edit, found)

    def _settle(self, unit: Unit, found: list[Finding]) -> None:
        if found:
            self._refuse(unit, *found)
        else:
            self._unchanged.add(unit.id)

    def _judge(self, row: TableRow, unit: Unit, edit: Edit, found: list[Finding]) -> None:
        after = edited(unit.description, edit)
        found += [_placed(one, row) for one in check_edit(unit.description, after, edit.notes, self._deployment)]
        if errors := [one for one in found if one.severity is Severity.ERROR]:
            self._refuse(unit, *errors)
            return
        changes = differences(unit.description, after)
        if not changes:
            self._unchanged.add(unit.id)
            return
        self._result.findings += found
        change = UnitChange(unit.id, unit.dossier_id, unit.kind, unit.code, row.where(), changes)
        self.planned.setdefault(unit.dossier_id, {})[unit.id] = Planned(unit, edit, change)

    def _since(self, row: TableRow, unit: Unit, aip: Aip) -> list[Finding] | None:
        """Look at a row that was written when the package had another version.

        Returns None when the unit itself is as it was then, nothing when it is already as the row wants it, and a
        finding when somebody else has changed it.
        """
        version = int(row.said(VERSION)) if row.said(VERSION).isdecimal() else 0
        if not 0 < version < aip.version:
            return [finding("EDIT_VERSION", row.where(Column(VERSION)), version=row.said(VERSION), held=aip.version)]
        try:
            base = self._described(aip, version).get(unit.id)
        except RefusedError as error:
            return [finding("EDIT_PACKAGE_BROKEN", row.where(), code=unit.code, reason=str(error.data["reason"]))]
        if base is not None and not differences(base, unit.description):
            return None
        wanted = edited(base, read_edit(row, base, set())) if base is not None else None
        if wanted is not None and not differences(unit.description, wanted):
            return []
        return [finding("EDIT_CONFLICT", row.where(), code=unit.code, version=version, held=aip.version)]

    def _described(self, aip: Aip, version: int) -> Mapping[str, Description]:
        """Return how the units of a dossier were described in a version; the last one asked for is kept."""
        key = (aip.objid, version)
        if self._base[0] != key:
            held = self._reading.archive.holdings.aip(*key)
            record = stored_description(self._reading.archive, held) if held else None
            units = {item.id: item.description for item in record.items} if record else {}
            self._base = key, (units | {record.id: record.dossier} if record else {})
        return self._base[1]


def _doubtful(row: TableRow, unit: Unit) -> bool:
    """Say whether a row names another code or kind than the unit has."""
    other_kind = row.said(KIND) and read_kind(row.said(KIND)) is not unit.kind
    return bool(other_kind) or _has_other_code(row, unit)


def _has_other_code(row: TableRow, unit: Unit) -> bool:
    return row.said(CODE) not in {"", clean(unit.code).text}


def _identity(row: TableRow, unit: Unit, aip: Aip | None) -> Iterator[Finding]:
    """Report a row whose kind or code is no longer that of the unit: one of the two was changed, and neither may be.

    The code of a document is put together from its fields, so it is only compared in a table of this very version.
    """
    code, kind = Column(CODE), Column(KIND)
    current = aip is not None and row.said(VERSION) == str(aip.version)
    if _has_other_code(row, unit) and (unit.kind is Kind.DOSSIER or current):
        yield finding("EDIT_IDENTITY", row.where(code), found=row.said(CODE), held=unit.code)
    if row.said(KIND) and read_kind(row.said(KIND)) is not unit.kind:
        yield finding("EDIT_IDENTITY", row.where(kind), found=row.said(KIND), held=_kind_names(unit.kind))


def _kind_names(kind: Kind) -> str:
    return " / ".join(dict.fromkeys(kind_name(kind, lang) for lang in LANGUAGES))


def _placed(found: Finding, row: TableRow) -> Finding:
    """Give a finding the cell that its column has in this row."""
    column = next((one for one in row.sheet.columns if one.name == found.where), None)
    return replace(found, where=row.where(column))
