"""Writing so that a power cut loses nothing that was acknowledged: temp name, sync, rename, sync the parent."""

from __future__ import annotations

import errno
import os
import stat
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fonds.errors import FondsError
from fonds.packaging.digest import write_all
from fonds.packaging.syncing import sync_file_system
from fonds.packaging.walking import walked


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make a file's content durable. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(root: Path, handle: int = -1) -> None:
    """Make everything below ``root`` durable: files and names, with one call where that can be trusted.

    ``handle`` is anything open on the same file system since before the tree was written, so that an error of writing
    is told whenever it happened. The call waits for what other programs have written to that file system, too: still
    it is faster than a sync for every file. Raises OSError, also for a link in the tree.
    """
    for folder, _, names in walked(root):
        _only_files(folder, names)
    if not _synced_at_once(root, handle):
        _sync_each(root)


def sync_made(root: Path, handle: int) -> None:
    """As ``sync_tree``, for a tree in which this program made every file itself: there is no link to be looked for."""
    if not sync_file_system(handle):
        _sync_each(root)


def _only_files(folder: Path, names: list[str]) -> None:
    for name in names:
        if not stat.S_ISREG((folder / name).lstat().st_mode):
            raise OSError(errno.ELOOP, "a link or special file, whose content cannot be synced", str(folder / name))


def _synced_at_once(root: Path, handle: int) -> bool:
    own = os.open(root, os.O_RDONLY | os.O_DIRECTORY) if handle < 0 else -1
    try:
        return sync_file_system(max(own, handle))
    finally:
        if own >= 0:
            os.close(own)


def _sync_each(root: Path) -> None:
    """Sync every file, then every folder from the leaves up."""
    for folder, _, names in walked(root, leaves_first=True):
        for name in names:
            sync_file(folder / name)
        sync_folder(folder)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, each name durable in its parent. Existing folders are left as they are."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def rename_folder(source: Path, target: Path) -> None:
    """Rename a folder to a name that must not be there yet. Raises OSError."""
    os.rename(source, target)  # noqa: PTH104 - the system call itself, because its atomicity is the point


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that its name always shows the old content or the new one, never a part. Raises OSError."""
    with written_atomically(path) as out:
        out.write(content)


def extend_file(path: Path, at: int, content: Iterable[bytes]) -> bool:
    """Add to the end of a file that is ``at`` bytes long (0: it is made when it is missing), synced before returning.

    Returns False, and adds nothing, when it has another length by now. After an error it is as long as it was; after a
    crash a part of the content may be there. Raises OSError.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | (0 if at else os.O_CREAT)
    handle = os.open(path, flags, 0o644)
    try:
        if os.fstat(handle).st_size != at:
            return False
        _extend(handle, at, content)
    finally:
        os.close(handle)
    if not at:
        sync_folder(path.parent)
    return True


def _extend(handle: int, at: int, content: Iterable[bytes]) -> None:
    try:
        for part in content:
            write_all(handle, memoryview(part))
        os.fsync(handle)
    except BaseException:
        os.ftruncate(handle, at)
        raise


@contextmanager
def written_atomically(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; once the block has ended well, ``path`` names what was written, and never a part of it.

    After an error nothing is left of it and ``path`` is as it was. Raises OSError.
    """
    temporary = path.with_name(f".tmp-{uuid.uuid4()}")
    try:
        with temporary.open("x+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into our words: STORE_FULL, STORE_READ_ONLY or STORE_FAILED, with the path."""
    try:
        yield
    except OSError as error:
        code = _DISK_CODES.get(error.errno or 0, "STORE_FAILED")
        raise FondsError(code, path=error.filename or path, reason=error.strerror or str(error)) from error


_DISK_CODES = {errno.ENOSPC: "STORE_FULL", errno.EDQUOT: "STORE_FULL", errno.EROFS: "STORE_READ_ONLY"}
