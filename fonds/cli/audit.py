"""``fonds audit``: read everything again and compare with what was sealed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.output import write_output
from fonds.cli.progress import Progress, size_text
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.audit import ALL, DUE, AuditResult
from fonds.repository.audit import audit as run_audit
from fonds.repository.policy import Action


@click.command()
@click.option("--all", "everything", is_flag=True, help="Mọi gói / every package.")
@click.option("--due", is_flag=True, help="Các gói đến hạn (mặc định) / what is due (the default).")
@click.option("--package", default="", metavar="ID", help="Một gói, theo mã / one package, by id or code.")
@click.option("--report", type=click.Path(path_type=Path), help="Ghi kết quả JSON ra tệp / write the JSON to a file.")
@pass_context
def audit(context: Context, everything: bool, due: bool, package: str, report: Path | None) -> None:
    """Kiểm tra tính toàn vẹn / check fixity."""
    if everything + due + bool(package) > 1:
        raise click.UsageError(context.say("cli.audit.one_scope"))
    context.require(Action.AUDIT)
    with Progress(context.say("cli.audit.label"), context.say("cli.packages"), context.say("cli.left")) as bar:
        result = run_audit(
            context.archive,
            agent=context.user.name,
            scope=ALL if everything else DUE,
            package=package,
            progress=lambda p: bar.update(p.packages, p.total, size_text(p.bytes)),
        )
    document = _document(result)
    if report:
        write_output(report, document)
    context.answer(document, _text(context, result))
    if result.problems or result.unknown or not result.run.complete:
        exit_with(EXIT_PROBLEMS)


def _document(result: AuditResult) -> dict[str, object]:
    keys = ("package", "copy", "path", "result", "expected", "actual")
    problems = [asdict(problem) | {"package": problem.objid} for problem in result.problems]
    run = result.run
    return {
        "run": run.id,
        "complete": run.complete,
        "packages": run.packages,
        "files": run.files,
        "bytes": run.bytes,
        "ok": run.complete and not result.problems and not result.unknown,
        "problems": [{key: problem[key] for key in keys} for problem in problems],
        "unknown": list(result.unknown),
        "oldest_check": result.oldest_check,
    }


def _text(context: Context, result: AuditResult) -> str:
    run = result.run
    lines = [
        context.say("cli.audit.done", packages=run.packages, files=run.files, size=size_text(run.bytes)),
    ]
    for problem in result.problems:
        data = {"package": problem.objid, "path": problem.path or ".", "expected": problem.expected or "—"}
        lines.append(context.say(f"cli.audit.{problem.result}", **data, actual=problem.actual or "—"))
    lines += [context.say("cli.audit.unknown", location=location) for location in result.unknown]
    if not run.complete:
        lines.append(context.say("cli.audit.incomplete"))
    elif result.problems or result.unknown:
        lines.append(context.say("cli.audit.problems", count=len(result.problems) + len(result.unknown)))
    else:
        lines.append(context.say("cli.audit.ok"))
    return "\n".join(lines)
