"""``fonds serve``: the reading room, and the background work beside it."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces

from fonds.cli.context import Context, pass_context
from fonds.cli.worker import start_worker
from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.policy import Action

_WORK_EVERY_SECONDS = 5.0
_THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Tiến trình / processes.")
@pass_context
def serve(context: Context, host: str, port: int, workers: int) -> None:
    """Mở phòng đọc / open the reading room."""
    context.require(Action.ADMINISTER)
    serve_archive(context, context.archive, host, port, workers)


def serve_archive(context: Context, archive: Archive, host: str, port: int, workers: int) -> None:
    """Serve until somebody stops it. Raises FondsError PORT_TAKEN before anything is started."""
    _require_port(host, port)
    context.note("cli.serve.open", url=f"http://{'[' + host + ']' if ':' in host else host}:{port}/")
    stop = threading.Event()
    helper = threading.Thread(target=_keep_working, args=(archive, stop), daemon=True)
    helper.start()
    os.environ["FONDS_REPO"] = str(archive.root)
    try:
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
    finally:
        stop.set()
    context.note("cli.serve.closed")


def _require_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise FondsError("PORT_TAKEN", host=host, port=port, reason=error.strerror) from error


def _keep_working(archive: Archive, stop: threading.Event) -> None:
    """Start the background worker whenever something waits."""
    while not stop.wait(_WORK_EVERY_SECONDS):
        try:
            waits = any(states.get("waiting") for states in archive.jobs.counts().values())
        except FondsError:
            continue  # a busy catalogue is asked again; what waits is not lost
        if waits:
            start_worker(archive.root)
