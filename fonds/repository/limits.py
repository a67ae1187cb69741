"""Limits of the work on one page: in a worker process the kernel keeps them, and breaking them ends that process only.

A decoder that was given a bomb cannot be asked to stop: it is deep in foreign code. So memory is limited for the whole
process, and a clock runs for each page, whose alarm nobody catches.
"""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use: ``memory`` bytes of its own, ``seconds`` for a page; 0 is no limit."""

    memory: int = 0
    seconds: int = 0


class WorkerDiedError(BrokenExecutor):
    """The worker died at this very work, and only this work is lost.

    ``reason`` is ``time`` (the clock of the page ran out), ``memory`` (the system ended it for want of memory) or
    ``crash`` (a library ended it, as many do when they are refused memory).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @classmethod
    def of_exit(cls, code: int | None) -> WorkerDiedError:
        """Return the error for a process that ended with this code (negative: the signal)."""
        return cls({-signal.SIGALRM: "time", -signal.SIGKILL: "memory"}.get(code or 0, "crash"))


class _Clock:
    seconds = 0
    running = 0


def enforce(limits: Limits) -> None:
    """Put this process, a worker, under limits, once and for all."""
    if limits.memory:
        # Not the address space: mapping a large file to read it takes no memory.
        resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, limits.memory))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _Clock.seconds = limits.seconds


@contextmanager
def page_clock() -> Iterator[None]:
    """Keep the time limit of a page while something is done with it. Does nothing outside a worker.

    Within another one, the clock starts anew at the beginning and at the end of this one.
    """
    next_page()
    _Clock.running += 1
    try:
        yield
    finally:
        _Clock.running -= 1
        if _Clock.seconds:
            signal.setitimer(signal.ITIMER_REAL, _Clock.seconds if _Clock.running else 0)


def next_page() -> None:
    """Start the clock anew: within ``page_clock`` the next page begins. Does nothing outside a worker."""
    if _Clock.seconds:
        signal.setitimer(signal.ITIMER_REAL, _Clock.seconds)
