"""``fonds jobs``: the work that waits, runs, is done or failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

import click

from fonds.bootstrap import worker_lock
from fonds.cli.context import LIMIT, OFFSET, Context, pass_context
from fonds.cli.groups import InOrder
from fonds.cli.people import columns
from fonds.cli.progress import Progress
from fonds.errors import FondsError
from fonds.repository.policy import Action
from fonds.repository.ports.catalogue import Job
from fonds.repository.work import WorkProgress, left_to_do, work


@click.group(cls=InOrder)
def jobs() -> None:
    """Việc nền / background work."""


@jobs.command("list")
@click.option(
    "--state",
    type=click.Choice(["waiting", "running", "done", "failed"]),
    default=None,
    help="Chỉ việc ở trạng thái này / only these.",
)
@click.option("--offset", default=0, show_default=True, type=OFFSET, help="Bỏ qua / skip.")
@click.option("--limit", default=50, show_default=True, type=LIMIT, help="Nhiều nhất / at most.")
@pass_context
def list_jobs(context: Context, state: str | None, offset: int, limit: int) -> None:
    """Liệt kê việc, mới nhất trước / list jobs, newest first."""
    context.require(Action.READ_STATUS)
    found = context.archive.jobs.recent(state=state or "", offset=offset, limit=limit)
    context.answer({"total": found.total, "jobs": [asdict(job) for job in found.items]}, _table(context, found.items))
    if not found.total:
        context.note("cli.jobs.none")
    elif offset + len(found.items) < found.total:
        context.note("cli.list.more", total=found.total, next=str(offset + len(found.items)))


def _table(context: Context, found: Sequence[Job]) -> str:
    units = context.archive.holdings.units([job.subject for job in found])
    rows = [
        (
            job.id,
            context.words.time(job.ended or job.started or job.created),
            context.say(f"cli.job.{job.state}"),
            f"{job.done}/{job.total}" if job.total else "",
            context.say(f"cli.kind.{job.kind}"),
            units[job.subject].code if job.subject in units else job.subject,
            job.reason,
        )
        for job in found
    ]
    return "\n".join(columns(rows, right=frozenset({0, 3})))


@jobs.command("run")
@click.option("--quiet", is_flag=True, help="Không báo khi đã có tiến trình khác / say nothing when one runs already.")
@pass_context
def run_jobs(context: Context, quiet: bool) -> None:
    """Làm mọi việc đang chờ rồi kết thúc / work off what waits, then end."""
    context.require(Action.INGEST)
    try:
        done = _work_off(context)
    except FondsError as error:
        if quiet and error.code == "REPOSITORY_LOCKED":
            return
        raise
    context.answer({"done": done}, context.say("cli.jobs.done", count=done))


def _show(bar: Progress, now: WorkProgress) -> None:
    bar.update(now.pages, now.total_pages)


def _work_off(context: Context) -> int:
    """Work until nothing is left: what came in while the lock was being given back is seen here, not lost."""
    archive, done, more = context.archive, 0, True
    while more:
        with worker_lock(archive), Progress(context, "cli.kind.access", "cli.page_units") as bar:
            count = work(archive, stopped=lambda: False, progress=partial(_show, bar), agent=context.user.name)
        done += count
        more = count > 0 and left_to_do(archive)
    return done
