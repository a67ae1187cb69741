"""``fonds incidents``: what is wrong with packages, until it is repaired or somebody has decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import click

from fonds.cli.context import LIMIT, OFFSET, Context, exit_with, pass_context
from fonds.cli.groups import InOrder
from fonds.cli.people import columns, facts
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.incidents import known_incident, resolve
from fonds.repository.policy import Action
from fonds.repository.ports.incidents import Incident

NUMBER = click.argument("number", metavar="NUMBER", type=click.IntRange(min=1))
_SHOWN = 1000


@click.group(cls=InOrder, invoke_without_command=True)
@click.pass_context
def incidents(context: click.Context) -> None:
    """Sự cố của các gói / what is wrong with packages."""
    if context.invoked_subcommand is None:
        context.invoke(list_incidents)


@incidents.command("list")
@click.option("--all", "closed", is_flag=True, help="Cả sự cố đã khép lại / those that are closed too.")
@click.option("--offset", type=OFFSET, default=0, help="Bỏ qua bao nhiêu dòng / how many to pass over.")
@click.option("--limit", type=LIMIT, default=50, help="Nhiều nhất bao nhiêu dòng / how many at most.")
@pass_context
def list_incidents(context: Context, closed: bool = False, offset: int = 0, limit: int = 50) -> None:
    """Các sự cố đang mở, mới nhất trước / open incidents, newest first."""
    context.require(Action.READ_STATUS)
    found = context.archive.incidents.listed(closed=closed, offset=offset, limit=limit)
    document = {"total": found.total, "incidents": [_document(context, one) for one in found.items]}
    rows = columns([_row(context, one) for one in found.items]) if found.items else []
    none = context.say("cli.incidents.none") if not found.total else ""
    context.answer(document, "\n".join(rows) or none)
    if any(one.open for one in found.items):
        exit_with(EXIT_PROBLEMS)


def _row(context: Context, one: Incident) -> tuple[object, ...]:
    count = context.archive.incidents.problems(one, limit=1).total
    state = context.say("cli.incidents.open") if one.open else context.say(f"cli.incidents.closed.{one.how}")
    said = context.say("cli.incidents.count", count=count)
    return one.number, state, context.words.time(one.opened), one.copy, _name(context, one), said


def _name(context: Context, one: Incident) -> str:
    aip = context.archive.holdings.aip(one.objid)
    return aip.name if aip else one.objid


@incidents.command()
@NUMBER
@pass_context
def show(context: Context, number: int) -> None:
    """Một sự cố: tệp nào, phát hiện khi nào, kết thúc ra sao / one incident with its files, and how it ended."""
    context.require(Action.AUDIT)
    one = known_incident(context.archive, number)
    context.answer(_document(context, one, whole=True), facts(list(_facts(context, one))))


def _document(context: Context, one: Incident, *, whole: bool = False) -> dict[str, object]:
    found = context.archive.incidents.problems(one, limit=_SHOWN if whole else 1)
    said = {**asdict(one), "package": one.objid, "name": _name(context, one), "open": one.open, "count": found.total}
    if whole:
        said["problems"] = [asdict(problem) for problem in found.items]
    return said


def _facts(context: Context, one: Incident) -> Iterator[tuple[str, str]]:
    words = context.words
    yield context.say("cli.incidents.number"), str(one.number)
    yield context.say("cli.incidents.package"), _name(context, one)
    yield context.say("cli.incidents.copy"), one.copy
    yield (
        context.say("cli.incidents.opened"),
        context.say("cli.incidents.found", time=words.time(one.opened), run=one.run),
    )
    if one.open:
        yield context.say("cli.incidents.state"), context.say("cli.incidents.todo", number=one.number, id=one.objid)
    else:
        said = context.say(f"cli.incidents.closed.{one.how}")
        told = [f"{said}, {words.time(one.closed)}, {one.closed_by}", one.reason]
        if one.sources:
            told.append(context.say("cli.incidents.sources", names=", ".join(one.sources.splitlines())))
        yield context.say("cli.incidents.state"), "\n".join(line for line in told if line)
    found = context.archive.incidents.problems(one, limit=_SHOWN)
    lines = [
        f"v{problem.version} {problem.path or '—'}: {context.say(f'cli.incidents.result.{problem.result}')}"
        for problem in found.items
    ]
    yield context.say("cli.incidents.files"), "\n".join(lines) or "—"


@incidents.command("resolve")
@NUMBER
@click.option("--reason", required=True, metavar="TEXT", help="Lý do, ghi vào nhật ký / why; kept in the log.")
@pass_context
def resolve_incident(context: Context, number: int, reason: str) -> None:
    """Khép lại một sự cố theo quyết định của người / close an incident because a person decided so."""
    context.require(Action.AUDIT)
    one = resolve(context.archive, number, reason, context.user.name)
    context.answer(
        _document(context, one), context.say("cli.incidents.resolved", number=number, name=_name(context, one))
    )
