"""``fonds serve``: the reading room, and the background work beside it."""

from __future__ import annotations

import errno
import os
import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fonds.cli.context import Context, pass_context
from fonds.cli.worker import needs_worker, start_audit, start_worker
from fonds.errors import FondsError, UsageError
from fonds.repository.archive import Archive
from fonds.repository.policy import Action
from fonds.repository.schedule.run import tell_of_the_week
from fonds.repository.schedule.state import should_start

_WORK_EVERY_SECONDS = 5.0
_SCHEDULE_EVERY_SECONDS = 60.0
_PATIENCE_SECONDS = 20.0
_THREADS = 8
_HERE = ("127.0.0.1", "::1", "localhost")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ / address.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Cổng / port.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Tiến trình / processes.")
@click.option("--staff", is_flag=True, help="Mở cả bàn làm việc, chỉ trên máy này / the staff's desk, on this machine.")
@pass_context
def serve(context: Context, *, host: str, port: int, workers: int, staff: bool) -> None:
    """Mở phòng đọc / open the reading room."""
    context.require(Action.ADMINISTER)
    if staff and host not in _HERE:
        raise UsageError("STAFF_ONLY_HERE", host=host)
    serve_archive(context, context.archive, host, port, workers, staff=staff)


def serve_archive(
    context: Context, archive: Archive, host: str, port: int, workers: int, *, staff: bool = False
) -> None:
    """Serve until somebody stops it. Raises what ``require_port`` does before anything is started."""
    from granian import Granian  # noqa: PLC0415 - slow to load, and the demonstration ends here or never comes here
    from granian.constants import Interfaces  # noqa: PLC0415

    require_port(host, port)
    url = f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
    context.note("cli.serve.open", url=url)
    os.environ["FONDS_REPO"] = str(archive.root)
    if staff:
        key = secrets.token_urlsafe(32)
        os.environ |= {"FONDS_DESK_KEY": key, "FONDS_DESK_USER": context.user.name}
        context.note("cli.serve.desk", url=f"{url}desk/enter?key={key}")
    with _background_work(archive):
        Granian(
            "fonds.viewer.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            factory=True,
            workers=workers,
            blocking_threads=_THREADS,
            working_dir=Path("/"),
            log_enabled=False,
        ).serve()
    context.note("cli.serve.closed")


def require_port(host: str, port: int) -> None:
    """Make sure that the reading room can be opened there. Raises FondsError PORT_TAKEN or ADDRESS_UNUSABLE."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            code = "PORT_TAKEN" if taken else "ADDRESS_UNUSABLE"
            raise FondsError(code, host=host, port=port, reason=error.strerror or str(error)) from error


@contextmanager
def _background_work(archive: Archive) -> Iterator[None]:
    """Start the background worker whenever something waits, and audits when it is time; ends what it started."""
    stop = threading.Event()
    started: dict[str, subprocess.Popen[bytes]] = {}
    helper = threading.Thread(target=_keep_working, args=(archive, stop, started), daemon=True)
    helper.start()
    try:
        yield
    finally:
        stop.set()
        helper.join()
        for process in started.values():
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _keep_working(archive: Archive, stop: threading.Event, started: dict[str, subprocess.Popen[bytes]]) -> None:
    looked = time.monotonic() - _SCHEDULE_EVERY_SECONDS
    while not stop.wait(_WORK_EVERY_SECONDS):
        try:
            if time.monotonic() - looked >= _SCHEDULE_EVERY_SECONDS:
                looked = time.monotonic()
                _keep_schedule(archive, started)
            if needs_worker(archive):
                started["worker"] = start_worker(archive.root)
        except (FondsError, OSError):
            continue  # a busy catalogue or a full disk is asked again; what waits is not lost


def _keep_schedule(archive: Archive, started: dict[str, subprocess.Popen[bytes]]) -> None:
    tell_of_the_week(archive)
    running = started.get("audit")
    if (running is None or running.poll() is not None) and should_start(archive):
        started["audit"] = start_audit(archive.root)
