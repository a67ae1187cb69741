"""``fonds notices``: who is told when something is wrong, whether it gets through, and a test of it."""

from __future__ import annotations

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.errors import error_text
from fonds.cli.groups import InOrder
from fonds.cli.people import columns
from fonds.errors import EXIT_OPERATIONAL, FondsError, UsageError
from fonds.repository.notices.compose import of_test
from fonds.repository.notices.queue import next_try, undelivered
from fonds.repository.policy import Action
from fonds.repository.ports.catalogue import Job
from fonds.repository.ports.notices import Channel, Message


@click.group(cls=InOrder)
def notices() -> None:
    """Thông báo qua thư, webhook / notices by e-mail and webhook."""


@notices.command("list")
@pass_context
def list_notices(context: Context) -> None:
    """Nơi nhận, và thông báo chưa gửi được / receivers, and notices that did not get through."""
    context.require(Action.READ_STATUS)
    archive = context.archive
    left = undelivered(archive)
    rows = [
        (job.id, context.say(f"cli.job.{job.state}"), job.attempts, _again(context, job), job.subject, job.reason)
        for job in left
    ]
    document = {
        "channels": [one.name for one in archive.channels],
        "undelivered": [
            {"id": job.id, "state": job.state, "attempts": job.attempts, "subject": job.subject, "reason": job.reason}
            for job in left
        ],
    }
    lines = [context.say("cli.notices.channel", name=one.name) for one in archive.channels]
    context.answer(document, "\n".join([*(lines or [context.say("cli.notices.none")]), *columns(rows)]))


def _again(context: Context, job: Job) -> str:
    return context.words.time(next_try(job).isoformat()) if job.state == "waiting" else "—"


@notices.command()
@pass_context
def test(context: Context) -> None:
    """Gửi thử một thông báo và cho biết kết quả / send a test notice and say what happened."""
    context.require(Action.ADMINISTER)
    channels = context.archive.channels
    if not channels:
        raise UsageError("NOTICES_NONE")
    message = of_test(context.archive, context.user.name)
    results = [(one.name, _sent(one, message)) for one in channels]
    document = [{"channel": name, "ok": error is None, "error": error.code if error else "",
                 "reason": str(error.data.get("reason", "")) if error else ""} for name, error in results]  # fmt: skip
    lines = [
        context.say("cli.notices.sent", name=name) if error is None
        else context.say("cli.notices.failed", name=name, reason=error_text(error, context.lang))
        for name, error in results
    ]  # fmt: skip
    context.answer({"id": message.id, "channels": document}, "\n".join(lines))
    if any(error for _, error in results):
        exit_with(EXIT_OPERATIONAL)


def _sent(channel: Channel, message: Message) -> FondsError | None:
    try:
        channel.send(message)
    except FondsError as error:
        return error
    return None
