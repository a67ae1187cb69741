"""The run of an audit: what is recorded before and after, and what it comes to.

Intent is recorded before reading, the result after; a run that was cut short reads as incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fonds import amounts
from fonds.errors import FondsError
from fonds.packaging.crew import cores
from fonds.repository.archive import Archive
from fonds.repository.audit.choose import Chosen, Order, chosen
from fonds.repository.audit.lease import Lease, take_over
from fonds.repository.audit.pace import Budget, Meter, Pace, metered, midnight, pace_of
from fonds.repository.audit.readers import Shelf, flow
from fonds.repository.audit.result import ALL, DUE, AuditProgress, AuditResult, Unreached
from fonds.repository.audit.taking import Taker
from fonds.repository.audit.writing import write_down
from fonds.repository.copies.manage import named
from fonds.repository.copies.place import open_copy
from fonds.repository.fixity import MAIN_COPY, PackageCheck
from fonds.repository.log_copies import log_copy
from fonds.repository.ports.catalogue import Problem, Run
from fonds.repository.ports.store import Store
from fonds.repository.proof.signing import sign_when_due
from fonds.repository.recovery import waiting_places
from fonds.repository.underway import AUDIT, Tell, underway

_LOOK_SECONDS = 1.0
"""How long is waited for what another audit is reading, before that is asked for again."""


@dataclass(frozen=True, slots=True)
class _Target:
    """The store or a copy of it, and the versions that are to be read there."""

    name: str
    store: Store
    chosen: Chosen


def overdue_before(archive: Archive) -> str:
    """Return the time (ISO 8601 UTC) before which a last check is overdue by the settings."""
    return (datetime.now(UTC) - timedelta(days=archive.settings.audit_days)).isoformat(timespec="milliseconds")


def audit(  # noqa: PLR0913 - what is asked of an audit, each by its name, as on the command line
    archive: Archive,
    *,
    agent: str,
    scope: str = DUE,
    package: str = "",
    copies: Sequence[str] = (),
    progress: Callable[[AuditProgress], None] = lambda _: None,
    pace: Pace | None = None,
    subset: tuple[int, int] | None = None,
    sample: int | None = None,
    scheduled: bool = False,
) -> AuditResult:
    """Check stored versions of packages, the old ones as the newest, in every copy, and record every result.

    ``scope`` is ``due`` or ``all``; ``package`` (an OBJID, or the code of a dossier or fonds) narrows it to all
    versions of one, ``copies`` to the copies of these names (``main``: the store itself), ``subset`` (n, t) to the
    n-th of t parts. With ``due``, ``sample`` per cent of what is not due are read besides (None: by the settings), and
    the daily quota of the settings holds. ``pace`` says how fast and how long (None: by the settings); an audit that
    is ``scheduled`` keeps to the hours of the settings. What they stop is stopped between packages, and told.

    Bytes that versions of a dossier share are read once. What another audit is reading is left to that and waited for.
    A copy that cannot be had is reported as ``unreached``. Packages that lie in the store but not in the catalogue are
    reported as ``unknown``: ``fonds rebuild`` takes them in. Raises UsageError UNIT_MISSING for a package, COPY_MISSING
    for a copy that is not held; FondsError AUDIT_TAKEN_OVER when this process stood still for so long that another
    audit took over its work.
    """
    take_over(archive)
    order = _order(archive, scope, package, subset, sample)
    pace = pace or pace_of(archive.settings)
    with ExitStack() as files:
        targets, unreached = _targets(archive, order, copies, files)
        budget = _budget(archive, order, pace, scheduled)
        return _Audit(archive, agent, order, targets, unreached, budget, progress).result()


def _order(archive: Archive, scope: str, package: str, subset: tuple[int, int] | None, sample: int | None) -> Order:
    now = datetime.now().astimezone()
    since = now.astimezone(UTC).isoformat(timespec="milliseconds")
    drawn = archive.settings.audit_sample if sample is None else sample
    return Order(now, since, scope, package, subset, drawn)


def _budget(archive: Archive, order: Order, pace: Pace, scheduled: bool) -> Budget:
    settings = archive.settings
    hours = amounts.hours(settings.audit_hours) if scheduled else None
    if order.scope == ALL or order.package:
        return Budget(pace, hours=hours)
    return Budget(pace, amounts.quota(settings.audit_quota), hours, *archive.fixity.read_since(midnight(order.now)))


def _targets(
    archive: Archive, order: Order, names: Sequence[str], files: ExitStack
) -> tuple[list[_Target], list[Unreached]]:
    """Return what is to be read where, the store first, and the copies that cannot be had."""
    wanted = [named(archive, name) for name in names if name != MAIN_COPY]
    targets, unreached = [], []
    if not names or MAIN_COPY in names:
        targets.append(_Target(MAIN_COPY, archive.store, files.enter_context(chosen(archive, order, MAIN_COPY))))
    for copy in wanted if names else archive.copies.copies():
        found = files.enter_context(chosen(archive, order, copy.name))
        try:
            targets.append(_Target(copy.name, open_copy(archive, copy), found))
        except FondsError as error:
            unreached.append(Unreached(copy.name, error, found.packages))
    return targets, unreached


class _Audit:
    """One run."""

    def __init__(
        self,
        archive: Archive,
        agent: str,
        order: Order,
        targets: Sequence[_Target],
        unreached: Sequence[Unreached],
        budget: Budget,
        progress: Callable[[AuditProgress], None],
    ) -> None:
        self._archive, self._agent, self._order, self._budget = archive, agent, order, budget
        self._targets, self._unreached, self._progress = targets, unreached, progress
        self._total = sum(target.chosen.packages for target in targets)
        self._problems: list[Problem] = []
        self._takers: list[Taker] = []
        self._read = self._bytes = 0

    def result(self) -> AuditResult:
        """Do it."""
        lease = Lease(self._archive, self._order.subject)
        try:
            self._log_begin(lease.run)
            self._work(lease)
            run = self._archive.fixity.end(lease.run)
        except BaseException:
            with suppress(FondsError):  # the next run finds it by its process, or by its time
                self._archive.fixity.release(lease.run)
            raise
        result = self._ended(run)
        self._log_end(result)
        return result

    def _work(self, lease: Lease) -> None:
        archive, pace = self._archive, self._budget.pace
        kept = underway(archive, AUDIT, self._order.subject, self._total)
        with kept as (_, tell), metered(pace) as meter, archive.executor() as executor:
            for target in self._targets:
                taker = Taker(archive, lease.run, target.name, self._order.since, self._budget)
                self._takers.append(taker)
                for found in self._readings(target, taker, executor, meter, lease):
                    write_down(archive, lease.run, target.name, found, taker.drawn, self._agent)
                    self._told(found, tell)

    def _readings(
        self, target: _Target, taker: Taker, executor: Executor, meter: Meter | None, lease: Lease
    ) -> Iterator[list[PackageCheck]]:
        """Yield what reading a target gave; what another run is reading is asked for again until it was read."""
        shelf = Shelf(target.store, target.name, meter)
        workers = self._archive.settings.workers or cores()
        coming = target.chosen.dossiers()
        while True:
            for found in flow(executor, shelf, taker.groups(coming), workers, lease.keep):
                lease.keep()
                yield found
            if taker.stopped or not taker.held:
                return
            waited, taker.held = taker.held, []
            coming = iter(waited)
            self._budget.pace.sleep(_LOOK_SECONDS)
            lease.keep()
            take_over(self._archive)

    def _told(self, found: Sequence[PackageCheck], tell: Tell) -> None:
        for one in found:
            self._problems.extend(one.problems)
            self._read, self._bytes = self._read + 1, self._bytes + one.bytes
            tell(self._read)
            self._progress(AuditProgress(self._read, self._total, self._bytes, len(self._problems)))

    def _log_begin(self, run: int) -> None:
        order = self._order
        intent: dict[str, object] = {
            "run": run, "packages": self._total, "copies": [target.name for target in self._targets],
        }  # fmt: skip
        if order.subset:
            intent["subset"] = f"{order.subset[0]}/{order.subset[1]}"
        if sampled := sum(target.chosen.sampled for target in self._targets):
            intent["sample"] = sampled
        self._archive.log.append("audit begins", agent=self._agent, subject=order.subject, detail=intent)

    def _ended(self, run: Run) -> AuditResult:
        takers, archive, order = self._takers, self._archive, self._order
        whole = order.scope == ALL and not order.package and not order.subset
        looked_for = whole and any(target.name == MAIN_COPY for target in self._targets)
        elsewhere = sum(taker.elsewhere for taker in takers)
        return AuditResult(
            run,
            self._problems,
            _unknown(archive) if looked_for else [],
            archive.fixity.coverage(overdue_before(archive)).oldest,
            self._unreached,
            stopped=next((taker.stopped for taker in takers if taker.stopped), ""),
            left=self._total - self._read - elsewhere,
            left_bytes=sum(target.chosen.bytes for target in self._targets) - sum(taker.bytes for taker in takers),
            elsewhere=elsewhere,
            elsewhere_bad=sum(taker.bad for taker in takers),
            sampled=sum(len(taker.drawn) for taker in takers),
        )

    def _log_end(self, result: AuditResult) -> None:
        counts: dict[str, object] = {
            "run": result.run.id, "packages": result.run.packages, "files": result.run.files,
            "problems": len(result.problems), "unknown": result.unknown,
            "unreached": [[one.copy, one.error.code, one.packages] for one in result.unreached],
        }  # fmt: skip
        told = {"stopped": result.stopped, "left": result.left, "elsewhere": result.elsewhere}
        counts |= {name: value for name, value in told.items() if value}
        outcome = "success" if result.good else "failure"
        subject, archive, agent = self._order.subject, self._archive, self._agent
        archive.log.append("audit ends", agent=agent, subject=subject, outcome=outcome, detail=counts)
        if sign_when_due(archive, agent):
            with suppress(FondsError):  # the store may be one that nobody writes to: the next run that can, does
                log_copy(archive)


def _unknown(archive: Archive) -> list[str]:
    # What waits for its copies is known by its job; `status` tells of it.
    known = waiting_places(archive)
    after = ("", 0)
    while found := archive.holdings.packages(after=after):
        known.update(aip.location for aip in found)
        after = (found[-1].objid, found[-1].version)
    return [location for location in archive.store.locations() if location not in known]
