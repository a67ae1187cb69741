"""Worker processes on this machine. They only run work; the job table is the truth about it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import ParamSpec, TypeVar

from fonds.errors import FondsError

P = ParamSpec("P")
T = TypeVar("T")

_PRELOAD = ["fonds.repository.access", "fonds.repository.fixity"]
"""What every worker needs, loaded once in the server that workers are forked from; no image library is among it."""


def _quiet() -> None:
    # Ctrl-C reaches the whole group; the parent decides when to stop, and its workers must not die in mid-file.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A worker whose parent was killed would wait for ever for work that nobody can give it any more.
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


class _Pool(ProcessPoolExecutor):
    """Starts its processes from a thread of its own.

    Python raises an interrupt in the main thread: it can never come between making a process and knowing of it.
    """

    def __init__(self, workers: int, context: BaseContext) -> None:
        super().__init__(workers, mp_context=context, initializer=_quiet)
        self._starter = ThreadPoolExecutor(1)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit as every executor does; a process that is needed for it is started."""
        return self._starter.submit(partial(super().submit, fn, *args, **kwargs)).result()

    def start_no_more(self) -> None:
        """Return when no process is being started any more; nothing can be submitted then."""
        self._starter.shutdown()


@contextmanager
def process_pool(workers: int) -> Iterator[Executor]:
    """Give a pool of ``workers`` processes (0: one a core).

    They are started from a clean server process, not forked from one that has threads, open databases or image
    libraries in it. When the ``with`` is left by an error or an interrupt, what they still do is of no use any more and
    they are ended at once. Raises FondsError WORKERS_LOST when one of them died (killed for want of memory, or by a
    library that crashed).
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    count = workers or len(os.sched_getaffinity(0))
    pool = _Pool(count, context)
    others = set(multiprocessing.active_children())
    try:
        yield pool
    except BrokenExecutor as error:
        raise FondsError("WORKERS_LOST") from error
    except BaseException:
        pool.start_no_more()
        _end(set(multiprocessing.active_children()) - others)
        raise
    finally:
        pool.start_no_more()
        pool.shutdown(wait=True, cancel_futures=True)


def _end(workers: set[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
