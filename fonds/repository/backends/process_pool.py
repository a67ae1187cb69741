"""Worker processes on this machine. They only run work; the job table is the truth about it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


def _quiet() -> None:
    # Ctrl-C reaches the whole group; the parent decides when to stop, and its workers must not die in mid-file.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)


@contextmanager
def process_pool(workers: int) -> Iterator[Executor]:
    """Give a pool of ``workers`` processes (0: one a core).

    They are started from a clean server process, not forked from one that has threads, open databases or image
    libraries in it.
    """
    context = multiprocessing.get_context("forkserver")
    count = workers or len(os.sched_getaffinity(0))
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_quiet)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
