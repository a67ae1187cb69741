"""Printed forms of the kinds that Annex VII of Circular 05/2025/TT-BNV names.

They are a check minute, a backup journal, a backup minute and an incident minute. Of the annex we know the names of the
forms and not their text: what stands on them, and in which order, is ours. What is recorded is filled in; what a person
has to say is a dotted line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from fonds.errors import UsageError
from fonds.packaging.paper import Paper, Section, Signature, Table
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, DUE
from fonds.repository.deliveries.writing import day_facts, moment, number, size
from fonds.repository.letterhead import letterhead
from fonds.repository.ports.catalogue import Job, Problem, Run
from fonds.repository.ports.incidents import REPAIRED
from fonds.repository.ports.reports import ProblemRow
from fonds.repository.reports.fixity import code_of, instants, period
from fonds.repository.reports.happened import Backup, backups, checks_in, run_facts
from fonds.repository.underway import COPIES
from fonds.schemas.messages import text

CHECK, BACKUP, BACKUP_LOG, INCIDENT = "check", "backup", "backup-log", "incident"
FORMS = (CHECK, BACKUP_LOG, BACKUP, INCIDENT)
_MOST = 200
"""Rows of a printed table; how many more there are is told."""


class _Words:
    """The words of a form in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **data: object) -> str:
        shown = {name: number(value, self.lang) if type(value) is int else value for name, value in data.items()}
        return text(self.lang, key, shown)

    @property
    def blank(self) -> tuple[str, ...]:
        """Lines to write on."""
        return (self("form.line"),) * 3


def check_minute(archive: Archive, run_id: int, lang: str) -> Paper:
    """Return the check minute (biên bản kiểm tra) of an audit run; 0: the last one.

    Raises UsageError AUDIT_RUN_MISSING.
    """
    say, run = _Words(lang), _run(archive, run_id)
    facts = run_facts(archive, run)
    scope = say(f"form.scope.{run.scope}") if run.scope in (DUE, ALL) else run.scope
    amount = say("form.check.amount.said", packages=run.packages, files=run.files, size=size(run.bytes, lang))
    span = say("form.span", begun=moment(run.started, lang), ended=moment(run.ended, lang))
    said = [
        *([] if run.complete else [say("form.check.cut")]),
        *(say("form.check.unreached", copy=copy, packages=count, code=code) for copy, code, count in facts.unreached),
        *(say("form.check.unknown", location=one) for one in facts.unknown[:_MOST]),
    ]
    rows = [
        (
            say("form.problem.said", code=code, version=version),
            copy,
            path or "—",
            text(lang, f"fixity.problems.result.{kind}"),
        )
        for code, version, copy, path, kind in facts.problems
    ]
    if rows:
        said.append(say("form.check.bad", count=len(rows)))
    elif run.complete and not said:
        said.append(say("form.check.good"))
    sections = (
        *_present(say, _day(run.ended or run.started)),
        Section(
            say("form.check.subject"),
            facts=(
                (say("form.check.scope"), scope), (say("form.check.time"), span),
                (say("form.check.method"), say("form.check.method.said")),
                (say("form.check.amount"), amount), (say("form.check.agent"), facts.agent or "—"),
            ),
        ),
        Section(say("form.check.result"), tuple(said), table=_problems(say, rows), after=_more(say, len(rows))),
        Section(say("form.conclusion"), say.blank, after=(say("form.copies"),)),
    )  # fmt: skip
    return _paper(archive, CHECK, sections, _day(run.ended or run.started), say("form.check.what", number=run.id), lang)


def _run(archive: Archive, run_id: int) -> Run:
    last = archive.fixity.runs(limit=1).items
    run = archive.fixity.run(run_id) if run_id else (last[0] if last else None)
    if run is None:
        raise UsageError("AUDIT_RUN_MISSING", number=run_id or "—")
    return run


def _problems(say: _Words, rows: Sequence[tuple[str, str, str, str]]) -> Table | None:
    head = tuple(say(f"form.problem.{name}") for name in ("ordinal", "code", "copy", "path", "result"))
    shown = tuple((number(place, say.lang), *row) for place, row in enumerate(rows[:_MOST], 1))
    return Table(head, shown, (11, 46, 20, 58, 25), frozenset({0})) if rows else None


def _more(say: _Words, count: int) -> tuple[str, ...]:
    return (say("form.more", count=count - _MOST),) if count > _MOST else ()


