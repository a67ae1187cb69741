"""Worker processes on this machine. They only run work; the job table is the truth about it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from typing import ParamSpec, TypeVar

from fonds.errors import FondsError
from fonds.repository.limits import Limits, WorkerDiedError, enforce
from fonds.repository.worker_server import start_without_interrupts, worker_context

P = ParamSpec("P")
T = TypeVar("T")

_Call = tuple[Callable[..., object], tuple[object, ...], dict[str, object]]


@contextmanager
def process_pool(workers: int, limits: Limits = Limits()) -> Iterator[Executor]:  # noqa: B008 - a frozen value
    """Give a pool of ``workers`` processes (0: one a core), each under ``limits``.

    They are started from a clean server process, not forked from one that has threads, open databases or image
    libraries in it. A worker that dies (refused memory, out of time, a library that crashed) loses the work it was at,
    whose future raises WorkerDiedError, and nothing else: another is started in its place. When the ``with`` is left by
    an error or an interrupt, what the workers still do is of no use any more and they are ended at once. Raises
    FondsError WORKERS_LOST when nobody has dealt with a death.
    """
    pool = _Pool(workers or len(os.sched_getaffinity(0)), worker_context(), limits)
    try:
        yield pool
    except BaseException as error:
        pool.end_now()
        if isinstance(error, BrokenExecutor):
            raise FondsError("WORKERS_LOST") from error
        raise
    finally:
        pool.shutdown(cancel_futures=True)


class _Pool(Executor):
    """One thread for each worker, which starts it, hands it its work and starts another when it has died.

    Python raises an interrupt in the main thread: it can never come between making a process and knowing of it.
    """

    def __init__(self, count: int, context: ForkServerContext, limits: Limits) -> None:
        self._context, self._limits = context, limits
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")
        self._lock = threading.Lock()
        self._workers: dict[int, _Worker] = {}
        self._ending = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit as every executor does."""
        return self._threads.submit(partial(self._run, fn, *args, **kwargs))

    def _run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        thread = threading.get_ident()
        try:
            return self._worker(thread).call(fn, *args, **kwargs)
        except WorkerDiedError:
            self._workers.pop(thread, None)
            raise

    def _worker(self, thread: int) -> _Worker:
        with self._lock:
            if self._ending:
                raise WorkerDiedError("ended")
            if thread not in self._workers:
                start_without_interrupts()
                self._workers[thread] = _Worker(self._context, self._limits)
            return self._workers[thread]

    def end_now(self) -> None:
        """End the workers in the midst of their work."""
        with self._lock:
            self._ending = True
            for worker in self._workers.values():
                worker.process.terminate()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Shut down as every executor does; with ``wait`` no process stays."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        if wait:
            for worker in self._workers.values():
                worker.close()
            self._workers.clear()


class _Worker:
    """A process that does one piece of work after the other."""

    def __init__(self, context: ForkServerContext, limits: Limits) -> None:
        self._ours, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, limits))
        self.process.start()
        theirs.close()

    def call(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have something done. Raises what it raises, or WorkerDiedError."""
        try:
            self._ours.send((fn, args, kwargs))
            result, error = self._ours.recv()
        except (EOFError, ConnectionError):
            self.close()
            raise WorkerDiedError.of_exit(self.process.exitcode) from None
        if error is not None:
            raise error
        done: T = result
        return done

    def close(self) -> None:
        """Let the process end, and wait for it."""
        self._ours.close()
        self.process.join()


def _serve(theirs: Connection, limits: Limits) -> None:
    """Be a worker: take calls until nobody makes them any more."""
    _quiet()
    enforce(limits)
    with suppress(EOFError, ConnectionError):
        while True:
            answer = _answer(theirs.recv())
            try:
                theirs.send(answer)
            except (TypeError, AttributeError, ValueError) as error:  # an answer that cannot travel
                theirs.send((None, RuntimeError(f"{type(error).__name__}: {error}")))


def _answer(call: _Call) -> tuple[object, Exception | None]:
    fn, args, kwargs = call
    try:
        return fn(*args, **kwargs), None
    except Exception as error:  # noqa: BLE001 - whatever the work raises belongs to whoever asks for its result
        return None, error


def _quiet() -> None:
    # Ctrl-C reaches the whole group; the parent decides when to stop, and its workers must not die in mid-file.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    # A library that ends its process says so at length; the user is told by the finding.
    sys.stderr.flush()
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a file of ours
        os.dup2(nowhere.fileno(), 2)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A worker whose parent was killed would wait for ever for work that nobody can give it any more.
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
