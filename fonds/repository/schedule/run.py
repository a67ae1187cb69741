"""Audits that tell people: of problems, of what could not be read, of a run that broke off; and the state, weekly."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime

from fonds.errors import FondsError, UsageError
from fonds.repository.archive import Archive
from fonds.repository.audit import AuditResult, audit
from fonds.repository.copies.state import copies_state
from fonds.repository.deliveries.writing import moment, number, size
from fonds.repository.notices.compose import of_failure, of_result, of_week, week_id
from fonds.repository.notices.queue import KIND, queue
from fonds.repository.ports.notices import Message
from fonds.repository.schedule.state import ScheduleState, schedule_state
from fonds.repository.underway import reason_of
from fonds.schemas.messages import text


def audit_and_tell(archive: Archive, run: Callable[[], AuditResult]) -> AuditResult:
    """Let an audit of this repository run, and queue a notice when all is not well.

    A notice that cannot be queued fails nothing. Raises what the audit raises.
    """
    known = archive.fixity.runs(limit=1).items
    try:
        result = run()
    except UsageError:
        raise  # nothing was begun
    except BaseException as error:
        reason = reason_of(error)
        _tell(archive, lambda: _broken_off(archive, reason, known[0].id if known else 0))
        raise
    _tell(archive, lambda: of_result(archive, result))
    return result


def scheduled_audit(archive: Archive, agent: str) -> AuditResult:
    """Audit what is due, as the schedule asks for it, and tell of it (``audit_and_tell``)."""
    return audit_and_tell(archive, lambda: audit(archive, agent=agent, scheduled=True))


def _broken_off(archive: Archive, reason: str, before: int) -> Message:
    begun = archive.fixity.runs(limit=1).items
    run = begun[0] if begun and begun[0].id > before else None
    return of_failure(archive, reason, run)


def _tell(archive: Archive, composed: Callable[[], Message | None]) -> None:
    with suppress(FondsError):
        message = composed()
        if message is not None:
            queue(archive, message)


def tell_of_the_week(archive: Archive, now: datetime | None = None) -> bool:
    """Queue the message of the week where it is wanted and was not yet; says whether it did."""
    if not archive.settings.notice_weekly or not archive.channels:
        return False
    told = week_id(archive, now or datetime.now(UTC))
    if archive.jobs.recent(kind=KIND, subject=f"{archive.channels[0].name}: {told}", limit=1).total:
        return False
    state, copies = schedule_state(archive), copies_state(archive)
    problems = archive.fixity.problems(limit=1).total
    good = not problems and copies.good and not state.forecast.warnings and bool(state.last and state.last.complete)
    facts = {"open_problems": problems, "last": asdict(state.last) if state.last else None, "due": state.forecast.due,
             "warnings": [one.value for one in state.forecast.warnings], "copies_good": copies.good}  # fmt: skip
    queue(archive, of_week(archive, _lines(archive, state, problems, copies_good=copies.good), facts, good=good))
    return True


def _lines(archive: Archive, state: ScheduleState, problems: int, *, copies_good: bool) -> list[str]:
    lang = archive.settings.notice_lang
    lines = []
    if state.last:
        data = {"started": moment(state.last.started, lang), "packages": number(state.last.packages, lang),
                "size": size(state.last.bytes, lang)}  # fmt: skip
        lines.append(text(lang, "notice.weekly.last" if state.last.complete else "notice.weekly.cut", data))
    else:
        lines.append(text(lang, "notice.weekly.none"))
    lines.append(text(lang, "notice.weekly.problems", {"count": number(problems, lang)}))
    lines += [] if copies_good else [text(lang, "notice.weekly.copies")]
    due = {"due": number(state.forecast.due, lang), "size": size(state.forecast.due_bytes, lang)}
    lines.append(text(lang, "notice.weekly.due", due))
    return [*lines, *(text(lang, f"schedule.warning.{one.value}") for one in state.forecast.warnings)]
