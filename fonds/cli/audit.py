"""``fonds audit``: read everything again and compare with what was sealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click

from fonds import amounts
from fonds.cli.context import PATH, Context, exit_with, pass_context
from fonds.cli.errors import error_text
from fonds.cli.output import require_place, write_output
from fonds.cli.progress import Progress
from fonds.errors import EXIT_PROBLEMS
from fonds.packaging.bag import MANIFEST
from fonds.repository.audit import ALL, DUE, AuditProgress, AuditResult, Unreached, pace_of
from fonds.repository.audit import audit as run_audit
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.policy import Action
from fonds.repository.ports.catalogue import Aip, Problem
from fonds.repository.schedule.run import audit_and_tell
from fonds.repository.worker_server import start_early

T = TypeVar("T")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Mọi phiên bản của mọi gói / every version.")
@click.option("--due", is_flag=True, help="Các gói đến hạn (mặc định) / what is due (the default).")
@click.option("--package", default="", metavar="ID", help="Mọi phiên bản của một hồ sơ / all versions of one.")
@click.option("--copy", "copies", multiple=True, metavar="TÊN", help="Chỉ bản này, «main» là kho / only this copy.")
@click.option("--subset", default="", metavar="N/T", help="Phần thứ N của T phần / the N-th of T parts, e.g. 3/7.")
@click.option("--rate", default="", metavar="RATE", help="Đọc nhiều nhất mỗi giây / at most a second, e.g. 20MB.")
@click.option("--max-duration", default="", metavar="D", help="Dừng sau chừng ấy / stop after, e.g. 2h, 30m.")
@click.option("--report", type=PATH, help="Ghi kết quả: .json, báo cáo .html, .csv / write the result, or a report.")
@pass_context
def audit(  # noqa: PLR0913 - one parameter an option
    context: Context, *, everything: bool, due: bool, package: str, copies: tuple[str, ...], subset: str, rate: str,
    max_duration: str, report: Path | None,
) -> None:  # fmt: skip
    """Kiểm tra tính toàn vẹn / check fixity."""
    _check_scope(context, everything, due, package, subset)
    part = _amount(context, "--subset", "3/7", subset, amounts.part)
    rate_given = _amount(context, "--rate", "20MB", rate, amounts.byte_count)
    span = _amount(context, "--max-duration", "1h30m", max_duration, amounts.span_seconds)
    context.require(Action.AUDIT)
    if report:
        require_place(report)
    start_early()
    with Progress(context, "cli.audit.label", "cli.packages") as bar:

        def show(now: AuditProgress) -> None:
            size = context.words.size(now.bytes)
            note = context.say("cli.audit.waiting", packages=now.waiting) if now.waiting else size
            bar.update(now.packages, now.total, note)

        scope = ALL if everything else DUE
        try:
            result = audit_and_tell(
                context.archive,
                lambda: run_audit(
                    context.archive,
                    agent=context.user.name,
                    scope=scope,
                    package=package,
                    copies=copies,
                    progress=show,
                    pace=pace_of(context.archive.settings, rate=rate_given or 0, seconds=span or 0),
                    subset=part,
                ),
            )
        finally:
            if context.archive.channels:
                from fonds.cli.worker import start_worker_if_needed  # noqa: PLC0415 - slow to load

                start_worker_if_needed(context)  # it sends the notices
    document = _document(result)
    context.answer(document, _text(context, result))
    if report:
        _write(context, report, document)
    if not document["ok"]:
        exit_with(EXIT_PROBLEMS)


def _check_scope(context: Context, everything: bool, due: bool, package: str, subset: str) -> None:
    """Raise click.UsageError for options that do not go together."""
    if everything + due + bool(package) > 1:
        raise click.UsageError(context.say("cli.audit.one_scope"))
    if package and subset:
        raise click.UsageError(context.say("cli.audit.no_subset"))


def _amount(context: Context, option: str, example: str, given: str, read: Callable[[str], T]) -> T | None:
    """Return what an option says, None when it is not given. Raises click.UsageError with an example of the form."""
    try:
        return read(given) if given else None
    except ValueError:
        said = context.say("cli.audit.amount", option=option, value=given, example=example)
        raise click.UsageError(said) from None


def _document(result: AuditResult) -> dict[str, object]:
    keys = ("package", "version", "copy", "path", "result", "expected", "actual")
    problems = [asdict(problem) | {"package": problem.objid} for problem in result.problems]
    run = result.run
    return {
        "run": run.id,
        "complete": run.complete,
        "packages": run.packages,
        "files": run.files,
        "bytes": run.bytes,
        "ok": result.good,
        "problems": [{key: problem[key] for key in keys} for problem in problems],
        "unknown": list(result.unknown),
        "unreached": [
            {"copy": one.copy, "error": one.error.code, "packages": one.packages} for one in result.unreached
        ],
        "stopped": result.stopped,
        "left": result.left,
        "left_bytes": result.left_bytes,
        "elsewhere": result.elsewhere,
        "elsewhere_bad": result.elsewhere_bad,
        "sampled": result.sampled,
        "oldest_check": result.oldest_check,
    }


def _text(context: Context, result: AuditResult) -> str:
    run = result.run
    if not (run.packages or result.left or result.elsewhere) and result.good:
        return _nothing(context, result)
    lines = [
        context.say("cli.audit.done", packages=run.packages, files=run.files, size=context.words.size(run.bytes)),
    ]
    lines += [_problem(context, problem) for problem in result.problems]
    lines += [context.say("cli.audit.unknown", location=location) for location in result.unknown]
    lines += [_unreached(context, one) for one in result.unreached if one.packages]
    lines += _besides(context, result)
    if not run.complete:
        lines.append(context.say("cli.audit.incomplete"))
    elif result.problems or result.unknown:
        lines.append(context.say("cli.audit.problems", count=len(result.problems) + len(result.unknown)))
    elif result.good:
        lines.append(context.say("cli.audit.ok"))
    return "\n".join(lines)


def _nothing(context: Context, result: AuditResult) -> str:
    """Say why nothing was read."""
    if not context.archive.holdings.packages():
        return context.say("cli.audit.empty")
    if result.run.scope == DUE:
        return context.say("cli.audit.none", oldest=context.words.time(result.oldest_check))
    return context.say("cli.audit.nowhere")


def _besides(context: Context, result: AuditResult) -> list[str]:
    """Return what was drawn, what another audit read, and what a limit left unread."""
    say, lines = context.say, []
    if result.sampled:
        lines.append(say("cli.audit.sampled", packages=result.sampled))
    if result.elsewhere:
        lines.append(say("cli.audit.elsewhere", packages=result.elsewhere))
    if result.elsewhere_bad:
        lines.append(say("cli.audit.elsewhere_bad", packages=result.elsewhere_bad))
    if result.stopped:
        size = context.words.size(result.left_bytes)
        lines.append(say(f"cli.audit.stopped.{result.stopped}", packages=result.left, size=size))
    return lines


def _unreached(context: Context, one: Unreached) -> str:
    reason = error_text(one.error, context.lang)
    return context.say("cli.audit.unreached", copy=one.copy, packages=one.packages, reason=reason)


def _problem(context: Context, problem: Problem) -> str:
    aip = context.archive.holdings.aip(problem.objid, problem.version)
    data = {"code": aip.name if aip else problem.objid, "version": problem.version}
    return context.say(
        f"cli.audit.{problem.result}",
        **data,
        path=_place(context, aip, problem),
        expected=problem.expected or "—",
        actual=problem.actual or "—",
    )


def _place(context: Context, aip: Aip | None, problem: Problem) -> str:
    """Return the whole path of what a problem is about: a file, or the package itself."""
    if aip is None:
        return f"{problem.objid}/{problem.path}"
    if problem.copy != MAIN_COPY:
        copy = context.archive.copies.copy(problem.copy)
        return "/".join(filter(None, (copy.url if copy else problem.copy, aip.location, problem.path)))
    with context.archive.store.local(aip.location, problem.path or MANIFEST) as path:
        return str(path if problem.path else path.parent)


def _write(context: Context, path: Path, document: dict[str, object]) -> None:
    if path.suffix.lower() in (".html", ".csv"):
        from fonds.repository.reports.fixity import fixity_report  # noqa: PLC0415 - slow to load
        from fonds.repository.reports.writing import write_report  # noqa: PLC0415 - as that

        write_report(path, fixity_report(context.archive), context.lang)
    else:
        write_output(path, document)
    context.note("cli.report.written", path=path)
