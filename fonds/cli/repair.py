"""``fonds repair``: give damaged packages their bytes again, from a place that was read first."""

from __future__ import annotations

from collections.abc import Iterator

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.errors import describe_error, error_text
from fonds.cli.progress import Progress
from fonds.errors import EXIT_OPERATIONAL, EXIT_PROBLEMS, FondsError
from fonds.repository.policy import Action
from fonds.repository.ports.catalogue import Problem
from fonds.repository.repair.mend import Done
from fonds.repository.repair.outcome import Repaired, RepairProgress, RepairResult
from fonds.repository.repair.plan import Step
from fonds.repository.repair.run import repair as run_repair


@click.command()
@click.argument("packages", nargs=-1, metavar="ID…")
@click.option("--all", "everything", is_flag=True, help="Mọi gói có sự cố / every package known to be wrong.")
@click.option("--dry-run", is_flag=True, help="Chỉ đọc và cho biết sẽ làm gì / only read, and say what would be done.")
@pass_context
def repair(context: Context, packages: tuple[str, ...], everything: bool, dry_run: bool) -> None:
    """Phục hồi gói hỏng từ bản còn tốt / restore from a good copy."""
    if everything == bool(packages):
        raise click.UsageError(context.say("cli.repair.which"))
    context.require(Action.INGEST)
    with Progress(context, "cli.repair.label", "cli.packages") as bar:

        def show(now: RepairProgress) -> None:
            bar.update(now.packages, now.total, now.name)

        result = run_repair(context.archive, packages, agent=context.user.name, dry_run=dry_run, progress=show)
    context.answer(_document(result), "\n".join(_text(context, result)))
    _tell_errors(context, result)
    if result.hopeless or (dry_run and not result.good):
        exit_with(EXIT_PROBLEMS)
    if any(one.errors for one in result.packages):
        exit_with(EXIT_OPERATIONAL)
    if not result.good:
        exit_with(EXIT_PROBLEMS)


def _document(result: RepairResult) -> dict[str, object]:
    return {
        "dry_run": result.dry_run,
        "ok": result.good,
        "resumed": result.resumed,
        "packages": [
            {
                "package": one.objid,
                "name": one.name,
                "ok": one.good,
                "planned": [_step(step) for step in one.planned],
                "done": [_step(done.step) | {"source": _source(done)} for done in one.done],
                "left": [_left(problem) for problem in one.hopeless],
                "errors": [_error(*error) for error in one.errors],
                "unreached": [_error(*error) for error in one.unreached],
                "verified": one.verified,
                "incidents_closed": one.closed,
            }
            for one in result.packages
        ],
    }


def _step(step: Step) -> dict[str, object]:
    return {"did": step.did, **_left(step.problem)}


def _left(problem: Problem) -> dict[str, object]:
    return {
        "copy": problem.copy,
        "version": problem.version,
        "path": problem.path,
        "result": problem.result,
        "expected": problem.expected,
        "actual": problem.actual,
    }


def _source(done: Done) -> str:
    return done.source.place.name if done.source else ""


def _error(name: str, error: FondsError) -> dict[str, object]:
    return {"copy": name, "error": error.code}


def _text(context: Context, result: RepairResult) -> Iterator[str]:
    if result.resumed:
        yield context.say("cli.repair.resumed", count=result.resumed)
    if not result.packages:
        yield context.say("cli.repair.none")
    for one in result.packages:
        yield from _package(context, one, dry_run=result.dry_run)
    if result.hopeless:
        yield context.say("cli.repair.hopeless")


def _package(context: Context, one: Repaired, *, dry_run: bool) -> Iterator[str]:
    yield context.say("cli.repair.package", name=one.name, package=one.objid)
    if dry_run:
        yield from (_planned(context, step) for step in one.planned)
    else:
        yield from (_line(context, done.step, _source(done)) for done in one.done)
    for problem in one.hopeless:
        data = {"copy": problem.copy, "version": problem.version, "path": problem.path or "—"}
        yield context.say("cli.repair.left", **data, expected=problem.expected or "—")
    for name, error in one.unreached if one.hopeless else ():
        yield context.say("cli.repair.unreached", copy=name, reason=error_text(error, context.lang))
    yield from _ending(context, one, dry_run=dry_run)


def _ending(context: Context, one: Repaired, *, dry_run: bool) -> Iterator[str]:
    if dry_run:
        if not one.planned and not one.hopeless:
            yield context.say("cli.repair.sound")
    elif one.verified:
        yield context.say("cli.repair.verified")
    elif not one.hopeless:
        yield context.say("cli.repair.unverified")


def _planned(context: Context, step: Step) -> str:
    problem = step.problem
    data = {"copy": problem.copy, "version": problem.version, "path": problem.path or "—"}
    return context.say(f"cli.repair.planned.{step.did}", **data)


def _line(context: Context, step: Step, source: str) -> str:
    problem = step.problem
    data = {"copy": problem.copy, "version": problem.version, "path": problem.path}
    if step.did == "restored":
        return context.say("cli.repair.restored", **data, source=source or "—")
    if step.did == "remade":
        return context.say("cli.repair.remade", copy=problem.copy, version=problem.version)
    return context.say("cli.repair.quarantined", **data)


def _tell_errors(context: Context, result: RepairResult) -> None:
    told = {describe_error(error, context.lang) for one in result.packages for _, error in one.errors}
    for text in sorted(told):
        click.echo(text, err=True)
