"""Writing files out some way behind the copying, and letting go of their memory once they are on the disk.

A copy that leaves this to the system fills all memory with pages still to be written, pushes out what others had there,
and waits for all of it in the end. Here the disk is busy from the first file on, the same few megabytes are used again
and again, and what is left for the last sync is short (``python -m benchmarks bag``).
"""

from __future__ import annotations

import os
from collections import deque

from fonds.packaging.syncing import start_writing_out

PIECE = 4 * 1024 * 1024
"""Bytes of a large file that are written out together."""
_BYTES = 16 * 1024 * 1024
"""How far behind: a disk that needs longer only keeps more in memory."""
_FILES = 128
"""How many files are held open at most."""
_TOGETHER = 64
"""Small files that are written out one right after the other: the disk is woken once and not for each."""


class Behind:
    """Follows files while they are written, one after the other, and takes over their handles.

    Nothing here makes anything durable: a sync has to follow.
    """

    def __init__(self) -> None:
        self._pieces: deque[tuple[int, int, int, bool]] = deque()
        self._waiting = self._files = 0
        self._begun = self._written = 0
        self._new: list[tuple[int, int, int]] = []
        self._new_bytes = 0

    def wrote(self, handle: int, size: int) -> None:
        """Hear that ``size`` more bytes were written to a file."""
        self._written += size
        if self._written - self._begun >= PIECE:
            self._add(handle, last=False)

    def end(self, handle: int) -> None:
        """Hear that no more comes; the handle is closed in time, and not the caller's any more."""
        self._add(handle, last=True)
        self._begun = self._written = 0

    def _add(self, handle: int, *, last: bool) -> None:
        size = self._written - self._begun
        self._pieces.append((handle, self._begun, size, last))
        self._waiting, self._files = self._waiting + size, self._files + last
        self._new.append((handle, self._begun, size))
        self._new_bytes += size
        self._begun = self._written
        if self._new_bytes >= PIECE or len(self._new) >= _TOGETHER:
            self._write_out()
        while self._waiting > _BYTES or self._files > _FILES:
            self._let_go()

    def _write_out(self) -> None:
        for piece in self._new:
            start_writing_out(*piece)
        self._new, self._new_bytes = [], 0

    def close(self) -> None:
        """Let go of all."""
        self._write_out()
        while self._pieces:
            self._let_go()

    def _let_go(self) -> None:
        handle, start, size, last = self._pieces.popleft()
        self._waiting, self._files = self._waiting - size, self._files - last
        try:
            os.posix_fadvise(handle, start, size, os.POSIX_FADV_DONTNEED)
        finally:
            if last:
                os.close(handle)
