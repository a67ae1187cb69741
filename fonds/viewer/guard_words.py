"""From the schedule and the queue of notices to what the front page of the staff shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fonds.repository.deliveries.writing import moment, number, size
from fonds.repository.notices.queue import next_try
from fonds.repository.ports.catalogue import Job
from fonds.repository.schedule.state import ScheduleState
from fonds.schemas.messages import text
from fonds.viewer.texts import Texts


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice that did not get through, in words."""

    state: str
    subject: str
    facts: str
    reason: str


@dataclass(frozen=True, slots=True)
class Guard:
    """How well the holdings are watched, in words."""

    lines: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    notices: tuple[NoticeRow, ...]


def guard(state: ScheduleState, problems: int, lost: Sequence[Job], words: Texts) -> Guard:
    """Return the words; ``problems`` are open ones, ``lost`` the notices that did not get through."""
    lang, last, due = words.lang, state.last, state.forecast
    if last is None:
        told = words.t("desk.guard.last.none")
    else:
        key = "desk.guard.last.whole" if last.complete else "desk.guard.last.cut"
        told = words.t(key, at=moment(last.started, lang), n=number(last.packages, lang))
    amount = words.t("desk.guard.due.said", n=number(due.due, lang), size=size(due.due_bytes, lang))
    lines = (
        (words.t("desk.guard.last"), told),
        (words.t("desk.guard.problems"), number(problems, lang)),
        (words.t("desk.guard.due"), amount),
    )
    warnings = tuple(text(lang, f"schedule.warning.{one.value}") for one in due.warnings)
    return Guard(lines, warnings, tuple(_notice(job, words) for job in lost))


def _notice(job: Job, words: Texts) -> NoticeRow:
    waits = job.state == "waiting"
    at = moment(next_try(job).isoformat() if waits else job.ended, words.lang)
    facts = words.t("desk.guard.notice.again" if waits else "desk.guard.notice.lost", n=job.attempts, at=at)
    return NoticeRow(words.t(f"desk.state.{job.state}"), job.subject, facts, job.reason)
