"""System calls that Python does not offer: writing out a whole file system, and starting to write out one file."""

from __future__ import annotations

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)
_WRITE = 2
"""SYNC_FILE_RANGE_WRITE: begin writing the dirty pages out, do not wait for them."""


def sync_file_system(handle: int) -> None:
    """Make everything durable that was written to the file system of an open file or folder.

    One call for any number of files; since Linux 5.8 it also tells of pages that could not be written. Raises OSError.
    """
    if not hasattr(_LIBC, "syncfs"):
        os.sync()
        return
    if _LIBC.syncfs(ctypes.c_int(handle)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def start_writing_out(handle: int) -> None:
    """Let the disk begin with a file's content while the next one is read: a hint, which cannot fail."""
    if hasattr(_LIBC, "sync_file_range"):
        _LIBC.sync_file_range(ctypes.c_int(handle), ctypes.c_int64(0), ctypes.c_int64(0), ctypes.c_uint(_WRITE))
