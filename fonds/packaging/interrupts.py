"""When an interrupt is heard: never between taking a lock, a transaction or a folder and noting that it is ours.

Python raises KeyboardInterrupt between any two steps of the main thread. Where that would leave a lock or a transaction
that nobody lets go of any more, what comes after it in the same process (writing down that the work was interrupted)
would wait for it. Inside ``Held`` an interrupt waits; it is raised when the outermost section ends.
"""

from __future__ import annotations

import threading
from types import TracebackType


class _State:
    depth = 0
    pending = False


def interrupt() -> None:
    """Raise KeyboardInterrupt, now or at the end of the section that holds it. Called by a signal handler."""
    if _State.depth:
        _State.pending = True
    else:
        raise KeyboardInterrupt


class Held:
    """A short section, ``with Held():``, that an interrupt does not break. It may lie in another one.

    Raises KeyboardInterrupt at its end. Does nothing in other threads: Python interrupts the main thread only.
    """

    __slots__ = ("_counts",)

    def __enter__(self) -> None:
        self._counts = threading.current_thread() is threading.main_thread()
        if self._counts:
            _State.depth += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._counts:
            _State.depth -= 1
            if _State.pending and not _State.depth:
                _State.pending = False
                raise KeyboardInterrupt
