"""Taking a table back: what it would change, and changing it, each dossier at once with all its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from fonds.errors import RefusedError
from fonds.metadata.model import DossierRecord, Item
from fonds.repository.archive import Archive
from fonds.repository.describe.edits import edited
from fonds.repository.describe.export import Step
from fonds.repository.describe.plan import Plan, Planned
from fonds.repository.describe.result import DescribeResult
from fonds.repository.describe.runs import Asked, Work, run_of
from fonds.repository.intake.source import printable
from fonds.repository.intake.values import escape_controls
from fonds.repository.policy import User
from fonds.repository.ports.catalogue import Aip
from fonds.repository.reading import Reading
from fonds.repository.recovery import changing
from fonds.schemas.findings import finding


def import_table(
    archive: Archive,
    user: User,
    path: Path,
    *,
    apply: bool = False,
    reason: str = "",
    progress: Step = lambda _step, _done, _total: None,
) -> DescribeResult:
    """Read a table of descriptions and say what it changes; with ``apply``, change it.

    Rows with an error finding are left out, whatever else is in the table. Every dossier that changes gets exactly one
    new version. The same table again finishes what was cut short: what is as it shall be is left alone.
    ``progress`` takes the step (``read``, ``store``), how much is done and how much there is (0: not known).
    Raises the errors of ``open_table``, REPOSITORY_LOCKED, STORE_FULL, STORE_FAILED, CATALOGUE_…; what was stored
    before stays.
    """
    result = DescribeResult(apply)
    plan = Plan(Reading(archive, user), result)
    if not apply:
        plan.read(path, progress)
        return result
    with changing(archive, user.name):
        # Read under the lock: what is judged is what is changed.
        plan.read(path, progress)
        if plan.planned:
            asked = Asked(user.name, printable(path), escape_controls(reason))
            with run_of(archive, asked, result, len(plan.planned)) as work:
                _apply(work, plan.planned, progress)
    return result


def _apply(work: Work, planned: Mapping[str, Mapping[str, Planned]], progress: Step) -> None:
    for number, (objid, units) in enumerate(planned.items(), 1):
        aip = work.archive.holdings.aip(objid)
        if aip is not None:
            _store(work, aip, units)
        work.progress(number)
        progress("store", number, len(planned))


def _store(work: Work, aip: Aip, units: Mapping[str, Planned]) -> None:
    changes = [one.change for one in units.values()]
    try:
        work.store(aip, _editor(units), changes)
    except RefusedError as error:
        if error.code != "PACKAGE_BROKEN":
            raise
        reason = str(error.data["reason"])
        work.result.findings.append(finding("EDIT_PACKAGE_BROKEN", changes[0].where, code=aip.code, reason=reason))
        work.result.changes = [one for one in work.result.changes if one.dossier_id != aip.objid]
        work.result.left_out += len(changes)


def _editor(units: Mapping[str, Planned]) -> Callable[[DossierRecord], DossierRecord]:
    """Return what puts the changes into the record as it is stored."""

    def described(record: DossierRecord) -> DossierRecord:
        own = units.get(record.id)
        dossier = edited(record.dossier, own.edit) if own else record.dossier
        return replace(record, dossier=dossier, items=tuple(map(item, record.items)))

    def item(one: Item) -> Item:
        planned = units.get(one.id)
        return replace(one, description=edited(one.description, planned.edit)) if planned else one

    return described
