"""The run of an audit: what is recorded before and after, and what it comes to.

Intent is recorded before reading, the result after; a run that was cut short reads as incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fonds.errors import FondsError
from fonds.packaging.crew import cores
from fonds.repository.archive import Archive
from fonds.repository.audit import readers
from fonds.repository.audit.choose import Chosen, Order
from fonds.repository.audit.lease import Lease, take_over
from fonds.repository.audit.pace import Budget, Meter, metered
from fonds.repository.audit.readers import Shelf, flow
from fonds.repository.audit.result import ALL, AuditProgress, AuditResult, Unreached
from fonds.repository.audit.taking import Taker
from fonds.repository.audit.writing import write_down
from fonds.repository.copies.manage import named
from fonds.repository.copies.place import open_copy
from fonds.repository.fixity import MAIN_COPY, PackageCheck
from fonds.repository.log_copies import log_copy
from fonds.repository.ports.catalogue import Problem, Run
from fonds.repository.ports.store import Store
from fonds.repository.proof.signing import sign_when_due
from fonds.repository.underway import AUDIT, Tell, underway
from fonds.repository.waiting import waiting_places

_NOT_HAD = {"missing", "unreadable"}
"""Results that a disk which was taken out would give too."""
_LOOK_SECONDS = 1.0
"""How long is waited for what another audit is reading, before that is asked for again."""


@dataclass(frozen=True, slots=True)
class Target:
    """The store or a copy of it, and the versions that are to be read there."""

    name: str
    store: Store
    chosen: Chosen


def overdue_before(archive: Archive) -> str:
    """Return the time (ISO 8601 UTC) before which a last check is overdue by the settings."""
    return (datetime.now(UTC) - timedelta(days=archive.settings.days_of(MAIN_COPY))).isoformat(timespec="milliseconds")


class AuditRun:
    """One run."""

    def __init__(
        self,
        archive: Archive,
        agent: str,
        order: Order,
        targets: Sequence[Target],
        unreached: list[Unreached],
        budget: Budget,
        progress: Callable[[AuditProgress], None],
    ) -> None:
        self._archive, self._agent, self._order, self._budget = archive, agent, order, budget
        self._targets, self._unreached, self._progress = targets, unreached, progress
        self._total = sum(target.chosen.packages for target in targets)
        self._size = sum(target.chosen.bytes for target in targets)
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
        with kept as (_, tell), metered(pace) as meter, self._readers(meter) as executor:
            for target in self._targets:
                taker = Taker(archive, lease.run, target.name, self._order.since, self._budget)
                self._takers.append(taker)
                for found in self._readings(target, taker, executor, meter, lease):
                    if self._is_lost(target, taker, found):
                        break
                    write_down(archive, lease.run, target.name, found, taker.drawn, self._agent)
                    taker.finished((one.aip.objid, one.aip.version) for one in found)
                    self._told(found, tell)

    def _readers(self, meter: Meter | None) -> AbstractContextManager[Executor | None]:
        """Return worker processes, None where the work is too little for them and not slowed down."""
        files = sum(target.chosen.files for target in self._targets)
        small = self._size <= readers.AT_HOME_BYTES and files <= readers.AT_HOME_FILES
        return nullcontext() if small and meter is None else self._archive.executor()

    def _readings(
        self, target: Target, taker: Taker, executor: Executor | None, meter: Meter | None, lease: Lease
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
            self._progress(self._progressed(waiting=sum(map(len, waited))))
            self._budget.pace.sleep(_LOOK_SECONDS)
            lease.keep()
            take_over(self._archive)

    def _is_lost(self, target: Target, taker: Taker, found: Sequence[PackageCheck]) -> bool:
        """Say whether a copy went away (a disk was taken out): what was not found in it is not missing, but unread."""
        if not any(problem.result in _NOT_HAD for one in found for problem in one.problems):
            return False
        error = _why_gone(self._archive, target.name)
        if error is None:
            return False
        self._archive.fixity.drop(taker.run, sorted(taker.at_work), target.name)
        unread = target.chosen.packages - taker.read - taker.elsewhere
        self._unreached.append(Unreached(target.name, error, unread))
        return True

    def _told(self, found: Sequence[PackageCheck], tell: Tell) -> None:
        for one in found:
            self._problems.extend(one.problems)
            self._read, self._bytes = self._read + 1, self._bytes + one.bytes
            tell(self._read)
            self._progress(self._progressed())

    def _progressed(self, waiting: int = 0) -> AuditProgress:
        return AuditProgress(self._read, self._total, self._bytes, len(self._problems), waiting)

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
        looked_for = whole and any(target.name == MAIN_COPY for target in self._targets) and not _is_bare(archive)
        elsewhere = sum(taker.elsewhere for taker in takers)
        stopped = next((taker.stopped for taker in takers if taker.stopped), "")
        return AuditResult(
            run,
            self._problems,
            _unknown(archive) if looked_for else [],
            archive.fixity.coverage(overdue_before(archive)).oldest,
            self._unreached,
            stopped=stopped,
            left=self._total - self._read - elsewhere if stopped else 0,
            left_bytes=self._size - sum(taker.bytes for taker in takers) if stopped else 0,
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
        gone = any(one.copy == MAIN_COPY for one in result.unreached)
        if not gone and sign_when_due(archive, agent):
            with suppress(FondsError):  # the store may be one that nobody writes to: the next run that can, does
                log_copy(archive)


def _why_gone(archive: Archive, name: str) -> FondsError | None:
    """Return why a copy cannot be had any more, None when it can."""
    if name == MAIN_COPY:
        return FondsError("STORE_GONE", path=archive.settings.store) if _is_bare(archive) else None
    try:
        open_copy(archive, named(archive, name))
    except FondsError as error:
        return error
    return None


def _is_bare(archive: Archive) -> bool:
    try:
        return archive.store.is_bare()
    except OSError:
        return True


def _unknown(archive: Archive) -> list[str]:
    # What waits for its copies is known by its job; `status` tells of it.
    known = waiting_places(archive)
    after = ("", 0)
    while found := archive.holdings.packages(after=after):
        known.update(aip.location for aip in found)
        after = (found[-1].objid, found[-1].version)
    return [location for location in archive.store.locations() if location not in known]
