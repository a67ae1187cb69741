"""A run: everything that one table or one undo changes, as a job whose list of new versions is true at any moment.

Each new version is a job of its own (``storing.recorded``) that names the run. It is there before the version is
published and done once the catalogue has it; what was cut short in between is settled by ``holding.recover``. So the
list of a run that was killed is neither too long nor too short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from fonds.errors import FondsError, UsageError
from fonds.metadata.model import DossierRecord
from fonds.repository.archive import Archive
from fonds.repository.describe.result import DescribeResult, NewVersion, UnitChange
from fonds.repository.fonds_packages import try_drain_fonds
from fonds.repository.holding import stored_place
from fonds.repository.indexing import NowAndThen
from fonds.repository.log_copies import log_copy
from fonds.repository.logged import INGEST, WHY
from fonds.repository.ports.catalogue import Aip, Job, Slice
from fonds.repository.underway import DESCRIBE, is_alive, underway
from fonds.repository.versions import Change, describe_anew

_EVENT = "metadata modification"
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """Who changes descriptions, from what, and why. ``undoes`` is the run that is taken back, 0 for none."""

    agent: str
    subject: str
    reason: str = ""
    undoes: int = 0

    @property
    def detail(self) -> dict[str, object]:
        """The same for the job and the log."""
        said: dict[str, object] = {"agent": self.agent, "reason": self.reason}
        return said | {"undoes": self.undoes} if self.undoes else said

    @property
    def words(self) -> str:
        """What was done, for PREMIS."""
        return f"Descriptions of run {self.undoes} taken back" if self.undoes else "Descriptions corrected in a table"


@dataclass(slots=True)
class Work:
    """A run that is under way."""

    archive: Archive
    asked: Asked
    number: int
    result: DescribeResult
    progress: Callable[[int], None]
    _index: NowAndThen = field(init=False)

    def __post_init__(self) -> None:
        """Start with an index that is in step."""
        self._index = NowAndThen(self.archive)

    def store(self, aip: Aip, edit: Callable[[DossierRecord], DossierRecord], changes: Sequence[UnitChange]) -> None:
        """Make the next version of a dossier. Raises what ``describe_anew`` raises."""
        asked = self.asked
        note = "\n".join(_changed(change) for change in changes)
        change = Change(_EVENT, asked.words, asked.agent, asked.reason, note, run=self.number)
        new = describe_anew(self.archive, aip, edit, change)
        self.result.versions.append(NewVersion(aip.objid, aip.code, aip.version, new.version))
        self._index.waiting += 1
        self._index.drain()

    def close(self) -> None:
        """Index what is left, and describe the fonds anew."""
        self.result.index_error = self._index.close()
        self.result.fonds_error = try_drain_fonds(self.archive, self.asked.agent)


def _changed(change: UnitChange) -> str:
    return f"{change.kind.value} {change.unit_id}: {', '.join(one.column.name for one in change.fields)}"


@contextmanager
def run_of(archive: Archive, asked: Asked, result: DescribeResult, total: int) -> Iterator[Work]:
    """Give a run to work in: a job, and rows in the audit log for its beginning and its end, good or bad."""
    with underway(archive, DESCRIBE, asked.subject, total, asked.detail) as (number, progress):
        result.run = number
        begun = {**asked.detail, "run": number, "dossiers": total}
        archive.log.append("describe begins", agent=asked.agent, subject=asked.subject, detail=begun)
        work = Work(archive, asked, number, result, progress)
        try:
            yield work
        except BaseException:
            with suppress(FondsError):
                _ended(archive, asked, result, "failure")
            raise
        work.close()
        _ended(archive, asked, result, "success")
        log_copy(archive)


def _ended(archive: Archive, asked: Asked, result: DescribeResult, outcome: str) -> None:
    counts = {"run": result.run, "changed": len(result.versions), "left_out": result.left_out}
    archive.log.append("describe ends", agent=asked.agent, subject=asked.subject, outcome=outcome, detail=counts)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the past, or one that is under way. ``state`` running|done|failed; ``dossiers`` counts new versions.

    ``failed`` says why it failed: the code of an error, INTERRUPTED. Times are ISO 8601 UTC.
    """

    number: int
    state: str
    failed: str
    started: str
    ended: str
    agent: str
    subject: str
    reason: str
    undoes: int
    dossiers: int


def recent_runs(archive: Archive, *, offset: int = 0, limit: int = 20) -> Slice[Run]:
    """Return the runs, newest first."""
    found = archive.jobs.recent(kind=DESCRIBE, offset=offset, limit=limit)
    oldest = min((job.id for job in found.items), default=0)
    counts = Counter(_run_of(job) for job in _stored_since(archive, oldest))
    return Slice([_run(job, counts[job.id]) for job in found.items], found.total, offset, limit)


def _run(job: Job, dossiers: int) -> Run:
    dead = job.state == "running" and not is_alive(job)
    state, failed = ("failed", "INTERRUPTED") if dead else (job.state, job.reason)
    detail = {name: str(job.detail.get(name, "")) for name in ("agent", "reason")}
    return Run(
        job.id, state, failed, job.started, job.ended, detail["agent"], job.subject, detail["reason"],
        _number(job.detail.get("undoes")), dossiers,
    )  # fmt: skip


def versions_of(archive: Archive, number: int) -> list[NewVersion]:
    """Return what a run has stored, in its order. Raises UsageError RUN_MISSING."""
    job = archive.jobs.job(number)
    if job is None or job.kind != DESCRIBE:
        raise UsageError("RUN_MISSING", run=number)
    stored = [_version(one) for one in _stored_since(archive, number) if _run_of(one) == number]
    return stored[::-1]


def _stored_since(archive: Archive, number: int) -> Iterator[Job]:
    offset = 0
    while found := archive.jobs.recent(kind=INGEST, state="done", since=number, offset=offset, limit=_PAGE).items:
        yield from found
        offset += len(found)


def _run_of(job: Job) -> int:
    why = job.detail.get(WHY)
    return _number(why.get("run")) if isinstance(why, dict) else 0


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _version(job: Job) -> NewVersion:
    objid, version = stored_place(str(job.detail["location"]))
    return NewVersion(objid, job.subject, version - 1, version)
