"""Reading, hashing and copying files in one pass, with the page cache out of the way when a disk is to be tested."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from fonds.packaging.syncing import start_writing_out
from fonds.packaging.walking import walked

BUFFER = 256 * 1024
"""Bytes read at a time: the fastest size measured for small and large files alike."""
_EAGER = 16 * 1024 * 1024
"""Bytes of a file after which the disk begins with them: the sync at the end, which must be waited for, is short."""
_LARGE = 1024 * 1024
"""From this size on the disk begins with the rest of a file as soon as it is written."""


def open_regular(path: str | Path) -> int:
    """Open a file for reading and return its handle. Raises OSError, also for a link, a folder, a pipe or a device."""
    # Without O_NONBLOCK the opening of a named pipe would wait for a writer, for ever; a file does not care.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "not a regular file", str(path))


def _blocks(handle: int, buffer: bytearray) -> Iterator[memoryview]:
    view = memoryview(buffer)
    while count := os.readv(handle, [buffer]):
        yield view[:count]


def hash_handle(handle: int, *, cold: bool = False, progress: Callable[[int], None] | None = None) -> tuple[int, str]:
    """Return (bytes read, SHA-256 hex) of an open file; ``progress`` gets the bytes read so far.

    ``cold`` drops the file from the page cache first and after, so that the answer comes from the disk. It is a
    request to the kernel, honoured for pages that are already written back. Raises OSError.
    """
    if cold:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    digest, size = hashlib.sha256(), 0
    for block in _blocks(handle, bytearray(BUFFER)):
        digest.update(block)
        size += len(block)
        if progress:
            progress(size)
    if cold:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    return size, digest.hexdigest()


def hash_file(path: Path, *, cold: bool = False, progress: Callable[[int], None] | None = None) -> tuple[int, str]:
    """Return (size in bytes, SHA-256 hex) of a file; never follows a link. Raises OSError."""
    handle = open_regular(path)
    try:
        return hash_handle(handle, cold=cold, progress=progress)
    finally:
        os.close(handle)


def copy_file(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file to a new name, hashing the bytes that are written; returns (size, SHA-256 hex).

    The source is opened read-only and not touched; the target must not be there yet. Raises OSError.
    """
    handle = open_regular(source)
    try:
        return copy_handle(handle, target)
    finally:
        os.close(handle)


def copy_handle(handle: int, target: Path) -> tuple[int, str]:
    """Copy an open file to a new name, hashing the bytes that are written; as ``copy_file``."""
    out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        return _copy(handle, out)
    finally:
        os.close(out)


def _copy(handle: int, out: int) -> tuple[int, str]:
    digest, size, begun = hashlib.sha256(), 0, 0
    for block in _blocks(handle, bytearray(BUFFER)):
        digest.update(block)
        write_all(out, block)
        size += len(block)
        if size - begun >= _EAGER:
            start_writing_out(out)
            begun = size
    if size > _LARGE:
        start_writing_out(out)
    return size, digest.hexdigest()


def leave_cache(root: Path) -> None:
    """Drop everything below a folder from the page cache: what is read next comes from the disk, as far as it can.

    For files that are written back already; it is a request to the kernel. Raises OSError.
    """
    for folder, _, names in walked(root):
        for name in names:
            handle = open_regular(folder / name)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


def write_all(out: int, block: memoryview) -> None:
    """Write all of a block, however little the system takes at a time. Raises OSError."""
    while block:
        block = block[os.write(out, block) :]


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 (hex) of bytes in memory."""
    return hashlib.sha256(content).hexdigest()
