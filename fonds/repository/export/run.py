"""The export itself: package after package, each written down in the audit log before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fonds import config
from fonds.errors import FondsError, UsageError
from fonds.metadata.model import Kind
from fonds.metadata.modes import strictest_mode
from fonds.packaging.eark import PackageType
from fonds.packaging.forms import Dialect
from fonds.packaging.outgoing import Outgoing, prepare_folder, put_out
from fonds.packaging.standing import PackagesFolder, Standing, find_standing
from fonds.repository.archive import Archive
from fonds.repository.export.choose import Chosen, Selection
from fonds.repository.export.order import Exported, ExportOrder, ExportProgress, ExportResult
from fonds.repository.export.part import copy_for_reader
from fonds.repository.export.plan import NotGivenError, Plan, Task
from fonds.repository.export.sealed import BrokenPackageError, SealedPackage
from fonds.repository.export.whole import stored_package, whole_package
from fonds.repository.intake.source import printable
from fonds.repository.outcome import Blocked
from fonds.repository.policy import Action, Protected, User, can
from fonds.repository.repair.events import with_care
from fonds.schemas.findings import Finding, Severity, finding

EXPORT = "export"
Progress = Callable[[ExportProgress], None]


def export(
    archive: Archive, names: Sequence[str], order: ExportOrder, *, user: User, progress: Progress = lambda _: None
) -> ExportResult:
    """Put packages of what is named (ids or codes) into a folder; ``user`` hands them out.

    What is damaged, or may not be given, is left out and reported; what is there already is left as it is. Raises
    UsageError UNIT_MISSING, EXPORT_DOCUMENT_ALONE, EXPORT_REQUEST_MISSING, ARCHIVE_UNNAMED, the errors of
    ``prepare_folder`` and of ``put_out``; what was finished before stays.
    """
    work = _Work(archive, order, user, progress)
    selection = Selection(archive, names, order, work.allowed, user)
    work.begin(selection.total, prepare_folder(order.out, outside=archive.root))
    for chosen in selection:
        work.take(chosen)
    return work.result


class _Work:
    """One export under way."""

    def __init__(self, archive: Archive, order: ExportOrder, user: User, progress: Progress) -> None:
        self._archive, self._order, self._user, self._progress = archive, order, user, progress
        self.result = ExportResult()
        self._total = self._files = self._total_files = 0
        self._folder: PackagesFolder
        if order.type is PackageType.DIP:
            _check_request(archive, order)

    def begin(self, total: int, place: Path) -> None:
        """Take note of how many packages there will be, and where."""
        self._total = total
        # Only a SIP is one of several in a delivery.
        self._folder = PackagesFolder(place, self._order.form, numbered=self._order.type is PackageType.SIP)

    def allowed(self, mode: str) -> bool:
        """Ask the policy whether what has this mode may go out in such a package."""
        action = Action.DELIVER if self._order.type is PackageType.DIP else Action.EXPORT
        purpose = self._order.slip is not None and bool(self._order.slip.request.purpose)
        isolated = self._archive.settings.deployment == config.ISOLATED
        return can(self._user, action, Protected(mode, purpose=purpose, isolated=isolated))

    def take(self, chosen: Chosen) -> None:
        """Make one package, or say why not."""
        self._files = self._total_files = 0
        try:
            self.result.packages.append(self._made(chosen))
        except BrokenPackageError as error:
            self._refuse(chosen, error.findings, chosen.aip.location if chosen.aip else "")
        except NotGivenError as error:
            self._refuse(chosen, [error.finding])
        self._show(done=True)

    def _refuse(self, chosen: Chosen, found: Sequence[Finding], where: str = "") -> None:
        self.result.blocked.append(Blocked(chosen.unit.code or chosen.unit.id, where, found))
        self._log(chosen, {"findings": [[one.code, one.where] for one in found]}, outcome="failure")

    def _made(self, chosen: Chosen) -> Exported:
        if chosen.aip is None:
            raise NotGivenError(chosen, "version")
        sealed = SealedPackage(self._archive, chosen.aip, self._step)
        task = Task(self._archive, self._order, self._user.name, chosen, chosen.aip, sealed, self.allowed)
        plan = self._plan(task)
        target = self._folder.place(plan.folder)
        standing = find_standing(target, plan.folder)
        if standing is not None:
            self._require_same(task, standing)
            return _exported(task, plan, target, standing.files, standing.bytes)
        return self._put(task, plan, target)

    def _plan(self, task: Task) -> Plan:
        plan = self._fonds(task) if task.chosen.unit.kind is Kind.FONDS else self._dossier(task)
        self._total_files = plan.files
        return plan

    def _fonds(self, task: Task) -> Plan:
        self._require_allowed(task.chosen, task.chosen.floor)
        return stored_package(task)

    def _dossier(self, task: Task) -> Plan:
        content = with_care(task.archive, task.aip.objid, task.sealed.content())
        chosen, whole = task.chosen, self._order.type is not PackageType.DIP
        own = strictest_mode(content.record) if whole else content.record.mode
        self._require_allowed(chosen, max(own, chosen.floor, chosen.unit.mode))
        return whole_package(task, content) if whole else copy_for_reader(task, content)

    def _require_allowed(self, chosen: Chosen, mode: str) -> None:
        if not self.allowed(mode):
            raise NotGivenError(chosen, _REASONS.get(mode, "mode"))

    def _require_same(self, task: Task, standing: Standing) -> None:
        form, stored = self._order.form, task.sealed.digests.get("data/METS.xml", "")
        as_stored = self._order.type is PackageType.AIP and form.dialect is Dialect.EARK
        same = standing.mets == stored if as_stored else standing.source == task.mark[1]
        if same and standing.bag == form.bag:
            return
        reason = "header" if same else "content" if standing.mets else "unreadable"
        code, path = task.chosen.unit.code or task.chosen.unit.id, standing.path
        raise BrokenPackageError(finding("PACKAGE_TAKEN", path.name, code=code, path=path, reason=reason))

    def _put(self, task: Task, plan: Plan, target: Path) -> Exported:
        logged = False

        def release(_: Outgoing) -> None:
            nonlocal logged
            self._log(task.chosen, self._facts(task, plan, target))
            logged = True

        try:
            outgoing = put_out(
                target, plan.folder, plan.make, packed=self._order.form.packed, needed=plan.bytes, release=release
            )
        except BaseException:
            self._folder.forget(plan.folder)
            if logged:  # nothing went out after all
                with suppress(FondsError, OSError):
                    self._log(task.chosen, self._facts(task, plan, target), outcome="failure")
            raise
        gaps = tuple(one for one in outgoing.findings if one.severity is Severity.ERROR)
        made = _exported(task, plan, target, outgoing.files, outgoing.bytes)
        return replace(made, made=True, findings=(*gaps, *plan.findings))

    def _facts(self, task: Task, plan: Plan, target: Path) -> dict[str, object]:
        facts: dict[str, object] = {
            "package": plan.objid, "version": task.aip.version, "pages": plan.pages, "to": printable(target),
        }  # fmt: skip
        slip = self._order.slip
        if slip:
            # The number of the person stays on the request and on the sheet: the log is kept for ever.
            asked = {"request": slip.request.id, "for": slip.recipient.name, "purpose": slip.request.purpose}
            facts |= {**asked, "sheet": plan.sheet}
        return facts

    def _log(self, chosen: Chosen, facts: dict[str, object], outcome: str = "success") -> None:
        order = self._order
        detail = {"as": order.type.value, "dialect": order.form.dialect.value, "code": chosen.unit.code, **facts}
        self._archive.log.append(EXPORT, agent=self._user.name, subject=chosen.unit.id, outcome=outcome, detail=detail)

    def _step(self) -> None:
        self._files += 1
        self._show(done=False)

    def _show(self, *, done: bool) -> None:
        packages = len(self.result.packages) + len(self.result.blocked)
        self._progress(ExportProgress(packages, self._total, self._files, self._total_files))


_REASONS = {"02": "request", "03": "secret"}


def _check_request(archive: Archive, order: ExportOrder) -> None:
    if order.slip is None and order.form.dialect is Dialect.TT05:
        raise UsageError("EXPORT_REQUEST_MISSING")
    if order.slip is not None and not archive.settings.archive_name:
        raise UsageError("ARCHIVE_UNNAMED", path=archive.root / config.FILE_NAME)


def _exported(task: Task, plan: Plan, path: Path, files: int, size: int) -> Exported:
    """Return what is to be told of a package that is there."""
    aip, unit = task.aip, task.chosen.unit
    return Exported(
        path, plan.objid, aip.objid, unit.code or aip.code, aip.version, plan.pages, files, size,
        part=task.chosen.item, made=False,
    )  # fmt: skip
