"""One writer at a time: a lock that the kernel lets go of when its holder dies, however it dies."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from fonds.errors import FondsError


@contextmanager
def file_lock(path: Path, purpose: str) -> Iterator[None]:
    """Hold the lock at ``path`` for a purpose ("ingest").

    Raises FondsError REPOSITORY_LOCKED with what the holder said of itself: its purpose, process and since when;
    REPOSITORY_READ_ONLY when the lock file may not be written, STORE_FULL when there is no room for it, SYSTEM_FAILED
    when the disk or the system fails.
    """
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _refused(path, error) from error
    try:
        _take(handle, path, purpose)
        yield
        # What it says is of no use to anybody any more; that it cannot be taken away is no reason to fail now.
        with suppress(OSError):
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Say whether somebody holds the lock at ``path``. Raises OSError when it cannot be asked."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _take(handle: int, path: Path, purpose: str) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    said = json.dumps({"purpose": purpose, "pid": os.getpid(), "since": since})
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(handle, 0)
        os.pwrite(handle, said.encode(), 0)
    except BlockingIOError:
        raise FondsError("REPOSITORY_LOCKED", path=path, **_holder(handle)) from None
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> FondsError:
    """Return the error for a lock file that cannot be written."""
    code = _REFUSED.get(error.errno or 0, "REPOSITORY_READ_ONLY")
    return FondsError(code, path=path, reason=error.strerror)


# What no permission is of any help against.
_REFUSED = dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "STORE_FULL") | dict.fromkeys(
    (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO), "SYSTEM_FAILED"
)


def _holder(handle: int) -> dict[str, object]:
    """Return what the holder wrote; ``?`` for what it has not written yet."""
    try:
        said = json.loads(os.pread(handle, 4096, 0))
    except ValueError:
        said = None
    known: dict[str, object] = said if isinstance(said, dict) else {}
    return {name: known.get(name, "?") for name in ("purpose", "pid", "since")}
