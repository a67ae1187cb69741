"""``fonds status``: what is held, how well it is checked, what is waiting, how much room is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.copies_shown import copies_document, copies_text
from fonds.cli.people import clock, facts
from fonds.cli.worker import needs_worker
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.audit import overdue_before
from fonds.repository.copies.state import copies_state
from fonds.repository.notices.queue import undelivered
from fonds.repository.policy import Action
from fonds.repository.ports.catalogue import Coverage, Run
from fonds.repository.standing import standing
from fonds.repository.underway import BYTES, DELIVERY, FILES, KINDS, is_alive
from fonds.repository.work import BACKGROUND, copies_waiting

_PROBLEMS = 20
_MOST_NOTICES = 1_000
_UNITS = {"audit": "packages", "copies": "packages", "repair": "packages", "access": "pages", "describe": "dossiers"}
_WORDS = {
    "files": "cli.files",
    "packages": "cli.packages",
    "pages": "cli.page_units",
    "dossiers": "cli.describe.dossiers",
}


@dataclass(frozen=True, slots=True)
class Running:
    """Something that is being done: how far it is, in which unit, and how long it will take (-1: not known yet).

    ``total`` is 0 as long as nobody knows how much there is. ``step`` is what a package is going through, '' for none.
    """

    kind: str
    subject: str
    done: int
    total: int
    eta_seconds: int
    unit: str
    step: str = ""


@click.command()
@pass_context
def status(context: Context) -> None:
    """Tình trạng kho; mã thoát 3 khi có sự cố / the state of things."""
    context.require(Action.READ_STATUS)
    archive = context.archive
    totals, coverage = archive.holdings.totals(), archive.fixity.coverage(overdue_before(archive))
    copies = copies_state(archive)
    copied = copies_document(context, copies)
    last, running = archive.fixity.runs(limit=1).items, list(_running(context))
    incidents = archive.incidents.listed(limit=1).total
    document = {
        "repo": str(archive.root),
        "deployment": archive.settings.deployment,
        "held": dict(totals),
        **copied,
        "fixity": asdict(coverage),
        "incidents": incidents,
        "problems": [asdict(problem) for problem in archive.fixity.problems(limit=_PROBLEMS).items],
        "last_audit": asdict(last[0]) if last else None,
        "jobs": {kind: dict(states) for kind, states in archive.jobs.counts().items()},
        "running": [asdict(one) for one in running],
        "free": archive.store.free(),
    }
    rows = chain(
        _holdings(context, totals),
        [(context.say("cli.status.copies"), copies_text(context, copies, copied))],
        _fixity(context, coverage, last[0] if last else None, running),
        _incidents(context, incidents),
        _work(context, running),
        _room(context, totals, archive.store.free()),
    )
    context.answer(document, facts(list(rows)))
    if coverage.open_problems or incidents or not copies.good:
        exit_with(EXIT_PROBLEMS)


def _running(context: Context) -> Iterator[Running]:
    jobs = context.archive.jobs
    for kind in KINDS:
        for job in jobs.recent(kind=kind, state="running", limit=10).items:
            if is_alive(job):
                one = standing(job, now=datetime.now(UTC), working=True)
                unit, step = (one.step.unit, one.step.name) if one.step else (_UNITS.get(kind, FILES), "")
                left = -1 if one.left is None else round(one.left)
                yield Running(kind, job.subject, one.done, one.total, left, unit, step)
    copies = copies_waiting(context.archive)
    if copies.total:
        pace = copies.seconds_a_page
        left = -1 if pace is None else round((copies.total - copies.done) * pace)
        yield Running("access", "", copies.done, copies.total, left, _UNITS["access"])


def _holdings(context: Context, totals: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    archive = context.archive
    yield context.say("cli.status.repo"), f"{archive.root} ({archive.settings.deployment})"
    size = context.words.size(totals["bytes"])
    held = [context.say("cli.status.held.said", **totals, size=size)]
    if totals["undigitised"]:
        held.append(context.say("cli.status.undigitised", count=totals["undigitised"]))
    yield context.say("cli.status.held"), "\n".join(held)


def _fixity(
    context: Context, coverage: Coverage, last: Run | None, running: list[Running]
) -> Iterator[tuple[str, str]]:
    checked = coverage.packages - coverage.never
    data = {**asdict(coverage), "checked": checked, "oldest": context.words.time(coverage.oldest)}
    said = [context.say("cli.status.fixity.said", **data)]
    if coverage.never + coverage.overdue:
        said.append(context.say("cli.status.fixity.due"))
    if last and not last.complete and not any(one.kind == "audit" for one in running):
        said.append(context.say("cli.status.incomplete", started=context.words.time(last.started)))
    yield context.say("cli.status.fixity"), "\n".join(said)
    key = "cli.status.problems.some" if coverage.open_problems else "cli.status.problems.none"
    yield context.say("cli.status.problems"), context.say(key, count=coverage.open_problems)


def _incidents(context: Context, count: int) -> Iterator[tuple[str, str]]:
    if count:
        yield context.say("cli.status.incidents"), context.say("cli.status.incidents.some", count=count)


def _work(context: Context, running: list[Running]) -> Iterator[tuple[str, str]]:
    said = [_progress(context, one) for one in running]
    # A delivery that was cut short was told to whoever brought it; background work has nobody else to tell.
    counts = context.archive.jobs.counts()
    failed = {kind: counts.get(kind, {}).get("failed", 0) for kind in BACKGROUND}
    said += [
        context.say("cli.status.failed", kind=context.say(f"cli.kind.{kind}"), count=count)
        for kind, count in failed.items()
        if count
    ]
    if lost := undelivered(context.archive, limit=_MOST_NOTICES):
        said.append(context.say("cli.status.notices", count=len(lost)))
    if needs_worker(context.archive) and not any(one.kind == DELIVERY for one in running):
        said.append(context.say("cli.status.nobody"))
    yield context.say("cli.status.work"), "\n".join(said) or context.say("cli.status.idle")


def _progress(context: Context, one: Running) -> str:
    percent = f"{100 * one.done // one.total} %" if one.total else ""
    show = context.words.size if one.unit == BYTES else context.words.number
    counted = f"{show(one.done)}/{show(one.total)}" if one.total else show(one.done)
    if one.unit != BYTES:
        counted += f" {context.say(_WORDS[one.unit], n=one.total or one.done)}"
    step = context.say(f"cli.ingest.stage.{one.step}") if one.step else ""
    left = context.say("cli.left", time=clock(one.eta_seconds)) if one.eta_seconds >= 0 else ""
    parts = " · ".join(part for part in (step, percent, counted, left, one.subject) if part)
    return f"{context.say(f'cli.kind.{one.kind}')}: {parts}"


def _room(context: Context, totals: Mapping[str, int], free: int) -> Iterator[tuple[str, str]]:
    said = context.say("cli.status.disk.said", size=context.words.size(free))
    if totals["pages"] and totals["bytes"]:
        pages = free * totals["pages"] // totals["bytes"]
        said += "; " + context.say("cli.status.disk.forecast", pages=pages)
    yield context.say("cli.status.disk"), said
