"""Taking an import back: the fonds is described as before it, in a new version; what was digitised since stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from fonds.errors import RefusedError
from fonds.metadata.model import DescribedUnit, Description, Kind
from fonds.repository.archive import Archive
from fonds.repository.describe.result import DescribeResult, NewVersion
from fonds.repository.describe.runs import Asked, run_of, versions_of
from fonds.repository.finding_aid.draft import Draft
from fonds.repository.finding_aid.placing import Placed, grouped
from fonds.repository.finding_aid.plan import FindingAidResult, Verdict, is_same, known_units
from fonds.repository.fonds_packages import DESCRIBED, described_unit, store_fonds
from fonds.repository.intake.values import escape_controls
from fonds.repository.logged import sealed_rows
from fonds.repository.ports.catalogue import Aip, Unit
from fonds.repository.recovery import changing
from fonds.repository.stored_fonds import described_units
from fonds.repository.versions import Change

_GROUPS = {Kind.FONDS, Kind.SERIES}
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """A run that changed the description of a fonds: its package before (None: there was none) and after."""

    code: str
    before: Aip | None
    after: Aip


def imported_by(archive: Archive, number: int) -> Imported | None:
    """Return what a run made of a fonds, None for a run that did something else. Raises UsageError RUN_MISSING."""
    for version in versions_of(archive, number):
        after = archive.holdings.aip(version.objid, version.new)
        if after and after.of_fonds:
            return Imported(after.fonds_code, archive.holdings.aip(version.objid, version.old or -1), after)
    return None


def undo_import(
    archive: Archive, number: int, *, agent: str, apply: bool = False, reason: str = ""
) -> FindingAidResult:
    """Say what taking an import back changes; with ``apply``, do it, as a run of its own.

    Runs are taken back the last one first. Raises UsageError RUN_MISSING, RefusedError FINDING_AID_LATER when another
    run has described the fonds since, PACKAGE_BROKEN, STORE_FULL and its kin.
    """
    if not apply:
        with Draft() as draft:
            return _planned(archive, number, draft, applied=False)
    with changing(archive, agent), Draft() as draft:
        result = _planned(archive, number, draft, applied=True)
        told = DescribeResult(applied=True)
        with run_of(archive, Asked(agent, str(number), escape_controls(reason), number), told, 1) as work:
            change = Change(DESCRIBED, f"Finding aid of run {number} taken back", agent, reason, run=work.number)
            aip = store_fonds(archive, result.fonds, draft, change, adopt=True)
            if aip:
                told.versions.append(NewVersion(aip.objid, aip.name, aip.version - 1, aip.version))
                result.version, result.location = aip.version, aip.location
        result.run, result.index_error = work.number, told.index_error
    return result


def _planned(archive: Archive, number: int, draft: Draft, *, applied: bool) -> FindingAidResult:
    imported = imported_by(archive, number)
    if imported is None:
        raise ValueError(f"run {number} took no finding aid in")
    _is_last(archive, imported, number)
    fonds = archive.holdings.unit(imported.after.objid)
    result = FindingAidResult(imported.code, applied, fonds.title if fonds else "")
    _Restoring(archive, imported, draft, result).read()
    return result


def _is_last(archive: Archive, imported: Imported, number: int) -> None:
    rows = sealed_rows(archive).items()
    later = [row.detail["run"] for (objid, version), row in rows if objid == imported.after.objid
             and version > imported.after.version and row.detail.get("run")]  # fmt: skip
    if later:
        raise RefusedError("FINDING_AID_LATER", run=number, later=max(int(str(run)) for run in later))


class _Restoring:
    """Puts a fonds together as before an import."""

    def __init__(self, archive: Archive, imported: Imported, draft: Draft, result: FindingAidResult) -> None:
        self._archive, self._imported, self._draft, self._result = archive, imported, draft, result
        self._holdings = archive.holdings
        self._depths: dict[str, int] = {}
        self._kept: set[str] = set()

    def read(self) -> None:
        """Fill the draft, and say what that changes."""
        if self._imported.before is not None:
            self._old(self._imported.before)
        self._held()

    def _old(self, before: Aip) -> None:
        units = described_units(self._archive, before)
        groups = grouped(Placed(unit, self._depth(unit)) for unit in units)
        by_import = self._groups_of_import()
        while batch := list(islice(groups, _BATCH)):
            known = known_units(self._holdings, batch)
            for group in batch:
                first = group[0].unit
                if first.description.kind is Kind.DOSSIER:
                    self._dossier(group, known)
                else:
                    self._group(group[0], known.get(first.id), by_import.get(first.id))

    def _depth(self, unit: DescribedUnit) -> int:
        depth = self._depths[unit.parent] + 1 if unit.parent else 0
        if unit.description.kind is not Kind.DOCUMENT:
            self._depths[unit.id] = depth
        return depth

    def _groups_of_import(self) -> dict[str, Description]:
        """Return how the import described fonds and series."""
        units = described_units(self._archive, self._imported.after)
        return {unit.id: unit.description for unit in units if unit.description.kind in _GROUPS}

    def _group(self, one: Placed, now: Unit | None, imported: Description | None) -> None:
        """Describe a fonds or series as before; what has been filled in since the import stays."""
        unit = one.unit
        if now is not None and now.description != imported:
            unit = replace(unit, description=now.description)
        self._draft.add(unit)
        same = now is not None and now.description == unit.description
        self._result.take([replace(one, unit=unit)], Verdict.SAME if same else Verdict.RESTORED)

    def _dossier(self, group: list[Placed], known: Mapping[str, Unit]) -> None:
        """Describe a dossier as before; one that has a package is as that says."""
        unit = group[0].unit
        now = known.get(unit.id)
        if unit.package or (now is not None and now.packaged):
            return
        self._kept.add(unit.id)
        for one in group:
            self._draft.add(one.unit)
        self._result.take(group, Verdict.SAME if is_same(group, known) else Verdict.RESTORED)

    def _held(self) -> None:
        """Take what has a package, with the series it is in; tell of the rest that it is gone."""
        groups: dict[str, Unit] = {}
        packaged = False
        for unit in self._holdings.walk(self._imported.after.objid):
            if unit.kind in _GROUPS:
                groups[unit.id] = unit
                continue
            if unit.kind is Kind.DOSSIER:
                packaged = unit.packaged
                self._ensure(unit.parent_id if packaged else unit.fonds_id, groups)
            if packaged:
                self._draft.add(described_unit(unit), late=True)
            elif unit.dossier_id not in self._kept:
                self._gone(unit)
        self._ensure(self._imported.after.objid, groups)
        for one in groups.values():
            if one.id not in self._draft:
                self._gone(one)

    def _ensure(self, parent: str, groups: Mapping[str, Unit]) -> None:
        """Take a fonds or series that is needed, with all above it."""
        unit = groups.get(parent)
        if unit is not None and unit.id not in self._draft:
            self._ensure(unit.parent_id, groups)
            self._draft.add(described_unit(unit), late=True)

    def _gone(self, unit: Unit) -> None:
        self._result.take([Placed(described_unit(unit), 1)], Verdict.GONE)
