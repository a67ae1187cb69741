"""The clean process that workers are forked from: one that has no threads, open databases or image libraries in it."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext

_PRELOAD = ["fonds.repository.access", "fonds.repository.fixity"]
"""What every worker needs, loaded once in the server that workers are forked from; no image library is among it."""


def worker_context() -> ForkServerContext:
    """Return what makes worker processes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    return context


def start_early() -> None:
    """Have the server loaded while this process does other work, such as loading the catalogue.

    For a command that will most probably want workers; it returns at once.
    """
    worker_context()
    threading.Thread(target=_start, name="worker server").start()


def _start() -> None:
    start_without_interrupts()
    forkserver.ensure_running()


def start_without_interrupts() -> None:
    """Let no process that this thread starts hear Ctrl-C, which a terminal tells to all of them.

    The server would end with a traceback while it is being loaded. When a process ends is decided by its parent.
    """
    resource_tracker.ensure_running()  # when it starts its own process, it lets interrupts in again
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
