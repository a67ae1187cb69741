"""The audit: which packages are read when, what is recorded before and after, and what it comes to.

Intent is recorded before reading, the result after; a run that was cut short reads as incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from fonds.errors import UsageError
from fonds.repository.archive import Archive
from fonds.repository.fixity import MAIN_COPY, PackageCheck, check_versions
from fonds.repository.ports.catalogue import Aip, Check, Problem, Run
from fonds.repository.recovery import waiting_places
from fonds.repository.underway import AUDIT, underway

ALL = "all"
DUE = "due"
_BATCH = 64


@dataclass(frozen=True, slots=True)
class AuditProgress:
    """How far an audit is: stored versions and bytes read, and versions in all."""

    packages: int
    total: int
    bytes: int
    problems: int


@dataclass(frozen=True, slots=True)
class AuditResult:
    """A finished audit: the run as recorded and every problem it found."""

    run: Run
    problems: Sequence[Problem]
    unknown: Sequence[str]
    oldest_check: str


def overdue_before(archive: Archive) -> str:
    """Return the time (ISO 8601 UTC) before which a last check is overdue by the settings."""
    return (datetime.now(UTC) - timedelta(days=archive.settings.audit_days)).isoformat(timespec="milliseconds")


def audit(
    archive: Archive,
    *,
    agent: str,
    scope: str = DUE,
    package: str = "",
    progress: Callable[[AuditProgress], None] = lambda _: None,
) -> AuditResult:
    """Check stored versions of packages, the old ones as the newest, and record every result.

    ``scope`` is ``due`` or ``all``; ``package`` (an OBJID, or the code of a dossier or fonds) narrows it to all
    versions of one. Bytes that versions of a dossier share are read once. Packages that lie in the store but not in
    the catalogue are reported as ``unknown``: ``fonds rebuild`` takes them in.
    Raises UsageError UNIT_MISSING for a package that is not held.
    """
    chosen = list(_chosen(archive, scope, package))
    run = archive.fixity.begin(package or scope)
    archive.log.append(
        "audit begins", agent=agent, subject=package or scope, detail={"run": run, "packages": len(chosen)}
    )
    problems: list[Problem] = []
    read = size = 0
    with underway(archive, AUDIT, package or scope, len(chosen)) as (_, record), archive.executor() as executor:
        for batch in _batches(chosen):
            for result in _check_batch(archive, executor, run, batch):
                _record(archive, run, result, agent)
                problems.extend(result.problems)
                read, size = read + 1, size + result.bytes
                record(read)
                progress(AuditProgress(read, len(chosen), size, len(problems)))
    unknown = _unknown(archive) if scope == ALL and not package else []
    ended = archive.fixity.end(run)
    outcome = "failure" if problems or unknown else "success"
    counts = {
        "run": run,
        "packages": ended.packages,
        "files": ended.files,
        "problems": len(problems),
        "unknown": unknown,
    }
    archive.log.append("audit ends", agent=agent, subject=package or scope, outcome=outcome, detail=counts)
    oldest = archive.fixity.coverage(overdue_before(archive)).oldest
    return AuditResult(ended, problems, unknown, oldest)


def _chosen(archive: Archive, scope: str, package: str) -> Iterator[Aip]:
    if package:
        yield from _one(archive, package)
    elif scope == ALL:
        yield from _all(archive)
    else:
        yield from archive.fixity.due(overdue_before(archive), copy=MAIN_COPY, limit=1_000_000)


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


def _check_batch(archive: Archive, executor: Executor, run: int, batch: Sequence[list[Aip]]) -> Iterator[PackageCheck]:
    archive.fixity.intend(run, [(aip.objid, aip.version) for dossier in batch for aip in dossier], MAIN_COPY)
    waiting: list[Future[list[PackageCheck]]] = [
        executor.submit(
            check_versions,
            archive.store,
            [(aip, archive.holdings.digests(aip.objid, aip.version)) for aip in dossier],
        )
        for dossier in batch
    ]
    try:
        for future in waiting:
            yield from future.result()
    finally:
        for future in waiting:
            future.cancel()


def _record(archive: Archive, run: int, result: PackageCheck, agent: str) -> None:
    aip = result.aip
    detail = {
        "run": run, "version": aip.version, "copy": MAIN_COPY, "files": result.files, "bytes": result.bytes,
        "problems": [[p.path, p.result, p.expected, p.actual] for p in result.problems],
    }  # fmt: skip
    row = archive.log.append(
        "fixity check",
        agent=agent,
        subject=aip.objid,
        outcome="success" if result.ok else "failure",
        detail=detail,
    )
    check = Check(aip.objid, aip.version, MAIN_COPY, row.when, "ok" if result.ok else "problem")
    archive.fixity.record(run, check, result.problems, files=result.files, size=result.bytes)


def _unknown(archive: Archive) -> list[str]:
    # What waits for its copies is known by its job; `status` tells of it.
    known = {aip.location for aip in _all(archive)} | waiting_places(archive)
    return [location for location in archive.store.locations() if location not in known]
