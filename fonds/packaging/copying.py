"""Copying many files of one folder, with any number of digests of what is written in the same pass.

This is what the worker processes of ``crew`` run when they are given a folder to write to.
"""

from __future__ import annotations

import errno
import os

from fonds.packaging.behind import Behind
from fonds.packaging.beneath import Beneath
from fonds.packaging.hashing import BUFFER, Told, ahead, announce, new_digests

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    _Known = tuple[int, os.stat_result]


class _UnreadableError(Exception):
    """The source cannot be read: the number of the error."""


class Copier:
    """Copies files below ``source`` to the same paths below ``target``, whose folders are there."""

    def __init__(self, source: Beneath, target: Beneath) -> None:
        self._source, self._target = source, target
        self._behind = Behind()
        self._into = [bytearray(BUFFER)]
        self._view = memoryview(self._into[0])

    def close(self) -> None:
        """Let go of what was written last."""
        self._behind.close()

    def copy(self, paths: Sequence[str], algorithms: Sequence[str], *, sync: bool) -> list[Told]:
        """Copy files; the digests are of what is written.

        Each keeps its time of modification. ``sync`` makes every file durable by itself. Never raises for what the disk
        does.
        """
        outcomes: list[Told] = []
        coming = ahead(paths, self._open, _close)
        for path, found in zip(paths, coming, strict=True):
            if isinstance(found, OSError):
                outcomes.append((0, (), found.errno or errno.EIO, "source"))
            else:
                try:
                    outcomes.append(self._copy(*found, path, algorithms, sync))
                finally:
                    _close(found)
        return outcomes

    def _open(self, path: str) -> _Known:
        found = self._source.open_known(path)
        announce(found[0])
        return found

    def _copy(self, handle: int, before: os.stat_result, path: str, algorithms: Sequence[str], sync: bool) -> Told:
        try:
            out = self._target.create_file(path)
        except OSError as error:
            return 0, (), error.errno or errno.EIO, "target"
        try:
            size, digests = self._through(handle, before.st_size, out, algorithms)
            os.utime(out, ns=(before.st_mtime_ns, before.st_mtime_ns))
            if sync:
                os.fsync(out)
        except _UnreadableError as error:
            return 0, (), error.args[0], "source"
        except OSError as error:
            return 0, (), error.errno or errno.EIO, "target"
        finally:
            self._behind.end(out)
        if _changed(before, os.fstat(handle), size):
            return size, (), errno.ESTALE, "source"
        return size, digests, 0, ""

    def _through(self, handle: int, expected: int, out: int, algorithms: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """Copy the content, and return its size and digests; whether there is more than expected is not asked here."""
        digests, size = new_digests(algorithms), 0
        while count := self._read(handle):
            block = self._view[:count]
            for digest in digests:
                digest.update(block)
            _write(out, block)
            self._behind.wrote(out, count)
            size += count
            if size == expected:
                break
        return size, tuple([digest.hexdigest() for digest in digests])

    def _read(self, handle: int) -> int:
        try:
            return os.readv(handle, self._into)
        except OSError as error:
            raise _UnreadableError(error.errno or errno.EIO) from error


def _close(found: _Known) -> None:
    os.close(found[0])


def _write(out: int, block: memoryview) -> None:
    while block:
        block = block[os.write(out, block) :]


def _changed(before: os.stat_result, after: os.stat_result, size: int) -> bool:
    # mtime alone misses a change within one tick of the clock, the size alone misses one in place.
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size
