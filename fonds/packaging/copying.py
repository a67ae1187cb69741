"""Copying many files of one folder, with any number of digests of what is written in the same pass.

This is what the worker processes of ``crew`` run when they are given a folder to write to.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

from fonds.packaging.beneath import Beneath
from fonds.packaging.hashing import BUFFER, Told, blocks, new_digests, opened
from fonds.packaging.syncing import start_writing_out

LARGE = 1024 * 1024
"""From this size on a copied file begins its way to the disk at once."""


def copy_files(
    source: Beneath, target: Beneath, paths: Sequence[str], algorithms: Sequence[str], *, sync: bool
) -> list[Told]:
    """Copy files to the same paths below ``target``, whose folders are there; the digests are of what is written.

    Each keeps its time of modification. ``sync`` makes every file durable by itself. Never raises for what the disk
    does.
    """
    buffer = bytearray(BUFFER)
    outcomes: list[Told] = []
    for path, handle in zip(paths, opened(source, paths), strict=True):
        if isinstance(handle, OSError):
            outcomes.append((0, (), handle.errno or errno.EIO, "source"))
        else:
            outcomes.append(_copy(handle, target, path, algorithms, buffer, sync))
    return outcomes


def _copy(handle: int, target: Beneath, path: str, algorithms: Sequence[str], buffer: bytearray, sync: bool) -> Told:
    side = "target"
    out = -1
    try:
        out = target.create_file(path)
        before = os.fstat(handle)
        digests, size = new_digests(algorithms), 0
        side = "source"
        for block in blocks(handle, buffer):
            for digest in digests:
                digest.update(block)
            size += len(block)
            side = "target"
            _write(out, block)
            side = "source"
        side = "target"
        _finish(out, size, before.st_mtime_ns, sync)
        if _changed(before, os.fstat(handle), size):
            return size, (), errno.ESTALE, "source"
        return size, tuple(digest.hexdigest() for digest in digests), 0, ""
    except OSError as error:
        return 0, (), error.errno or errno.EIO, side
    finally:
        os.close(handle)
        if out >= 0:
            os.close(out)


def _write(out: int, block: memoryview) -> None:
    while block:
        block = block[os.write(out, block) :]


def _finish(out: int, size: int, modified: int, sync: bool) -> None:
    os.utime(out, ns=(modified, modified))
    if sync:
        os.fsync(out)
    elif size > LARGE:
        start_writing_out(out)


def _changed(before: os.stat_result, after: os.stat_result, size: int) -> bool:
    # mtime alone misses a change within one tick of the clock, the size alone misses one in place.
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size
