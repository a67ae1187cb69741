"""``fonds log``: the audit log."""

from __future__ import annotations

from dataclasses import asdict

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.policy import Action


@click.group()
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
@click.option("--after", default=0, help="Chỉ các dòng sau số này / only rows after this number.")
@pass_context
def export(context: Context, after: int) -> None:
    """In các dòng nhật ký / print the rows."""
    context.require(Action.AUDIT)
    rows = context.archive.log.rows(after)
    if context.json:
        context.answer([asdict(row) for row in rows], "")
        return
    for row in rows:
        click.echo(f"{row.number:>6}  {row.when}  {row.agent}  {row.action}  {row.subject}  {row.outcome}")
