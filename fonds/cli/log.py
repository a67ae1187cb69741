"""``fonds log``: the audit log, and the checkpoints that sign it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from fonds.cli.context import OFFSET, PATH, Context, exit_with, pass_context
from fonds.cli.groups import InOrder
from fonds.cli.output import require_place
from fonds.cli.people import columns, facts
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.log_copies import log_copy
from fonds.repository.policy import Action
from fonds.repository.ports.stamps import Stamped
from fonds.repository.proof.checkpoint import Checkpoint
from fonds.repository.proof.keys import fingerprint, grouped, typed_fingerprint
from fonds.repository.proof.paper import write_checkpoint
from fonds.repository.proof.signing import sign
from fonds.repository.proof.verify_log import LogCheck, LogProblem, check_log

KEYS = click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="FINGERPRINT",
    help="Chỉ tin khóa có dấu vân tay này, chép từ giấy / trust this key alone, as printed.",
)


@click.group(cls=InOrder)
def log() -> None:
    """Nhật ký kiểm toán / the audit log."""


@log.command()
@KEYS
@pass_context
def verify(context: Context, keys: tuple[str, ...]) -> None:
    """Kiểm tra chuỗi băm và mọi điểm chốt / verify the hash chain and every checkpoint."""
    context.require(Action.AUDIT)
    check = check_log(context.archive, [typed_fingerprint(key) for key in keys])
    context.answer(_document(check), "\n".join(_lines(context, check)))
    if check.problems:
        exit_with(EXIT_PROBLEMS)


def _document(check: LogCheck) -> dict[str, object]:
    return {
        **asdict(check.verdict),
        "ok": not check.problems,
        "first_wrong": check.first_wrong,
        "problems": [asdict(problem) for problem in check.problems],
        "checkpoints": check.checkpoints,
        "last_checkpoint": check.last.document() if check.last else None,
        "keys": [{"fingerprint": key, "row": row} for key, row in check.keys.items()],
        "stamps": [asdict(stamp) for stamp in check.stamps],
        "behind": check.behind,
        "unreachable": check.unreachable,
    }


def _lines(context: Context, check: LogCheck) -> Iterator[str]:
    verdict, last = check.verdict, check.last
    if not check.first_wrong:
        yield context.say("cli.log.ok", rows=verdict.rows, head=verdict.head)
    yield from (_problem(context, problem) for problem in check.problems)
    if last is None:
        yield context.say("cli.log.unsigned")
    else:
        when = context.words.time(last.time)
        yield context.say("cli.log.signed", count=check.checkpoints, rows=last.rows, when=when)
    if check.stamps:
        yield _stamped(context, check.stamps)
    for key, row in check.keys.items():
        yield context.say("cli.log.key", fingerprint=grouped(key), row=row)
    yield from (context.say("cli.log.behind", place=place) for place in check.behind)
    yield from (context.say("cli.log.unreachable", place=place) for place in check.unreachable)


def _stamped(context: Context, stamps: Sequence[Stamped]) -> str:
    last = stamps[-1]
    kind = "stamped" if last.trusted else "stamped.untrusted"
    return context.say(f"cli.log.{kind}", n=len(stamps), when=context.words.time(last.time), who=last.authority)


def _problem(context: Context, problem: LogProblem) -> str:
    near = ".between" if problem.first != problem.last else ""
    place = context.say("cli.log.here") if problem.place == "repository" else problem.place
    data = asdict(problem) | {"place": place, "broken_at": problem.first, "reason": problem.detail}
    return context.say("cli.log.broken" if problem.kind == "chain" else f"cli.log.{problem.kind}{near}", **data)


@log.command()
@click.option("--print", "out", type=PATH, metavar="FILE", help="Trang HTML để in và cất / an HTML page to print.")
@click.option("--new-key", is_flag=True, help="Tạo khóa mới khi mất khóa cũ / make a new key, the old one being lost.")
@pass_context
def checkpoint(context: Context, out: Path | None, new_key: bool) -> None:
    """Ký điểm chốt cho nhật ký lúc này / sign the log as it is now."""
    context.require(Action.AUDIT)
    if out:
        require_place(out)
    archive = context.archive
    made = sign(archive, context.user.name, new_key=new_key)
    log_copy(archive)
    context.answer(made.document() | {"fingerprint": fingerprint(made.public_key)}, facts(_facts(context, made)))
    if archive.settings.stamp_url and not made.stamps:
        context.note("cli.log.unstamped", url=archive.settings.stamp_url)
    if out:
        write_checkpoint(out, made, archive.settings, context.lang)
        context.note("cli.report.written", path=out)


def _facts(context: Context, made: Checkpoint) -> list[tuple[str, str]]:
    rows = [
        ("time", made.time),
        ("rows", str(made.rows)),
        ("head", grouped(made.head)),
        ("root", grouped(made.root)),
        ("fingerprint", grouped(fingerprint(made.public_key))),
    ]
    return [(context.say(f"checkpoint.{name}"), value) for name, value in rows]


@log.command()
@click.option("--after", default=0, type=OFFSET, help="Chỉ các dòng sau số này / only rows after this number.")
@pass_context
def export(context: Context, after: int) -> None:
    """In các dòng nhật ký / print the rows."""
    context.require(Action.AUDIT)
    rows = list(context.archive.log.rows(after))
    lines = [(row.number, row.when, row.agent, row.action, row.outcome, row.subject) for row in rows]
    context.answer([asdict(row) for row in rows], "\n".join(columns(lines, right=frozenset({0}))))
