"""Worker processes on this machine. They only run work; the job table is the truth about it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from fonds.errors import FondsError

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
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_quiet)
    others = set(multiprocessing.active_children())
    try:
        yield pool
    except BrokenExecutor as error:
        raise FondsError("WORKERS_LOST") from error
    except BaseException:
        _end(set(multiprocessing.active_children()) - others)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end(workers: set[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
