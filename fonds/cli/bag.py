"""``fonds bag``: wrap any folder as a BagIt 1.0 bag."""

from __future__ import annotations

from pathlib import Path

import click

from fonds.cli.context import PATH, Context, pass_context
from fonds.cli.findings import shown
from fonds.cli.people import plain
from fonds.cli.progress import Progress
from fonds.packaging.bag import WRITABLE, BagProgress, SourceRefusedError, WrittenBag, write_bag
from fonds.repository.policy import Action


@click.command()
@click.argument("source", metavar="SRC", type=PATH)
@click.argument("target", metavar="DST", type=PATH)
@click.option(
    "--algorithm",
    "algorithms",
    type=click.Choice(WRITABLE),
    multiple=True,
    default=("sha256",),
    show_default=True,
    help="Thuật toán, dùng nhiều lần được / may be repeated.",
)
@pass_context
def bag(context: Context, source: Path, target: Path, algorithms: tuple[str, ...]) -> None:
    """Bọc thư mục SRC thành gói BagIt DST / wrap a folder."""
    context.require(Action.CHECK)
    try:
        made = _write(context, source, target, algorithms)
    except SourceRefusedError as error:
        found, lines = shown(context, error.findings)
        context.answer({"bag": None, "files": 0, "bytes": 0, "findings": found}, "\n".join(lines))
        raise
    for line in shown(context, made.findings)[1]:
        click.echo(plain(line), err=True)
    place, size = str(made.bag), context.words.size(made.bytes)
    document = {"bag": place, "files": made.files, "bytes": made.bytes}
    context.answer(document, context.say("cli.bag.done", bag=place, files=made.files, size=size))


def _write(context: Context, source: Path, target: Path, algorithms: tuple[str, ...]) -> WrittenBag:
    with Progress(context, "cli.bag.label", "cli.files") as bar:

        def show(now: BagProgress) -> None:
            bar.update(now.files, now.total_files, context.words.size(now.bytes))

        return write_bag(source, target, algorithms=algorithms, progress=show)
