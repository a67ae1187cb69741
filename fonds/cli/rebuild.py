"""``fonds rebuild``: the caches again, from the store alone."""

from __future__ import annotations

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.progress import Progress
from fonds.cli.worker import start_worker_if_needed
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.policy import Action
from fonds.repository.rebuild import rebuild as run_rebuild


@click.command()
@click.option("--catalogue", is_flag=True, help="Danh mục / the catalogue.")
@click.option("--index", is_flag=True, help="Chỉ mục tìm kiếm / the index.")
@click.option("--access", is_flag=True, help="Bản xem / the access copies.")
@pass_context
def rebuild(context: Context, catalogue: bool, index: bool, access: bool) -> None:
    """Dựng lại từ kho (mặc định: tất cả) / make the caches again."""
    context.require(Action.REBUILD)
    everything = not (catalogue or index or access)
    with Progress(context, "cli.rebuild.label", "cli.packages") as bar:
        result = run_rebuild(
            context.archive,
            agent=context.user.name,
            catalogue=catalogue or everything,
            index=index or everything,
            access=access or everything,
            progress=lambda step, done, total: bar.update(done, total, context.say(f"cli.rebuild.{step}")),
        )
    start_worker_if_needed(context)
    document = {
        "packages": result.packages,
        "indexed": result.indexed,
        "access": result.access,
        "unreadable": [{"location": location, "reason": reason} for location, reason in result.unreadable],
        "unseen_copies": result.unseen,
    }
    lines = [context.say("cli.rebuild.done", **document)]
    lines += [context.say("cli.rebuild.unreadable", location=where, reason=why) for where, why in result.unreadable]
    lines += [context.say("cli.rebuild.unseen", name=name) for name in result.unseen]
    context.answer(document, "\n".join(lines))
    if result.unreadable:
        exit_with(EXIT_PROBLEMS)
