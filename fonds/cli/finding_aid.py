"""``fonds describe import FINDINGAID.xml``, and taking it back: what it changes, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from fonds.cli.context import Context
from fonds.cli.findings import finding_lines
from fonds.cli.people import width
from fonds.cli.progress import Progress
from fonds.cli.worker import start_worker_if_needed
from fonds.repository.finding_aid import FindingAid, FindingAidResult, import_finding_aid, undo_import
from fonds.schemas.finding_texts import finding_document

EXTENSION = ".xml"


def is_finding_aid(path: Path) -> bool:
    """Say whether a file is taken in as a finding aid, by its extension."""
    return path.suffix.lower() == EXTENSION


def take_in(context: Context, aid: FindingAid, *, apply: bool, reason: str) -> None:
    """Take a finding aid in, or show what that would change."""
    with Progress(context, "cli.aid.label", "cli.aid.units") as bar:
        result = import_finding_aid(
            context.archive, aid, agent=context.user.name, apply=apply, reason=reason,
            progress=lambda count: bar.update(count, 0),
        )  # fmt: skip
    _tell(context, result, {"path": str(aid.path)}, "cli.aid.applied")


def take_back(context: Context, run: int, *, apply: bool, reason: str) -> None:
    """Take the import of a finding aid back, or show what that would change."""
    result = undo_import(context.archive, run, agent=context.user.name, apply=apply, reason=reason)
    _tell(context, result, {"undoes": run}, "cli.aid.undone")


def _tell(context: Context, result: FindingAidResult, of: dict[str, object], done: str) -> None:
    if result.version:
        start_worker_if_needed(context)
    context.answer(of | _document(context, result), "\n".join(_lines(context, result, done)))


def _document(context: Context, result: FindingAidResult) -> dict[str, object]:
    return {
        "applied": result.applied,
        "run": result.run,
        "fonds": result.fonds,
        "version": result.version,
        "location": result.location,
        "counts": {level: dict(counts) for level, counts in result.counts.items()},
        "preview": [asdict(one) for one in result.preview],
        "findings": [finding_document(found, context.lang) for found in result.findings],
        "index_error": result.index_error,
    }


def _lines(context: Context, result: FindingAidResult, done: str) -> Iterator[str]:
    said = {"fonds": result.fonds, "title": result.title, "version": result.version}
    if result.version:
        yield context.say(done, **said)
    elif result.applied or not result.changes:
        yield context.say("cli.aid.nothing", **said)
    else:
        yield context.say("cli.aid.preview", **said)
    for level, counts in result.counts.items():
        shown = ", ".join(context.say(f"cli.aid.verdict.{verdict}", count=count) for verdict, count in counts.items())
        yield context.say("cli.aid.counts", level=context.say(f"cli.aid.level.{level}"), said=shown)
    if result.preview and not result.applied:
        yield context.say("cli.aid.first")
        yield from _preview(context, result)
    yield from finding_lines(context, result.findings)
    if result.run:
        yield context.say("cli.describe.run", run=str(result.run))
    elif result.changes:
        yield context.say("cli.describe.dry")
    if result.index_error:
        yield context.say("cli.ingest.index_waits", code=result.index_error)


def _preview(context: Context, result: FindingAidResult) -> list[str]:
    marks = [context.say(f"cli.aid.mark.{one.verdict}") for one in result.preview]
    wide = max(map(width, marks))
    return [
        f"  {mark}{' ' * (wide - width(mark))}  {'  ' * one.depth}{one.code or '—'}  {one.title}"
        for mark, one in zip(marks, result.preview, strict=True)
    ]
