"""``fonds init``: a new repository."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from fonds.bootstrap import init_archive
from fonds.cli.context import PATH, Context, pass_context
from fonds.config import DEPLOYMENTS
from fonds.repository.policy import Action


@click.command()
@click.argument("path", required=False, type=PATH)
@click.option(
    "--deployment",
    type=click.Choice(DEPLOYMENTS),
    default="networked",
    help="Máy có mạng hay máy độc lập / with a network or stand-alone.",
)
@pass_context
def init(context: Context, path: Path | None, deployment: str) -> None:
    """Tạo kho mới / make a new repository."""
    context.require(Action.ADMINISTER)
    archive = init_archive(path or context.root, deployment, context.user.name)
    shown = shlex.quote(str(archive.root))
    context.answer({"repo": str(archive.root)}, context.say("cli.init.done", path=shown))
