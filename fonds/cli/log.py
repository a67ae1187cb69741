"""``fonds log``: the audit log."""

from __future__ import annotations

from dataclasses import asdict

import click

from fonds.cli.context import OFFSET, Context, exit_with, pass_context
from fonds.cli.groups import InOrder
from fonds.cli.people import columns
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.policy import Action


@click.group(cls=InOrder)
def log() -> None:
    """Nhật ký kiểm toán / the audit log."""


@log.command()
@pass_context
def verify(context: Context) -> None:
    """Kiểm tra chuỗi băm / verify the hash chain."""
    context.require(Action.AUDIT)
    verdict = context.archive.log.verify()
    document = asdict(verdict) | {"ok": verdict.broken_at == 0}
    key = "cli.log.broken" if verdict.broken_at else "cli.log.ok"
    context.answer(document, context.say(key, **asdict(verdict)))
    if verdict.broken_at:
        exit_with(EXIT_PROBLEMS)


@log.command()
@click.option("--after", default=0, type=OFFSET, help="Chỉ các dòng sau số này / only rows after this number.")
@pass_context
def export(context: Context, after: int) -> None:
    """In các dòng nhật ký / print the rows."""
    context.require(Action.AUDIT)
    rows = list(context.archive.log.rows(after))
    lines = [(row.number, row.when, row.agent, row.action, row.outcome, row.subject) for row in rows]
    context.answer([asdict(row) for row in rows], "\n".join(columns(lines, right=frozenset({0}))))