def backup_journal(archive: Archive, since: date | None, until: date | None, lang: str) -> Paper:
    """Return the backup journal (nhật ký sao lưu) of some days: what went into which copy, day by day."""
    say, today = _Words(lang), datetime.now().astimezone().date()
    first, last = period(since, until, today)
    rows = _backup_rows(archive, say, backups(archive, *instants(first, last)))
    head = tuple(
        say(f"form.log.{n}")
        for n in ("ordinal", "day", "copy", "medium", "packages", "size", "failed", "agent", "remark")
    )
    table = Table(head, tuple(rows[:_MOST]), (9, 19, 34, 18, 14, 18, 12, 16, 22), frozenset({0, 4, 5, 6}))
    said = () if rows else (say("form.backup-log.none"),)
    span = {"since": _written(first), "until": _written(last)}
    sections = (
        Section(paragraphs=(say("form.basis"), say("form.backup-log.what", **span))),
        Section(paragraphs=said, table=table if rows else None, after=_more(say, len(rows))),
    )
    return _paper(archive, BACKUP_LOG, sections, today, say("form.backup-log.what", **span), lang)


def _backup_rows(archive: Archive, say: _Words, found: Sequence[Backup]) -> list[tuple[str, ...]]:
    places = {one.name: one for one in archive.copies.copies()}
    rows: list[tuple[str, ...]] = []
    for place, one in enumerate(found, 1):
        copy = places.get(one.copy)
        rows.append((
            number(place, say.lang), _written(one.day), f"{one.copy}\n{one.url}", copy.medium if copy else "",
            number(one.packages, say.lang), size(one.bytes, say.lang), number(one.failed, say.lang),
            ", ".join(one.agents), "",
        ))  # fmt: skip
    return rows


def backup_minute(archive: Archive, job_id: int, lang: str) -> Paper:
    """Return the backup minute (biên bản sao lưu) of one run of ``fonds copies sync``, named by its job; 0: the last.

    Raises UsageError BACKUP_MISSING.
    """
    say, job = _Words(lang), _backup_job(archive, job_id)
    ended = job.ended or datetime.now().astimezone().isoformat()
    found = backups(archive, job.started, _just_after(ended))
    rows = _backup_rows(archive, say, found)
    failed = sum(one.failed for one in found)
    said = [say("form.backup.good")] if any(one.packages for one in found) else [say("form.backup.none")]
    said += [say("form.backup.failed", count=failed)] if failed else []
    span = say("form.span", begun=moment(job.started, lang), ended=moment(job.ended, lang))
    state = say(f"form.backup.{job.state if job.state in ('done', 'running') else 'stopped'}", reason=job.reason)
    head = tuple(say(f"form.log.{name}") for name in ("ordinal", "copy", "medium", "packages", "size", "failed"))
    lines = tuple((row[0], *row[2:7]) for row in rows[:_MOST])
    table = Table(head, lines, (11, 68, 25, 18, 22, 16), frozenset({0, 3, 4, 5}))
    agents = sorted({agent for one in found for agent in one.agents})
    sections = (
        *_present(say, _day(ended)),
        Section(
            say("form.backup.subject"),
            facts=(
                (say("form.backup.source"), f"{archive.settings.archive_name} {archive.root}".strip()),
                (say("form.check.time"), span), (say("form.check.agent"), ", ".join(agents) or "—"),
                (say("form.backup.state"), state),
            ),
        ),
        Section(say("form.backup.result"), tuple(said), table=table if rows else None),
        Section(say("form.conclusion"), say.blank, after=(say("form.copies"),)),
    )  # fmt: skip
    return _paper(archive, BACKUP, sections, _day(ended), say("form.backup.what", number=job.id), lang)


def _backup_job(archive: Archive, job_id: int) -> Job:
    last = archive.jobs.recent(kind=COPIES, limit=1).items
    job = archive.jobs.job(job_id) if job_id else (last[0] if last else None)
    if job is None or job.kind != COPIES:
        raise UsageError("BACKUP_MISSING", number=job_id or "—")
    return job


def _just_after(ended: str) -> str:
    """Return a time that no row of the work itself is after: the log's times have milliseconds."""
    return f"{ended}~"


