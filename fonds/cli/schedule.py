"""``fonds schedule``: the daily audit by systemd or by ``fonds serve``, and whether the cycle holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from fonds import amounts
from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.groups import InOrder
from fonds.cli.people import facts
from fonds.errors import EXIT_PROBLEMS, FondsError, UsageError
from fonds.packaging.durable import write_atomically
from fonds.repository.deliveries.writing import rate as decimal
from fonds.repository.notices.queue import deliver
from fonds.repository.policy import Action
from fonds.repository.schedule.forecast import Forecast, Place
from fonds.repository.schedule.run import scheduled_audit, tell_of_the_week
from fonds.repository.schedule.state import ScheduleState, schedule_state
from fonds.repository.schedule.units import Wanted, copy_places, unit_files


@click.group(cls=InOrder)
def schedule() -> None:
    """Lịch kiểm tra toàn vẹn / the schedule of audits."""


@schedule.command()
@pass_context
def show(context: Context) -> None:
    """Lần kiểm tra tới, chu kỳ, dự báo / the next audit, the cycle, a forecast."""
    context.require(Action.READ_STATUS)
    state = schedule_state(context.archive)
    context.answer(_document(state), facts(list(_rows(context, state))))
    if state.forecast.warnings:
        exit_with(EXIT_PROBLEMS)


def _document(state: ScheduleState) -> dict[str, object]:
    return {
        "at": state.at,
        "next_run": state.next_run.isoformat(timespec="seconds") if state.next_run else "",
        "next_due": state.next_due,
        "last": asdict(state.last) if state.last else None,
        "places": [
            {**asdict(one.cycle), "days": one.days, "fresh": one.fresh, "next_due": one.next_due}
            for one in state.places
        ],
        "forecast": {**asdict(state.forecast), "warnings": [one.value for one in state.forecast.warnings]},
    }


def _rows(context: Context, state: ScheduleState) -> Iterator[tuple[str, str]]:
    say, time = context.say, context.words.time
    began = time(state.next_run.isoformat()) if state.next_run else ""
    yield say("cli.schedule.next"), say("cli.schedule.next.at", at=began) if began else say("cli.schedule.next.none")
    if state.last:
        key = "cli.schedule.last.whole" if state.last.complete else "cli.schedule.last.cut"
        size = context.words.size(state.last.bytes)
        yield say("cli.schedule.last"), say(key, at=time(state.last.started), packages=state.last.packages, size=size)
    for place in state.places:
        yield say("cli.schedule.place", copy=place.cycle.copy), "\n".join(_place(context, place))
    yield say("cli.schedule.forecast"), "\n".join(_forecast(context, state.forecast))


def _place(context: Context, place: Place) -> Iterator[str]:
    cycle, words = place.cycle, context.words
    if not cycle.packages:
        yield context.say("cli.schedule.place.empty", days=place.days)
        return
    # 100 only when nothing at all is left.
    percent = int(100 * (place.fresh or 0)) if cycle.due else 100
    yield context.say("cli.schedule.place.fresh", percent=percent, packages=cycle.packages, days=place.days)
    if cycle.due:
        yield context.say("cli.schedule.place.due", due=cycle.due, size=words.size(cycle.due_bytes), never=cycle.never)
    else:
        yield context.say("cli.schedule.place.next", at=words.time(place.next_due))


def _forecast(context: Context, made: Forecast) -> Iterator[str]:
    say, words = context.say, context.words
    if made.rate is not None:
        yield say("cli.schedule.rate", rate=words.size(round(made.rate)))
    if made.cycle_days is not None:
        yield say("cli.schedule.cycle", days=decimal(max(made.cycle_days, 0.1), context.lang))
    if made.due and made.completes is not None:
        yield say("cli.schedule.completes", at=words.time(made.completes.isoformat()))
    if not made.due:
        yield say("cli.schedule.nothing")
    for one in made.warnings:
        yield say(f"schedule.warning.{one.value}")


@schedule.command()
@pass_context
def run(context: Context) -> None:
    """Kiểm tra những gì đến hạn rồi gửi thông báo / audit what is due, then send notices."""
    context.require(Action.AUDIT)
    archive, agent = context.archive, context.user.name
    try:
        result = scheduled_audit(archive, agent)
    except FondsError:
        with suppress(FondsError):  # that it broke off is told, as far as can be: the error itself goes first
            deliver(archive, agent=agent)
        raise
    tell_of_the_week(archive)
    delivered = deliver(archive, agent=agent)
    for name, error in delivered.failed:
        context.note("cli.notices.failed", name=name, reason=f"{error.code} {error.data.get('reason', '')}".strip())
    done = result.run
    document = {
        "run": done.id, "complete": done.complete, "packages": done.packages, "problems": len(result.problems),
        "ok": result.good, "notices": {"sent": len(delivered.sent), "failed": len(delivered.failed)},
    }  # fmt: skip
    key = "cli.schedule.run.good" if result.good else "cli.schedule.run.bad"
    size = context.words.size(done.bytes)
    context.answer(document, context.say(key, run=done.id, packages=done.packages, size=size))
    if not result.good:
        exit_with(EXIT_PROBLEMS)


@schedule.command()
@click.option("--system", is_flag=True, help="Cho cả máy, cần quyền root / for the machine; needs root.")
@click.option("--user", is_flag=True, help="Cho tài khoản này (mặc định) / for this account (the default).")
@click.option("--at", default="", metavar="HH:MM", help="Giờ chạy hằng ngày; thiếu thì lấy audit_at / the time of day.")
@click.option("--print", "only_print", is_flag=True, help="Chỉ in ra, không ghi / print them, write nothing.")
@pass_context
def install(context: Context, *, system: bool, user: bool, at: str, only_print: bool) -> None:
    """Ghi tệp dịch vụ và hẹn giờ của systemd / write the service and timer for systemd."""
    context.require(Action.ADMINISTER)
    if system and user:
        raise click.UsageError(context.say("cli.schedule.one_of"))
    wanted = _wanted(context, system=system, at=at)
    files = unit_files(wanted)
    if only_print:
        context.answer({"files": files}, "\n".join(f"# {name}\n{said}" for name, said in files.items()))
        return
    folder = Path("/etc/systemd/system") if system else _user_folder()
    _write(folder, files)
    timer = next(name for name in files if name.endswith(".timer"))
    paths = [str(folder / name) for name in files]
    manager = "systemctl" if system else "systemctl --user"
    context.answer(
        {"files": paths, "enable": f"{manager} daemon-reload && {manager} enable --now {timer}"},
        context.say(
            "cli.schedule.installed",
            files="\n  ".join(paths),
            manager=manager,
            timer=timer,
            environment=wanted.environment.replace("%h", "~"),
        ),
    )


def _wanted(context: Context, *, system: bool, at: str) -> Wanted:
    archive = context.archive
    at = at or archive.settings.audit_at or "20:00"
    try:
        amounts.clock(at)
    except ValueError:
        raise UsageError("SCHEDULE_TIME", at=at) from None
    account = _owner(archive.root) if system else ""
    return Wanted(archive.root, copy_places([one.url for one in archive.copies.copies()]), at, account)


def _owner(root: Path) -> str:
    """Return the account that a repository belongs to, its number where it has no name."""
    try:
        return root.owner()
    except KeyError:
        return str(root.stat().st_uid)


def _user_folder() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(config) if config else Path.home() / ".config") / "systemd" / "user"


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write unit files. Raises FondsError OUTPUT_FAILED."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, said in files.items():
            write_atomically(folder / name, said.encode())
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=folder, reason=error.strerror or str(error)) from error
