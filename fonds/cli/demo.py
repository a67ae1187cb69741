"""``fonds demo``: the whole way once, on the example fonds, saying at each step what it proves."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fonds.bootstrap import init_archive, open_archive
from fonds.cli.context import PATH, Context, exit_with, pass_context
from fonds.cli.demo_steps import Demo
from fonds.cli.serve import require_port, serve_archive
from fonds.errors import EXIT_PROBLEMS, FondsError
from fonds.repository.policy import Action
from fonds.resources import examples_path


@click.command()
@click.option("--at", type=PATH, help="Tạo kho ở đây và giữ lại / make it here and keep it.")
@click.option("--no-serve", is_flag=True, help="Không mở phòng đọc ở cuối / do not open the reading room at the end.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ / address.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Cổng / port.")
@pass_context
def demo(context: Context, at: Path | None, no_serve: bool, host: str, port: int) -> None:
    """Đi hết một vòng với phông mẫu / the whole way once."""
    context.require(Action.ADMINISTER)
    if not no_serve:
        require_port(host, port)
    source = _example()
    with _place(at) as root:
        init_archive(root, "networked", context.user.name)
        walk = Demo(context, open_archive(root), source)
        proved = walk.run()
        context.answer({"repo": str(root), "steps": walk.results, "proved": proved}, walk.summary())
        if not proved:
            exit_with(EXIT_PROBLEMS)
        if not no_serve:
            serve_archive(context, walk.archive, host, port, 1)


def _example() -> Path:
    """Return the folder of the example fonds. Raises FondsError ASSETS_MISSING."""
    try:
        return next(folder for folder in sorted(examples_path().iterdir()) if any(folder.glob("*.xlsx")))
    except (FileNotFoundError, StopIteration):
        raise FondsError("ASSETS_MISSING", path="examples") from None


@contextmanager
def _place(at: Path | None) -> Iterator[Path]:
    """Give the folder for the demonstration: the one that was named, or one that is removed at the end."""
    if at is not None:
        yield at
        return
    root = Path(tempfile.mkdtemp(prefix="fonds-demo-"))
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)
