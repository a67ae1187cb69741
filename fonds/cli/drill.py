"""``fonds drill``: plant faults in a scratch copy, and show that each is found and repaired."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fonds.bootstrap import init_archive, open_archive
from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.progress import Progress
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.drill.run import DrillProgress, DrillResult, Fault, scratch_root
from fonds.repository.drill.run import drill as run_drill
from fonds.repository.policy import Action

_SHOWN = 20


@click.command()
@click.option("--packages", type=click.IntRange(1, 10_000), default=5, show_default=True, help="Số hồ sơ / dossiers.")
@click.option(
    "--flips", type=click.IntRange(0, 100_000), default=100, show_default=True, help="Số bit lật / bit flips."
)
@click.option("--seed", type=click.IntRange(min=0), help="Lặp lại một lần diễn tập / draw the same again.")
@click.option("--keep", is_flag=True, help="Giữ lại kho tạm / keep the scratch repository.")
@pass_context
def drill(context: Context, packages: int, flips: int, seed: int | None, keep: bool) -> None:
    """Diễn tập hỏng hóc trên bản chép tạm / hold a fire drill."""
    context.require(Action.AUDIT)
    number = secrets.randbelow(2**31) if seed is None else seed
    with _place(keep=keep) as folder, Progress(context, "cli.drill.label", "cli.drill.faults") as bar:

        def show(now: DrillProgress) -> None:
            bar.update(now.done, now.total)

        root = scratch_root(folder)
        init_archive(root, context.archive.settings.deployment, context.user.name)
        result = run_drill(
            context.archive,
            open_archive(root),
            agent=context.user.name,
            seed=number,
            packages=packages,
            flips=flips,
            progress=show,
        )
    document = _document(result) | ({"scratch": str(folder)} if keep else {})
    lines = [*_text(context, result), *([context.say("cli.drill.kept", path=folder)] if keep else [])]
    context.answer(document, "\n".join(lines))
    if not result.good:
        exit_with(EXIT_PROBLEMS)


@contextmanager
def _place(*, keep: bool) -> Iterator[Path]:
    """Give a folder apart from every repository; it is removed at the end, unless it is to be kept."""
    folder = Path(tempfile.mkdtemp(prefix="fonds-drill-"))
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _document(result: DrillResult) -> dict[str, object]:
    return {
        "ok": result.good,
        "seed": result.seed,
        "packages": result.packages,
        "versions": result.versions,
        "places": result.places,
        "left_out": result.left_out,
        **result.counts,
        "log_row_found": result.log_found,
        "skipped": result.skipped,
        "seconds": result.seconds,
        "faults": [_fault(one) for one in result.faults],
        "false_reports": [list(report) for report in result.false],
    }


def _fault(one: Fault) -> dict[str, object]:
    return {
        "kind": one.kind,
        "copy": one.copy,
        "package": one.objid,
        "files": [[version, path] for version, path in one.expected],
        "found": one.found,
        "repairable": one.repairable,
        "repaired": one.repaired,
    }


def _text(context: Context, result: DrillResult) -> Iterator[str]:
    yield context.say(
        "cli.drill.on", packages=result.packages, versions=result.versions, places=result.places, seed=str(result.seed)
    )
    planted = Counter(one.kind for one in result.faults)
    found = Counter(one.kind for one in result.faults if one.found)
    repaired = Counter(one.kind for one in result.faults if one.repaired)
    for kind, count in planted.items():
        data = {"found": found[kind], "repaired": repaired[kind]}
        yield context.say("cli.drill.kind", kind=context.say(f"cli.drill.kind.{kind}"), planted=count, **data)
    yield context.say("cli.drill.log.found") if result.log_found else context.say("cli.drill.log.missed")
    yield from (context.say("cli.drill.skipped", kind=context.say(f"cli.drill.kind.{one}")) for one in result.skipped)
    yield from (_missed(context, one) for one in result.missed[:_SHOWN])
    for objid, copy, version, path in result.false[:_SHOWN]:
        yield context.say("cli.drill.false", package=objid, copy=copy, version=version, path=path or "—")
    if result.left_out:
        yield context.say("cli.drill.left_out", count=result.left_out)
    if result.places == 1:
        yield context.say("cli.drill.alone")
    counts = result.counts
    yield context.say(
        "cli.drill.sum",
        planted=counts["planted"],
        found=counts["found"],
        missed=counts["missed"],
        false=counts["false"],
        repaired=counts["repaired"],
        left=counts["not_repaired"] + counts["unrepairable"],
    )
    yield context.say("cli.drill.passed") if result.good else context.say("cli.drill.failed")


def _missed(context: Context, one: Fault) -> str:
    (version, path), *_ = one.expected
    kind = context.say(f"cli.drill.kind.{one.kind}")
    return context.say(
        "cli.drill.missed", kind=kind, package=one.objid, copy=one.copy, version=version, path=path or "—"
    )
