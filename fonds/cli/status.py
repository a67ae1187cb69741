"""``fonds status``: what is held, how well it is checked, what is waiting, how much room is left."""

from __future__ import annotations

from dataclasses import asdict

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.progress import size_text
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.audit import overdue_before
from fonds.repository.policy import Action


@click.command()
@pass_context
def status(context: Context) -> None:
    """Tình trạng kho / the state of the repository. Mã thoát 3 khi còn sự cố chưa xử lý / exit 3 on open problems."""
    context.require(Action.READ_STATUS)
    archive = context.archive
    totals, coverage = archive.holdings.totals(), archive.fixity.coverage(overdue_before(archive))
    last = archive.fixity.runs(limit=1).items
    document = {
        "repo": str(archive.root),
        "deployment": archive.settings.deployment,
        "held": dict(totals),
        "fixity": asdict(coverage),
        "last_audit": asdict(last[0]) if last else None,
        "jobs": {kind: dict(states) for kind, states in archive.jobs.counts().items()},
        "free": archive.store.free(),
    }
    lines = [
        context.say("cli.status.held", **totals, size=size_text(totals["bytes"])),
        context.say("cli.status.fixity", **asdict(coverage)),
        context.say("cli.status.free", size=size_text(archive.store.free())),
    ]
    if last and not last[0].complete:
        lines.append(context.say("cli.status.incomplete", started=last[0].started))
    for kind, states in sorted(archive.jobs.counts().items()):
        shown = ", ".join(f"{context.say(f'cli.job.{state}')} {count}" for state, count in sorted(states.items()))
        lines.append(f"{context.say(f'cli.kind.{kind}')}: {shown}")
    context.answer(document, "\n".join(lines))
    if coverage.open_problems:
        exit_with(EXIT_PROBLEMS)
