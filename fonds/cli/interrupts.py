"""Ctrl-C, and being told to end by the system: orderly once, and never a traceback."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from fonds.errors import EXIT_INTERRUPTED
from fonds.packaging.interrupts import interrupt

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOT_TAKEN = (signal.SIG_DFL, signal.default_int_handler)
_SOON = 0.01
"""Seconds."""


@contextmanager
def interruptible(waiting: str) -> Iterator[None]:
    """Turn the first Ctrl-C, SIGTERM or SIGHUP into KeyboardInterrupt, raised wherever the work is, or after ``Held``.

    The second only prints ``waiting``: what is under way is being ended. The third ends the process on the spot, which
    is as safe as a power cut. A signal that was being ignored (nohup) stays ignored.
    """
    heard = _Heard(waiting)
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if handler in _NOT_TAKEN:
            signal.signal(number, heard.stop)
    sys.unraisablehook = heard.lost
    try:
        yield
    finally:
        sys.unraisablehook = heard.tell
        # After an interrupt the process is about to end: a further one is of no use, and must not kill it meanwhile.
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if heard.last else handler)


class _Heard:
    """How often a signal was heard, and what is done then.

    ``last`` is the number of the last one, 0 before any; ``tell`` is what tells of errors that Python drops.
    """

    def __init__(self, waiting: str) -> None:
        self._waiting, self.tell = waiting, sys.unraisablehook
        self._times = self.last = 0

    def stop(self, number: int, _frame: FrameType | None) -> None:
        """Hear a signal."""
        self._times, self.last = self._times + 1, number
        if self._times == 1:
            # A library that is interrupted in mid-call logs the traceback of it, which is no news to anybody.
            logging.disable()
            interrupt()
        elif self._times == 2:
            os.write(2, self._waiting.encode() + b"\n")
        else:
            os._exit(EXIT_INTERRUPTED)

    def lost(self, told: sys.UnraisableHookArgs) -> None:
        """Have an interrupt come again that was raised where Python drops whatever is raised.

        That is where it takes away what nobody needs any more: ``__del__``, garbage.
        """
        if self._times and issubclass(told.exc_type, KeyboardInterrupt):
            self._times = 0
            threading.Timer(_SOON, signal.pthread_kill, (threading.main_thread().ident, self.last)).start()
        else:
            self.tell(told)
