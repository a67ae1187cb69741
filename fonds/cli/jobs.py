"""``fonds jobs``: the work that waits, runs, is done or failed."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from fonds.bootstrap import worker_lock
from fonds.cli.context import Context, pass_context
from fonds.errors import FondsError
from fonds.repository.policy import Action
from fonds.repository.work import work


@click.group()
def jobs() -> None:
    """Việc nền / background work."""


@jobs.command("list")
@click.option("--state", type=click.Choice(["waiting", "running", "done", "failed"]), default=None)
@click.option("--offset", default=0, show_default=True)
@click.option("--limit", default=50, show_default=True)
@pass_context
def list_jobs(context: Context, state: str | None, offset: int, limit: int) -> None:
    """Liệt kê việc, mới nhất trước / list jobs, newest first."""
    context.require(Action.READ_STATUS)
    found = context.archive.jobs.recent(state=state or "", offset=offset, limit=limit)
    lines = [
        f"{job.id:>6}  {context.say(f'cli.job.{job.state}'):<10} {job.kind:<9} {job.subject}  "
        f"{job.done}/{job.total}  {job.reason}".rstrip()
        for job in found.items
    ] or [context.say("cli.jobs.none")]
    context.answer({"total": found.total, "jobs": [asdict(job) for job in found.items]}, "\n".join(lines))


@jobs.command("run")
@click.option("--quiet", is_flag=True, help="Không báo khi đã có tiến trình khác / say nothing when one runs already.")
@pass_context
def run_jobs(context: Context, quiet: bool) -> None:
    """Làm mọi việc đang chờ rồi kết thúc / work off what waits, then end."""
    context.require(Action.INGEST)
    os.nice(5)
    try:
        with worker_lock(context.archive):
            done = work(context.archive, stopped=lambda: False)
    except FondsError as error:
        if quiet and error.code == "REPOSITORY_LOCKED":
            return
        raise
    context.answer({"done": done}, context.say("cli.jobs.done", count=done))
