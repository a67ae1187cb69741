"""The words of notices: codes and paths, never titles, for e-mail is read on its way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime

from fonds.repository.archive import Archive
from fonds.repository.audit import AuditResult
from fonds.repository.deliveries.writing import moment, number, size
from fonds.repository.ports.catalogue import Problem, Run
from fonds.repository.ports.notices import Message
from fonds.schemas.messages import text

_NAMED = 20
"""Problems that a message names; the report names all."""


def of_result(archive: Archive, result: AuditResult) -> Message | None:
    """Return what is to be told of an audit, None when all is well."""
    if result.good:
        return None
    if result.problems or result.unknown or result.elsewhere_bad:
        kind = "problems"
    else:
        kind = "unreached" if result.run.complete else "incomplete"
    facts = {
        "run": asdict(result.run),
        "problems": [asdict(one) for one in result.problems[:_NAMED]],
        "problem_count": len(result.problems),
        "unknown": list(result.unknown[:_NAMED]),
        "elsewhere_bad": result.elsewhere_bad,
        "unreached": [[one.copy, one.error.code, one.packages] for one in result.unreached],
    }
    lines = [*_of_run(archive, result.run), *_found(archive, result), text(_lang(archive), f"notice.{kind}.do")]
    return _message(archive, kind, f"audit-{result.run.id}", lines, facts, problems=_count(archive, result))


def _count(archive: Archive, result: AuditResult) -> str:
    return number(len(result.problems) + len(result.unknown) + result.elsewhere_bad, _lang(archive))


def of_failure(archive: Archive, reason: str, run: Run | None) -> Message:
    """Return what is to be told of an audit that broke off, for a reason (an error code)."""
    lang = _lang(archive)
    said = text(lang, "notice.failed.reason", {"reason": reason, "said": _said(lang, reason)})
    lines = [*(_of_run(archive, run) if run else []), said, text(lang, "notice.failed.do")]
    about = f"audit-{run.id}" if run else "audit"
    return _message(archive, "failed", about, lines, {"reason": reason, "run": asdict(run) if run else None})


def week_id(archive: Archive, now: datetime) -> str:
    """Return the id of the message of a week: one a week and repository."""
    year, week, _ = now.isocalendar()
    return f"weekly-{year}-W{week:02}-{hashlib.sha256(str(archive.root).encode()).hexdigest()[:8]}"


def _said(lang: str, reason: str) -> str:
    """Return the words for an error code where they need no facts."""
    said = text(lang, f"error.{reason}")
    return "" if said == f"error.{reason}" or "{" in said else said


def of_week(archive: Archive, lines: Sequence[str], facts: Mapping[str, object], *, good: bool) -> Message:
    """Return the message of the week: how things stand, in ``lines``."""
    key = "notice.weekly.good" if good else "notice.weekly.bad"
    told = [text(_lang(archive), f"{key}.body"), "", *lines]
    made = _message(archive, "weekly", "weekly", told, {**facts, "good": good}, key=key)
    return replace(made, id=week_id(archive, datetime.now(UTC)))


def of_test(archive: Archive, agent: str) -> Message:
    """Return a message that only shows that messages arrive."""
    line = text(_lang(archive), "notice.test.body", {"agent": agent})
    return _message(archive, "test", "test", [line], {"agent": agent})


def _message(
    archive: Archive, kind: str, about: str, lines: Sequence[str], facts: Mapping[str, object], *, key: str = "",
    problems: str = "",
) -> Message:  # fmt: skip
    lang, now = _lang(archive), datetime.now(UTC)
    name = archive.settings.archive_name or text(lang, "notice.nameless")
    subject = text(lang, f"{key or f'notice.{kind}'}.subject", {"archive": name, "problems": problems})
    foot = text(lang, "notice.foot", {"repo": archive.root})
    body = "\n".join([*lines, "", "--", foot, ""])
    stamp = now.strftime("%Y%m%dT%H%M%S%f")
    return Message(
        f"{about}-{kind}-{stamp}", kind, subject, body, now.isoformat(timespec="seconds"),
        {"repository": str(archive.root), "archive": archive.settings.archive_name, **facts},
    )  # fmt: skip


def _lang(archive: Archive) -> str:
    return archive.settings.notice_lang


def _of_run(archive: Archive, run: Run) -> list[str]:
    lang = _lang(archive)
    data = {
        "run": run.id, "started": moment(run.started, lang), "packages": number(run.packages, lang),
        "files": number(run.files, lang), "size": size(run.bytes, lang),
    }  # fmt: skip
    return [text(lang, "notice.run", data), ""]


def _found(archive: Archive, result: AuditResult) -> Iterator[str]:
    lang = _lang(archive)
    for problem in result.problems[:_NAMED]:
        yield _named(archive, problem)
    more = len(result.problems) - _NAMED
    if more > 0:
        yield text(lang, "notice.more", {"count": number(more, lang)})
    for location in result.unknown[:_NAMED]:
        yield text(lang, "notice.unknown", {"location": location})
    for one in result.unreached:
        data = {"copy": one.copy, "packages": number(one.packages, lang), "code": one.error.code}
        yield text(lang, "notice.unreached.copy", data)
    yield ""


def _named(archive: Archive, problem: Problem) -> str:
    lang = _lang(archive)
    aip = archive.holdings.aip(problem.objid, problem.version)
    data = {
        "result": text(lang, f"notice.result.{problem.result}"), "code": aip.name if aip else problem.objid,
        "version": problem.version, "copy": problem.copy, "path": problem.path or "—",
    }  # fmt: skip
    return text(lang, "notice.problem", data)
