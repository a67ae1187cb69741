"""One writer at a time: a lock that the kernel lets go of when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from fonds.errors import FondsError


@contextmanager
def file_lock(path: Path, purpose: str) -> Iterator[None]:
    """Hold the lock at ``path`` for a purpose ("ingest").

    Raises FondsError REPOSITORY_LOCKED with what the holder said of itself: its purpose, process and since when.
    """
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise FondsError("REPOSITORY_READ_ONLY", path=path, reason=error.strerror) from error
    try:
        _take(handle, path)
        said = {
            "purpose": purpose,
            "pid": os.getpid(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(said).encode(), 0)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FondsError("REPOSITORY_LOCKED", path=path, **_holder(handle)) from None


def _holder(handle: int) -> dict[str, object]:
    unknown: dict[str, object] = {"purpose": "?", "pid": "?", "since": "?"}
    try:
        said: dict[str, object] = json.loads(os.pread(handle, 4096, 0) or b"{}")
    except ValueError:
        return unknown
    return unknown | said