def incident_minute(archive: Archive, number_: int, lang: str) -> Paper:
    """Return the incident minute (biên bản xử lý sự cố) of a problem; 0: the newest. Raises PROBLEM_MISSING."""
    say, one = _Words(lang), _incident(archive, number_)
    problem = one.problem
    closed = say("form.incident.closed", at=moment(one.closed, lang)) if one.closed else say("form.incident.open")
    checks = checks_in(archive, problem.objid, problem.version, problem.copy)
    rows = tuple((moment(when, lang), say(f"form.incident.check.{result}")) for when, result in checks[-_MOST:])
    history = Table((say("form.incident.time"), say("form.problem.result")), rows, (60, 100)) if rows else None
    facts = (
        (say("form.incident.found"), moment(problem.found, lang)),
        (say("form.incident.dossier"), say("form.problem.said", code=code_of(archive, one), version=problem.version)),
        (say("form.incident.copy"), problem.copy),
        (say("form.incident.path"), problem.path or "—"),
        (say("form.incident.result"), text(lang, f"fixity.problems.result.{problem.result}")),
        (say("form.incident.expected"), problem.expected or "—"),
        (say("form.incident.actual"), problem.actual or "—"),
        (say("form.incident.state"), closed),
    )
    today = datetime.now().astimezone().date()
    sections = (
        *_present(say, today),
        Section(say("form.incident.subject"), facts=facts),
        Section(say("form.incident.history"), table=history),
        Section(say("form.incident.cause"), say.blank),
        Section(say("form.incident.measures"), _measures(archive, say, problem)),
        Section(say("form.incident.prevention"), say.blank),
    )
    return _paper(archive, INCIDENT, sections, today, say("form.incident.what", number=one.id), lang)


def _measures(archive: Archive, say: _Words, problem: Problem) -> tuple[str, ...]:
    """Return what was done about a problem, as its incident tells; lines to write on while that is open."""
    known = archive.incidents.listed(objid=problem.objid, closed=True, limit=_MOST).items
    closed = (one for one in reversed(known) if one.copy == problem.copy and one.closed >= problem.found)
    done = next(closed, None)
    if done is None:
        return say.blank
    facts = {"at": moment(done.closed, say.lang), "by": done.closed_by, "incident": str(done.number)}
    if done.how != REPAIRED:
        return (say("form.incident.decided", reason=done.reason, **facts), *say.blank)
    sources = ", ".join(done.sources.splitlines()) or "—"
    return (say("form.incident.repaired", sources=sources, **facts), *say.blank)


def _incident(archive: Archive, number_: int) -> ProblemRow:
    last = archive.reports.problem_rows("", "", limit=1).items
    found = archive.reports.problem_row(number_) if number_ else (last[0] if last else None)
    if found is None:
        raise UsageError("PROBLEM_MISSING", number=number_ or "—")
    return found


# --- what all of them have --------------------------------------------------------------------------------------------


def _present(say: _Words, day: date) -> tuple[Section, ...]:
    blank = text(say.lang, "paper.blank")
    people = ((say("form.person"), blank), (say("form.post"), blank))
    today = text(say.lang, "form.today", day_facts(day, say.lang))
    return (Section(paragraphs=(say("form.basis"), today)), Section(facts=(*people, *people)))


def _day(written: str) -> date:
    return datetime.fromisoformat(written).astimezone().date()


def _written(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _paper(archive: Archive, kind: str, sections: Sequence[Section], day: date, what: str, lang: str) -> Paper:
    say = _Words(lang)
    who = ("keeper", "head") if kind == BACKUP_LOG else ("keeper", "witness", "head")
    signatures = tuple(Signature(say(f"form.who.{one}"), say("form.sign")) for one in who)
    head = letterhead(archive.settings, say(f"form.number.{kind}"), day, lang)
    foot = say("form.foot", what=what, made=datetime.now().astimezone().strftime(text(lang, "cli.time")))
    return Paper(
        lang, head, (say(f"form.title.{kind}"), say(f"form.title.{kind}.of")), tuple(sections), signatures, foot, day
    )


def form_paper(archive: Archive, kind: str, number_: int, days: tuple[date | None, date | None], lang: str) -> Paper:
    """Return a form of one of ``FORMS``: of a run, a backup or a problem by number (0: the last), or of some days.

    Raises UsageError AUDIT_RUN_MISSING, BACKUP_MISSING, PROBLEM_MISSING.
    """
    if kind == BACKUP_LOG:
        return backup_journal(archive, *days, lang)
    return {CHECK: check_minute, BACKUP: backup_minute, INCIDENT: incident_minute}[kind](archive, number_, lang)
