"""The queue of notices: a job each, tried again until it got through or is a week old.

Whoever hands a notice in is not held up and never fails by it. One that arrived just before a crash arrives twice, with
the same id.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Job
from fonds.repository.ports.notices import Channel, Message
from fonds.repository.underway import reason_of

KIND = "notice"
GIVEN_UP = timedelta(days=7)
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=6)
_LEASE = 150
"""Seconds in which a channel has answered, or never will."""
_MOST = 1_000
_CHANNEL, _MESSAGE = "channel", "message"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of trying: notices that got through, and those that did not, each with the error."""

    sent: tuple[str, ...] = ()
    failed: tuple[tuple[str, FondsError], ...] = ()


def queue(archive: Archive, message: Message) -> list[int]:
    """Put a message into the queue of every channel; returns the ids of the jobs. Raises FondsError CATALOGUE_…."""
    return [
        archive.jobs.enqueue(KIND, f"{one.name}: {message.id}", detail={_CHANNEL: one.name, _MESSAGE: asdict(message)})
        for one in archive.channels
    ]


def ripe(archive: Archive, now: datetime) -> list[Job]:
    """Return the notices that may be tried now, the oldest first."""
    jobs = archive.jobs
    waiting = jobs.recent(kind=KIND, state="waiting", limit=_MOST).items
    left = jobs.recent(kind=KIND, state="running", limit=_MOST).items
    found = [job for job in waiting if next_try(job) <= now]
    found += [job for job in left if _time(job.told or job.started) + timedelta(seconds=_LEASE) < now]
    return sorted(found, key=lambda job: job.id)


def next_try(job: Job) -> datetime:
    """Return when a waiting notice is tried again: after 5 minutes, then twice as long each time, at most 6 hours."""
    if not job.attempts or not job.started:
        return _time(job.created)
    return _time(job.started) + min(_FIRST_WAIT * (1 << min(job.attempts - 1, 10)), _LONGEST_WAIT)


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)


def deliver(archive: Archive, *, agent: str, stopped: Callable[[], bool] = lambda: False) -> Delivered:
    """Try every notice whose time has come. Raises FondsError CATALOGUE_… or LOG_… only."""
    sent, failed = [], []
    for job in ripe(archive, datetime.now(UTC)):
        if stopped():
            break
        for taken in archive.jobs.claim(KIND, lease=_LEASE, job_id=job.id):
            error = _tried(archive, taken, agent)
            if error is None:
                sent.append(taken.subject)
            else:
                failed.append((taken.subject, error))
    return Delivered(tuple(sent), tuple(failed))


def drain_notices(archive: Archive, *, agent: str, stopped: Callable[[], bool]) -> int:
    """Do as ``deliver``; returns how many got through."""
    return len(deliver(archive, agent=agent, stopped=stopped).sent)


def _tried(archive: Archive, job: Job, agent: str) -> FondsError | None:
    try:
        _channel(archive, str(job.detail.get(_CHANNEL, ""))).send(message_of(job))
    except FondsError as error:
        _put_off(archive, job, error, agent)
        return error
    except BaseException as error:
        with suppress(FondsError):
            archive.jobs.postpone(job.id, reason_of(error))
        raise
    archive.jobs.finish(job.id)
    archive.log.append("notice", agent=agent, subject=job.subject, detail={"job": job.id, "attempts": job.attempts})
    return None


def _put_off(archive: Archive, job: Job, error: FondsError, agent: str) -> None:
    reason = f"{error.code}: {error.data.get('reason', '')}".removesuffix(": ")
    if error.code != "NOTICE_CHANNEL" and _time(job.created) + GIVEN_UP > datetime.now(UTC):
        archive.jobs.postpone(job.id, reason)
        return
    archive.jobs.fail(job.id, reason)
    detail = {"job": job.id, "attempts": job.attempts, "reason": reason}
    archive.log.append("notice", agent=agent, subject=job.subject, outcome="failure", detail=detail)


def _channel(archive: Archive, name: str) -> Channel:
    for one in archive.channels:
        if one.name == name:
            return one
    raise FondsError("NOTICE_CHANNEL", name=name)


def message_of(job: Job) -> Message:
    """Return the message that the row of a notice carries."""
    plain = job.detail.get(_MESSAGE)
    known = plain if isinstance(plain, dict) else {}
    facts = known.get("facts")
    texts = {name: str(known.get(name, "")) for name in ("id", "kind", "subject", "body", "when")}
    return Message(**texts, facts=facts if isinstance(facts, dict) else {})


def undelivered(archive: Archive, *, limit: int = 20) -> list[Job]:
    """Return the notices that did not get through: tried in vain and waiting, or given up in the last 30 days."""
    waiting = [job for job in archive.jobs.recent(kind=KIND, state="waiting", limit=_MOST).items if job.attempts]
    since = (datetime.now(UTC) - timedelta(days=30)).isoformat(timespec="milliseconds")
    lost = [job for job in archive.jobs.recent(kind=KIND, state="failed", limit=_MOST).items if job.ended >= since]
    return sorted([*waiting, *lost], key=lambda job: -job.id)[:limit]
