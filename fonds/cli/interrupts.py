"""Ctrl-C, and being told to end by the system: orderly once, and never a traceback."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from fonds.errors import EXIT_INTERRUPTED
from fonds.packaging.interrupts import interrupt

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOT_TAKEN = (signal.SIG_DFL, signal.default_int_handler)


@contextmanager
def interruptible(waiting: str) -> Iterator[None]:
    """Turn the first Ctrl-C, SIGTERM or SIGHUP into KeyboardInterrupt, raised wherever the work is, or after ``Held``.

    The second only prints ``waiting``: what is under way is being ended. The third ends the process on the spot, which
    is as safe as a power cut. A signal that was being ignored (nohup) stays ignored.
    """
    told = 0

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        told += 1
        if told == 1:
            # A library that is interrupted in mid-call logs the traceback of it, which is no news to anybody.
            logging.disable()
            interrupt()
        elif told == 2:
            os.write(2, waiting.encode() + b"\n")
        else:
            os._exit(EXIT_INTERRUPTED)

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if handler in _NOT_TAKEN:
            signal.signal(number, stop)
    try:
        yield
    finally:
        # After an interrupt the process is about to end: a further one is of no use, and must not kill it meanwhile.
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if told else handler)
