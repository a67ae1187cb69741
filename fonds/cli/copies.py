"""``fonds copies``: further copies of the store, and bringing them up to date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.copies_shown import copies_document, copies_rows
from fonds.cli.errors import describe_error
from fonds.cli.groups import InOrder
from fonds.cli.people import facts
from fonds.cli.progress import Progress
from fonds.cli.worker import start_worker_if_needed
from fonds.errors import EXIT_OPERATIONAL, EXIT_PROBLEMS
from fonds.repository.copies.manage import add_copy, remove_copy
from fonds.repository.copies.state import copies_state
from fonds.repository.copies.sync import Synced, SyncProgress, SyncResult
from fonds.repository.copies.sync import sync as run_sync
from fonds.repository.policy import Action

_MEGABYTE = 1_000_000


@click.group(cls=InOrder)
def copies() -> None:
    """Các bản khác của kho / further copies of the store."""


@copies.command()
@click.argument("url", metavar="URL")
@click.option("--name", required=True, metavar="NAME", help="Tên của bản / what the copy is called.")
@click.option("--medium", default="", metavar="TEXT", help="Phương tiện: đĩa rời, NAS / what it is on: a disk, a NAS.")
@pass_context
def add(context: Context, url: str, name: str, medium: str) -> None:
    """Thêm một bản: thư mục rỗng, hoặc bản cũ của kho này / add one: an empty folder, or an old copy of ours."""
    context.require(Action.ADMINISTER)
    added = add_copy(context.archive, url, name, medium, context.user.name)
    copy = added.copy
    said = [context.say("cli.copies.added", name=copy.name, url=copy.url)]
    if added.same_disk:
        said.append(context.say("cli.copies.same_disk"))
    if any(
        one.copy.name == copy.name and not one.packages and one.lacking for one in context.archive.copies.summaries()
    ):
        said.append(context.say("cli.copies.next", name=copy.name))
    context.answer({**asdict(copy), "same_disk": added.same_disk}, "\n".join(said))


@copies.command("list")
@pass_context
def list_copies(context: Context) -> None:
    """Các bản: có gì, thiếu gì / the copies, what is in them and what they lack."""
    context.require(Action.READ_STATUS)
    state = copies_state(context.archive)
    document = copies_document(context, state)
    context.answer(document, facts(list(copies_rows(context, state, document))))


@copies.command()
@click.argument("names", nargs=-1, metavar="NAME…")
@pass_context
def sync(context: Context, names: tuple[str, ...]) -> None:
    """Bổ sung những gì các bản còn thiếu / bring copies up to date; what is written is read back."""
    context.require(Action.INGEST)
    with Progress(context, "cli.copies.label", "cli.megabytes") as bar:

        def show(now: SyncProgress) -> None:
            note = context.say("cli.copies.note", name=now.copy, packages=now.packages)
            bar.update(now.bytes // _MEGABYTE, -(-now.total_bytes // _MEGABYTE), note if now.copy else "")

        result = run_sync(context.archive, names, agent=context.user.name, progress=show)
    if result.finished:
        start_worker_if_needed(context)
    context.answer(_document(result), "\n".join(_text(context, result)))
    for one in result.copies:
        if one.error:
            click.echo(describe_error(one.error, context.lang), err=True)
    if any(one.failed for one in result.copies):
        exit_with(EXIT_PROBLEMS)
    if not result.complete:
        exit_with(EXIT_OPERATIONAL)


def _document(result: SyncResult) -> dict[str, object]:
    return {
        "complete": result.complete,
        "copies": [
            {
                "name": one.copy.name,
                "packages": one.packages,
                "bytes": one.bytes,
                "failed": [{"location": place, "error": error.code} for place, error in one.failed],
                "error": one.error.code if one.error else "",
            }
            for one in result.copies
        ],
        "finished": result.finished,
        "waiting": result.waiting,
    }


def _text(context: Context, result: SyncResult) -> Iterator[str]:
    if not result.copies:
        yield context.say("cli.copies.none")
    for one in result.copies:
        yield from _synced(context, one)
    if result.finished:
        yield context.say("cli.copies.finished", count=result.finished)
    if result.waiting:
        yield context.say("cli.copies.still_wait", count=result.waiting)


def _synced(context: Context, one: Synced) -> Iterator[str]:
    size = context.words.size(one.bytes)
    if one.packages:
        yield context.say("cli.copies.synced", name=one.copy.name, packages=one.packages, size=size)
    elif not one.error and not one.failed:
        yield context.say("cli.copies.current", name=one.copy.name)
    if one.error:
        yield context.say("cli.copies.stopped", name=one.copy.name, code=one.error.code)
    for place, error in one.failed:
        key = "cli.copies.differs" if error.code == "COPY_DIFFERS" else "cli.copies.damaged"
        yield context.say(key, location=place, path=str(error.data.get("file", "")))


@copies.command()
@click.argument("name", metavar="NAME")
@click.option("--reason", required=True, metavar="TEXT", help="Lý do, ghi vào nhật ký / why; kept in the log.")
@pass_context
def remove(context: Context, name: str, reason: str) -> None:
    """Thôi dùng một bản; không xóa gì / forget a copy; nothing in it is deleted."""
    context.require(Action.ADMINISTER)
    copy = remove_copy(context.archive, name, reason.strip(), context.user.name)
    context.answer(asdict(copy), context.say("cli.copies.removed", name=copy.name, url=copy.url))
