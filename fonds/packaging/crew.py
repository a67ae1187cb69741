"""A few processes that read and hash, or copy, the files of one folder: the work that one core does not get done.

Below about 16 KiB a file two threads are slower than one, because each file is more Python than hashing; processes are
not. They are started by ``exec`` and told their work through pipes, so that nothing of this process (threads, locks,
open databases) is copied into them, and they are at work within a tenth of a second.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO

import fonds
from fonds.packaging.beneath import Beneath
from fonds.packaging.hand import Hand, Job, receive, send
from fonds.packaging.outcome import Outcome

BATCH_FILES = 256
"""Files in a batch: one job a file costs 65 % more processor time."""
BATCH_BYTES = 32 * 1024 * 1024
"""Bytes after which a batch is closed, so that large files are spread over all processes."""
_AT_HOME_BATCHES = 4
_AT_HOME_BYTES = 64 * 1024 * 1024
"""Work as small as these two is done before the first process would have started."""
_START = "import sys; sys.path.insert(0, sys.argv[1]); from fonds.packaging.hand import main; main()"


@dataclass(frozen=True, slots=True)
class Batch:
    """Files for one go: their paths, with '/', and the algorithms (names of hashlib).

    ``tag`` comes back untouched; ``size`` is the sum of their bytes as far as it is known.
    """

    paths: Sequence[str]
    algorithms: Sequence[str]
    size: int = 0
    tag: int = 0
    sync: bool = False

    def job(self) -> Job:
        """Return what a process is told."""
        return list(self.paths), list(self.algorithms), self.sync


class Crew:
    """Reads or copies batches of files on ``workers`` processes (0: in this process alone).

    ``source`` and ``target`` are handles of open folders; with a target the files are copied. The processes are
    started only when there is enough work for them, and are ended, at once if need be, when the crew is left.
    """

    def __init__(self, workers: int, source: int, target: int = -1) -> None:
        self._workers, self._handles = workers, (source, target)
        self._source, self._target = Beneath(source), Beneath(target) if target >= 0 else None
        self._hand = Hand(self._source, self._target)
        self._free: SimpleQueue[_Pipes] = SimpleQueue()
        self._all: list[subprocess.Popen[bytes]] = []
        # Its threads only wait for the processes; none is started before there is a process to wait for.
        self._threads = ThreadPoolExecutor(max(1, workers), thread_name_prefix="crew")

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for process in self._all:
            process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for process in self._all:
            process.communicate()
        self._hand.close()
        self._source.close()
        if self._target:
            self._target.close()

    def run(self, batches: Iterable[Batch], meanwhile: Iterable[None] = ()) -> Iterator[tuple[Batch, list[Outcome]]]:
        """Yield each batch with an outcome a file, in the order in which they get done.

        ``meanwhile`` is other work of the caller, taken up step by step while the processes are busy, and finished in
        any case.
        """
        coming, idle = iter(batches), iter(meanwhile)
        first, more = self._first(coming)
        if more:
            yield from self._outside(chain(first, coming), idle)
        else:
            yield from self._at_home(chain(first, coming), idle)

    def _at_home(self, coming: Iterator[Batch], idle: Iterator[None]) -> Iterator[tuple[Batch, list[Outcome]]]:
        for _ in idle:
            pass
        for batch in coming:
            yield batch, self._here(batch)

    def _first(self, coming: Iterator[Batch]) -> tuple[list[Batch], bool]:
        """Take the first batches, and say whether it is worth to start processes for them and what follows."""
        first: list[Batch] = []
        while self._workers and len(first) < _AT_HOME_BATCHES and sum(b.size for b in first) < _AT_HOME_BYTES:
            batch = next(coming, None)
            if batch is None:
                return first, False
            first.append(batch)
        return first, self._workers > 0

    def _outside(self, coming: Iterator[Batch], idle: Iterator[None]) -> Iterator[tuple[Batch, list[Outcome]]]:
        self._start()
        # Two batches a process wait in line: none ever stands still, and the memory in use stays bounded.
        room = 3 * self._workers
        running: dict[Future[list[Outcome]], Batch] = {}
        while True:
            while len(running) < room and (batch := next(coming, None)) is not None:
                running[self._threads.submit(self._there, batch)] = batch
            if not running:
                break
            while not any(future.done() for future in running):
                if next(idle, _NOTHING) is _NOTHING:
                    wait(running, return_when=FIRST_COMPLETED)
            for future in [future for future in running if future.done()]:
                yield running.pop(future), future.result()
        for _ in idle:
            pass

    def _start(self) -> None:
        source, target = self._handles
        place = str(Path(fonds.__file__).parent.parent)
        command = [sys.executable, "-I", "-S", "-c", _START, place, str(source), str(target)]
        # A terminal tells Ctrl-C to every process, and one still loading would end with a traceback. It inherits
        # that it hears none; and here none comes between starting a process and knowing of it.
        heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(self._workers):
                self._begin(command)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, heard)

    def _begin(self, command: Sequence[str]) -> None:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[handle for handle in self._handles if handle >= 0],
        )
        self._all.append(process)
        if process.stdin and process.stdout:
            self._free.put(_Pipes(process.stdin, process.stdout))

    def _here(self, batch: Batch) -> list[Outcome]:
        return [Outcome(*one) for one in self._hand.do(batch.job())]

    def _there(self, batch: Batch) -> list[Outcome]:
        """Give a batch to a free process and wait for its answer; the thread costs nothing while it waits."""
        pipes = self._free.get()
        try:
            send(pipes.work, batch.job())
            answer = receive(pipes.answers)
        finally:
            # A broken pair goes back too, so that the next batch fails as well instead of waiting for ever.
            self._free.put(pipes)
        if answer is None:
            raise BrokenPipeError("a worker process ended before its work was done")
        return [Outcome(*one) for one in answer]


_NOTHING = object()


@dataclass(frozen=True, slots=True)
class _Pipes:
    """The two ends of a process: jobs go in, answers come out."""

    work: IO[bytes]
    answers: IO[bytes]


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))
