"""System calls that Python does not offer: writing out a whole file system, and starting to write out one file."""

from __future__ import annotations

import ctypes
import os
import re

_LIBC = ctypes.CDLL(None, use_errno=True)
_WRITE = 2
"""SYNC_FILE_RANGE_WRITE: begin writing the dirty pages out, do not wait for them."""


def sync_file_system(handle: int) -> bool:
    """Make everything durable that was written to the file system of an open file or folder, names included.

    One call for any number of files. It tells of pages that could not be written since ``handle`` was opened. Returns
    False, and has done nothing, where the system has no such call or would keep quiet about such pages: each file must
    be synced by itself there. Raises OSError.
    """
    if not _TELLS:
        return False
    if _LIBC.syncfs(ctypes.c_int(handle)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return True


def tells_of_errors(system: str, release: str) -> bool:
    """Say whether ``syncfs`` of a system reports what could not be written: Linux does since 5.8 (syncfs(2))."""
    numbers = re.match(r"(\d+)\.(\d+)", release)
    return system == "Linux" and numbers is not None and (int(numbers[1]), int(numbers[2])) >= (5, 8)


_TELLS = hasattr(_LIBC, "syncfs") and tells_of_errors(os.uname().sysname, os.uname().release)


_sync_file_range = getattr(_LIBC, "sync_file_range", None)
if _sync_file_range:
    _sync_file_range.argtypes = [ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint]


def start_writing_out(handle: int, start: int = 0, size: int = 0) -> None:
    """Let the disk begin with ``size`` bytes of a file from ``start`` on (0: to its end) while more is read.

    A hint, which cannot fail.
    """
    if _sync_file_range:
        _sync_file_range(handle, start, size, _WRITE)
