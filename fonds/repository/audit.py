"""The audit: which packages are read when, what is recorded before and after, and what it comes to.

Intent is recorded before reading, the result after; a run that was cut short reads as incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from fonds.errors import FondsError, UsageError
from fonds.repository.archive import Archive
from fonds.repository.copies.manage import named
from fonds.repository.copies.place import open_copy
from fonds.repository.copies.replicate import verified
from fonds.repository.fixity import MAIN_COPY, PackageCheck, check_versions
from fonds.repository.holding import FIXITY
from fonds.repository.log_copies import log_copy
from fonds.repository.ports.catalogue import Aip, Check, Problem, Run
from fonds.repository.ports.copies import FAILED, PackageCopy
from fonds.repository.ports.store import Store
from fonds.repository.proof.signing import sign_when_due
from fonds.repository.recovery import waiting_places
from fonds.repository.underway import AUDIT, underway

ALL = "all"
DUE = "due"
_BATCH = 64
_MOST = 1_000_000
_EVER = "9999"
"""Later than any time."""


@dataclass(frozen=True, slots=True)
class AuditProgress:
    """How far an audit is: stored versions and bytes read, and versions in all."""

    packages: int
    total: int
    bytes: int
    problems: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """A copy that could not be had: its name, why, and how many versions in it were to be read."""

    copy: str
    error: FondsError
    packages: int


@dataclass(frozen=True, slots=True)
class AuditResult:
    """A finished audit: the run as recorded and every problem it found.

    ``unknown`` are packages that lie in the store and not in the catalogue.
    """

    run: Run
    problems: Sequence[Problem]
    unknown: Sequence[str]
    oldest_check: str
    unreached: Sequence[Unreached] = ()

    @property
    def good(self) -> bool:
        """Whether everything that was to be read was read, and is as it was stored."""
        left_out = any(one.packages for one in self.unreached)
        return self.run.complete and not (self.problems or self.unknown or left_out)


@dataclass(frozen=True, slots=True)
class _Target:
    """The store or a copy of it, and the versions that are to be read there."""

    name: str
    store: Store
    chosen: Sequence[Aip]


def overdue_before(archive: Archive) -> str:
    """Return the time (ISO 8601 UTC) before which a last check is overdue by the settings."""
    return (datetime.now(UTC) - timedelta(days=archive.settings.audit_days)).isoformat(timespec="milliseconds")


def audit(
    archive: Archive,
    *,
    agent: str,
    scope: str = DUE,
    package: str = "",
    copies: Sequence[str] = (),
    progress: Callable[[AuditProgress], None] = lambda _: None,
) -> AuditResult:
    """Check stored versions of packages, the old ones as the newest, in every copy, and record every result.

    ``scope`` is ``due`` or ``all``; ``package`` (an OBJID, or the code of a dossier or fonds) narrows it to all
    versions of one, ``copies`` to the copies of these names (``main``: the store itself). Bytes that versions of a
    dossier share are read once. A copy that cannot be had is reported as ``unreached``. Packages that lie in the store
    but not in the catalogue are reported as ``unknown``: ``fonds rebuild`` takes them in.
    Raises UsageError UNIT_MISSING for a package, COPY_MISSING for a copy that is not held.
    """
    targets, unreached = _targets(archive, scope, package, copies)
    total = sum(len(target.chosen) for target in targets)
    run = archive.fixity.begin(package or scope)
    intent = {"run": run, "packages": total, "copies": [target.name for target in targets]}
    archive.log.append("audit begins", agent=agent, subject=package or scope, detail=intent)
    problems: list[Problem] = []
    read = size = 0
    with underway(archive, AUDIT, package or scope, total) as (_, record), archive.executor() as executor:
        for target, batch in ((one, batch) for one in targets for batch in _batches(one.chosen)):
            for result in _check_batch(archive, executor, run, target, batch):
                _record(archive, run, target.name, result, agent)
                problems.extend(result.problems)
                read, size = read + 1, size + result.bytes
                record(read)
                progress(AuditProgress(read, total, size, len(problems)))
    looked_for = scope == ALL and not package and any(target.name == MAIN_COPY for target in targets)
    unknown = _unknown(archive) if looked_for else []
    ended = AuditResult(archive.fixity.end(run), problems, unknown, _oldest(archive), unreached)
    _log_end(archive, ended, package or scope, agent)
    return ended


def _oldest(archive: Archive) -> str:
    return archive.fixity.coverage(overdue_before(archive)).oldest


def _log_end(archive: Archive, result: AuditResult, subject: str, agent: str) -> None:
    counts = {
        "run": result.run.id, "packages": result.run.packages, "files": result.run.files,
        "problems": len(result.problems), "unknown": result.unknown,
        "unreached": [[one.copy, one.error.code, one.packages] for one in result.unreached],
    }  # fmt: skip
    outcome = "success" if result.good else "failure"
    archive.log.append("audit ends", agent=agent, subject=subject, outcome=outcome, detail=counts)
    if sign_when_due(archive, agent):
        with suppress(FondsError):  # the store may be one that nobody writes to: the next run that can, does
            log_copy(archive)


def _targets(
    archive: Archive, scope: str, package: str, names: Sequence[str]
) -> tuple[list[_Target], Sequence[Unreached]]:
    """Return what is to be read where, the store first, and the copies that cannot be had."""
    wanted = [named(archive, name) for name in names if name != MAIN_COPY]
    chosen = wanted if names else archive.copies.copies()
    targets, unreached = [], []
    if not names or MAIN_COPY in names:
        targets.append(_Target(MAIN_COPY, archive.store, list(_chosen(archive, scope, package))))
    for copy in chosen:
        aips = list(_chosen_in(archive, copy.name, scope, package))
        try:
            targets.append(_Target(copy.name, open_copy(archive, copy), aips))
        except FondsError as error:
            unreached.append(Unreached(copy.name, error, len(aips)))
    return targets, unreached


def _chosen(archive: Archive, scope: str, package: str) -> Iterator[Aip]:
    if package:
        yield from _one(archive, package)
    elif scope == ALL:
        yield from _all(archive)
    else:
        yield from archive.fixity.due(overdue_before(archive), copy=MAIN_COPY, limit=_MOST)


def _chosen_in(archive: Archive, name: str, scope: str, package: str) -> Iterator[Aip]:
    """Yield what is to be read in a copy. What it does not have yet is the business of ``fonds copies sync``."""
    if package:
        for aip in _one(archive, package):
            entries = archive.copies.entries(aip.objid, aip.version)
            if any(entry.copy == name and entry.verified for entry in entries):
                yield aip
    else:
        yield from archive.copies.read(name, before=_EVER if scope == ALL else overdue_before(archive), limit=_MOST)


def _one(archive: Archive, package: str) -> Iterator[Aip]:
    unit = archive.holdings.unit(package) or archive.holdings.find_code(package)
    aip = archive.holdings.aip(unit.dossier_id or unit.id) if unit else None
    if aip is None:
        raise UsageError("UNIT_MISSING", id=package)
    yield from reversed(archive.holdings.versions(aip.objid, limit=aip.version).items)


def _all(archive: Archive) -> Iterator[Aip]:
    after = ("", 0)
    while found := archive.holdings.packages(after=after):
        yield from found
        after = (found[-1].objid, found[-1].version)


def _batches(chosen: Sequence[Aip]) -> Iterator[list[list[Aip]]]:
    """Yield dossiers, each with its chosen versions, a batch of them at a time."""
    dossiers = [list(versions) for _, versions in groupby(chosen, key=lambda aip: aip.objid)]
    for start in range(0, len(dossiers), _BATCH):
        yield dossiers[start : start + _BATCH]


def _check_batch(
    archive: Archive, executor: Executor, run: int, target: _Target, batch: Sequence[list[Aip]]
) -> Iterator[PackageCheck]:
    archive.fixity.intend(run, [(aip.objid, aip.version) for dossier in batch for aip in dossier], target.name)
    waiting: list[Future[list[PackageCheck]]] = [
        executor.submit(
            check_versions,
            target.store,
            [(aip, archive.holdings.digests(aip.objid, aip.version)) for aip in dossier],
            target.name,
        )
        for dossier in batch
    ]
    try:
        for future in waiting:
            yield from future.result()
    finally:
        for future in waiting:
            future.cancel()


def _record(archive: Archive, run: int, copy: str, result: PackageCheck, agent: str) -> None:
    aip = result.aip
    detail = {
        "run": run, "version": aip.version, "copy": copy, "files": result.files, "bytes": result.bytes,
        "problems": [[p.path, p.result, p.expected, p.actual] for p in result.problems],
    }  # fmt: skip
    outcome = "success" if result.ok else "failure"
    row = archive.log.append(FIXITY, agent=agent, subject=aip.objid, outcome=outcome, detail=detail)
    check = Check(aip.objid, aip.version, copy, row.when, "ok" if result.ok else "problem")
    archive.fixity.record(run, check, result.problems, files=result.files, size=result.bytes)
    if copy != MAIN_COPY:
        archive.copies.record([_entry(archive, aip, check)])


def _entry(archive: Archive, aip: Aip, check: Check) -> PackageCopy:
    """Return how it stands with a version in a copy, now that it was read there."""
    if check.result == "ok":
        return verified(archive, aip, check.copy, check.checked)
    known = archive.copies.entries(aip.objid, aip.version)
    good = next((entry.verified for entry in known if entry.copy == check.copy), "")
    return PackageCopy(aip.objid, aip.version, check.copy, FAILED, good, reason="COPY_DIFFERS")


def _unknown(archive: Archive) -> list[str]:
    # What waits for its copies is known by its job; `status` tells of it.
    known = {aip.location for aip in _all(archive)} | waiting_places(archive)
    return [location for location in archive.store.locations() if location not in known]
