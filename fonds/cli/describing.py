"""Corrections of descriptions as people and programs read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from types import TracebackType
from typing import Self

from fonds.cli.context import Context
from fonds.cli.findings import finding_lines
from fonds.cli.people import columns
from fonds.cli.progress import Progress
from fonds.repository.describe import CellChange, DescribeResult, Run, UnitChange
from fonds.repository.describe.columns import kind_name, label
from fonds.schemas.finding_texts import finding_document
from fonds.schemas.findings import Severity

_ROWS = frozenset({"export.write", "import.read"})


class Steps:
    """Progress of work in several steps: each has its own line, what it counts, and its own time left."""

    def __init__(self, context: Context, command: str) -> None:
        self._context, self._command, self._step = context, command, ""
        self._open = ExitStack()
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._open.close()

    def show(self, step: str, done: int, total: int) -> None:
        """Say how far a step is."""
        if step != self._step:
            self._open.close()
            name = f"{self._command}.{step}"
            unit = "cli.describe.units" if name in _ROWS else "cli.describe.dossiers"
            bar = Progress(self._context, f"cli.describe.step.{name}", unit)
            self._step, self._bar = step, self._open.enter_context(bar)
        if self._bar:
            self._bar.update(done, total)


def shown_rows(context: Context, rows: Mapping[str, int]) -> str:
    """Return how many rows of each kind a table has, in words."""
    return ", ".join(context.say(f"cli.describe.exported.{kind}", count=count) for kind, count in rows.items())


def result_document(context: Context, result: DescribeResult) -> dict[str, object]:
    """Return what a table or an undo changes as the command line's JSON shows it."""
    return {
        "applied": result.applied,
        "run": result.run,
        "counts": {
            "dossiers": result.dossiers,
            "units": len(result.changes),
            "fields": result.fields,
            "unchanged": result.unchanged,
            "left_out": result.left_out,
        },
        "changes": [_change_document(context, change) for change in result.changes],
        "versions": [{"id": one.objid, "code": one.code, "from": one.old, "to": one.new} for one in result.versions],
        "findings": [finding_document(found, context.lang) for found in result.findings],
        "index_error": result.index_error,
    }


def _change_document(context: Context, change: UnitChange) -> dict[str, object]:
    return {
        "id": change.unit_id,
        "dossier": change.dossier_id,
        "kind": change.kind.value,
        "code": change.code,
        "where": change.where,
        "fields": [
            {
                "field": one.column.name,
                "label": label(one.column, [change.kind], context.lang),
                "old": one.old,
                "new": one.new,
            }
            for one in change.fields
        ],
    }


def preview_text(context: Context, result: DescribeResult, form: str) -> str:
    """Return the same as text; ``form`` is the suffix of the texts that differ: '' for a table, ``.undo``."""
    lines = [] if result.applied else list(_changes(context, result.changes))
    lines += _counted(context, result, form)
    lines += _findings(context, result, form)
    if result.run:
        lines.append(context.say("cli.describe.run", run=str(result.run)))
    elif result.changes:
        lines.append(context.say("cli.describe.dry"))
    if result.index_error:
        lines.append(context.say("cli.ingest.index_waits", code=result.index_error))
    if result.fonds_error:
        lines.append(context.say("cli.ingest.fonds_waits", code=result.fonds_error))
    return "\n".join(lines)


def _counted(context: Context, result: DescribeResult, form: str) -> Iterator[str]:
    counts = {"dossiers": result.dossiers, "units": len(result.changes), "fields": result.fields}
    if not result.changes:
        yield context.say("cli.describe.nothing")
    else:
        yield context.say("cli.describe.done" if result.applied else "cli.describe.preview", **counts)
    if result.unchanged:
        yield context.say(f"cli.describe.unchanged{form}", count=result.unchanged)


def _findings(context: Context, result: DescribeResult, form: str) -> Iterator[str]:
    errors = [found for found in result.findings if found.severity is Severity.ERROR]
    others = [found for found in result.findings if found.severity is not Severity.ERROR]
    if others:
        yield context.say("cli.describe.look.done" if result.versions else "cli.describe.look")
        yield from finding_lines(context, others)
    if errors:
        yield context.say(f"cli.describe.left_out{form}", count=result.left_out)
        yield from finding_lines(context, errors)


def _changes(context: Context, changes: Sequence[UnitChange]) -> Iterator[str]:
    for change in changes:
        yield context.say("cli.describe.unit", kind=kind_name(change.kind, context.lang), code=change.code)
        for one in change.fields:
            yield context.say("cli.describe.field", label=label(one.column, [change.kind], context.lang))
            yield from _old_and_new(context, one)
    if changes:
        yield ""


def _old_and_new(context: Context, one: CellChange) -> Iterator[str]:
    for name, said in (("old", one.old), ("new", one.new)):
        shown = " ⏎ ".join(said.splitlines()) or context.say("cli.describe.empty")
        yield context.say(f"cli.describe.{name}", text=shown)


def runs_text(context: Context, runs: Sequence[Run]) -> tuple[list[dict[str, object]], str]:
    """Return runs for programs, and as a table for people."""
    rows = [
        (
            run.number,
            context.words.time(run.started),
            context.say(f"cli.job.{run.state}"),
            f"{context.words.number(run.dossiers)} {context.say('cli.describe.dossiers', n=run.dossiers)}",
            run.agent,
            context.say("cli.describe.runs.undoes", run=str(run.undoes)) if run.undoes else run.subject,
            run.reason or run.failed,
        )
        for run in runs
    ]
    return [asdict(run) for run in runs], "\n".join(columns(rows, right=frozenset({0, 3})))
