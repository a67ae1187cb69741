"""Opening what lies below one folder: never through a link, never outside, and never waiting for a pipe."""

from __future__ import annotations

import errno
import os
import stat
from types import TracebackType

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Beneath:
    """A folder, held by its handle, and whatever is opened below it.

    Paths are relative, with '/', and in UTF-8 on the disk. Each part is opened relative to the one before and without
    following links, so that somebody who swaps a folder for a link in the meantime gains nothing. The folder of the
    last path stays open, which makes files that lie side by side cheap.
    """

    def __init__(self, handle: int) -> None:
        """Use the open folder ``handle``, which stays the caller's to close."""
        self._root = handle
        self._path, self._folder = "", -1

    def __enter__(self) -> Beneath:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder that was used last."""
        if self._folder >= 0:
            os.close(self._folder)
        self._path, self._folder = "", -1

    def folder(self, path: str) -> int:
        """Return the handle of a folder, '' for the top one; it is good until the next call. Raises OSError."""
        if not path:
            return self._root
        if path != self._path:
            self.close()
            self._folder = self._descend(path)
            self._path = path
        return self._folder

    def _descend(self, path: str) -> int:
        handle = self._root
        for part in path.split("/"):
            _check(part, path)
            try:
                inner = os.open(part.encode(), _FOLDER, dir_fd=handle)
            finally:
                if handle != self._root:
                    os.close(handle)
            handle = inner
        return handle

    def open_file(self, path: str) -> int:
        """Return a handle for reading a regular file. Raises OSError, EINVAL for a pipe or a device."""
        return self.open_known(path)[0]

    def open_known(self, path: str) -> tuple[int, os.stat_result]:
        """As ``open_file``, with what the system knows of the file."""
        folder, _, name = path.rpartition("/")
        _check(name, path)
        handle = os.open(name.encode(), _FILE, dir_fd=self.folder(folder))
        status = os.fstat(handle)
        if stat.S_ISREG(status.st_mode):
            return handle, status
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file", path)

    def create_file(self, path: str) -> int:
        """Return a handle for writing a file that must not be there yet. Raises OSError."""
        folder, _, name = path.rpartition("/")
        _check(name, path)
        return os.open(name.encode(), _NEW_FILE, 0o644, dir_fd=self.folder(folder))

    def make_folder(self, path: str) -> None:
        """Make a folder in one that is there. Raises OSError, EEXIST when there is anything of that name."""
        folder, _, name = path.rpartition("/")
        _check(name, path)
        os.mkdir(name.encode(), 0o755, dir_fd=self.folder(folder))

    def has_file(self, path: str) -> bool:
        """Say whether a regular file of exactly this name is there."""
        folder, _, name = path.rpartition("/")
        try:
            _check(name, path)
            mode = os.stat(name.encode(), dir_fd=self.folder(folder), follow_symlinks=False).st_mode
        except OSError:
            return False
        return stat.S_ISREG(mode)


def _check(part: str, path: str) -> None:
    if part in {"", ".", ".."} or "\0" in part:
        raise OSError(errno.EINVAL, "not a path below a folder", path)
