"""Taking a run back: each of its dossiers gets a further version, described as before the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from fonds.errors import RefusedError
from fonds.metadata.model import Description, DossierRecord
from fonds.repository.archive import Archive
from fonds.repository.describe.export import Step
from fonds.repository.describe.judge import check_modes
from fonds.repository.describe.result import DescribeResult, NewVersion, UnitChange, differences
from fonds.repository.describe.runs import Asked, run_of, versions_of
from fonds.repository.holding import stored_description
from fonds.repository.intake.values import escape_controls
from fonds.repository.policy import User
from fonds.repository.ports.catalogue import Aip
from fonds.repository.reading import Reading
from fonds.repository.recovery import changing
from fonds.schemas.findings import Finding, Severity, finding


@dataclass(frozen=True, slots=True)
class Restored:
    """A dossier that can be taken back: its newest version, and what that changes."""

    aip: Aip
    old: int
    changes: list[UnitChange]


def undo_run(
    archive: Archive,
    user: User,
    number: int,
    *,
    apply: bool = False,
    reason: str = "",
    progress: Step = lambda _step, _done, _total: None,
) -> DescribeResult:
    """Say what taking a run back changes; with ``apply``, do it, as a run of its own.

    A dossier that something else has changed since is left out with a finding; the others are taken back. One that is
    as before the run is left alone. ``progress`` is as for ``import_table``. Raises UsageError RUN_MISSING and the
    errors of ``import_table`` about the store.
    """
    result = DescribeResult(apply)
    undo = _Undo(Reading(archive, user), result, number)
    if not apply:
        undo.read(progress)
        return result
    with changing(archive, user.name):
        undo.read(progress)
        if undo.restored:
            asked = Asked(user.name, str(number), escape_controls(reason), number)
            with run_of(archive, asked, result, len(undo.restored)) as work:
                for count, one in enumerate(undo.restored, 1):
                    work.store(one.aip, undo.editor(one), one.changes)
                    work.progress(count)
                    progress("store", count, len(undo.restored))
    return result


class _Undo:
    """A run, looked at to take it back."""

    def __init__(self, reading: Reading, result: DescribeResult, number: int) -> None:
        self.restored: list[Restored] = []
        self._reading, self._result, self._number = reading, result, number
        self._archive = reading.archive

    def read(self, progress: Step) -> None:
        versions = versions_of(self._archive, self._number)
        for count, version in enumerate(versions, 1):
            self._look(version)
            progress("read", count, len(versions))
        self._result.changes = [change for one in self.restored for change in one.changes]

    def _look(self, version: NewVersion) -> None:
        aip = self._archive.holdings.aip(version.objid)
        if aip is None or self._reading.unit(version.objid) is None:
            self._refuse([finding("EDIT_UNIT_UNKNOWN", version.code, id=version.objid)])
            return
        try:
            now, before = self._record(aip, aip.version), self._record(aip, version.old)
        except RefusedError as error:
            reason = str(error.data["reason"])
            self._refuse([finding("EDIT_PACKAGE_BROKEN", version.code, code=version.code, reason=reason)])
            return
        changes = list(self._changes(now, before))
        if not changes:
            self._result.unchanged += 1
        elif aip.version != version.new:
            data = {"code": version.code, "version": version.new, "held": aip.version}
            self._refuse([finding("EDIT_CHANGED_SINCE", version.code, **data)])
        else:
            self._take(Restored(aip, version.old, changes), now, before)

    def _take(self, one: Restored, now: DossierRecord, before: DossierRecord) -> None:
        found = list(self._modes(one.aip.code, now, before))
        if errors := [each for each in found if each.severity is Severity.ERROR]:
            self._refuse(errors)
            return
        self._result.findings += found
        self.restored.append(one)

    def _refuse(self, found: list[Finding]) -> None:
        self._result.findings += found
        self._result.left_out += 1

    def _record(self, aip: Aip, version: int) -> DossierRecord:
        held = aip if version == aip.version else self._archive.holdings.aip(aip.objid, version)
        if held is None:
            raise RefusedError("PACKAGE_BROKEN", path=aip.location, reason=f"v{version}")
        return stored_description(self._archive, held)

    def _changes(self, now: DossierRecord, before: DossierRecord) -> Iterator[UnitChange]:
        units = self._archive.holdings.units([now.id, *(item.id for item in now.items)])
        for unit_id, old, new in _pairs(now, before):
            if changed := differences(old, new):
                code = units[unit_id].code if unit_id in units else unit_id
                yield UnitChange(unit_id, now.id, old.kind, code, "", changed)

    def _modes(self, code: str, now: DossierRecord, before: DossierRecord) -> Iterator[Finding]:
        for _, old, new in _pairs(now, before):
            for found in check_modes(old, new, self._archive.settings.deployment):
                yield replace(found, where=f"{code}.{found.where}")

    def editor(self, one: Restored) -> Callable[[DossierRecord], DossierRecord]:
        """Return what describes a dossier as before the run; the old version is read again, so none is kept waiting."""

        def restored(record: DossierRecord) -> DossierRecord:
            before = self._record(one.aip, one.old)
            known = {item.id: item.description for item in before.items}
            items = (replace(item, description=known.get(item.id, item.description)) for item in record.items)
            return replace(record, dossier=before.dossier, items=tuple(items))

        return restored


def _pairs(now: DossierRecord, before: DossierRecord) -> Iterator[tuple[str, Description, Description]]:
    """Yield (id, description now, description before) of the dossier and of what is in it."""
    yield now.id, now.dossier, before.dossier
    known = {item.id: item.description for item in before.items}
    yield from ((item.id, item.description, known[item.id]) for item in now.items if item.id in known)
