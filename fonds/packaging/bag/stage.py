"""Where a package is made before it is anybody's: a folder beside its place, which appears whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fonds.packaging.durable import rename_folder, sync_file, sync_folder, sync_made
from fonds.packaging.interrupts import Held
from fonds.packaging.walking import walked

_PREFIX = ".fonds-bag-"
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Stage:
    """A new folder beside ``target``, on the same file system. Held by a lock, so that a dead one can be told."""

    def __init__(self, target: Path, mode: int = 0o777) -> None:
        self._target = target
        while True:
            self.path = target.with_name(_prefix(target) + str(uuid.uuid4()))
            self.path.mkdir(mode)
            self.handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self.handle, fcntl.LOCK_EX)
            if self.path.exists():
                break
            os.close(self.handle)  # somebody who clears up took it for a dead one, before it was locked

    def publish(self, still: Iterable[str] | None = None) -> None:
        """Make everything durable, then give it its name, durably. Raises OSError, ENOTEMPTY when the name is taken.

        ``still`` names the files that are not durable yet; None: any, and then the whole file system is synced once.
        Everything that is in the folder reaches the disk before the name does: whoever sees the name sees a whole bag,
        after a power cut too.
        """
        if still is None:
            sync_made(self.path, self.handle)
        else:
            self._sync(still)
        self.reveal()
        sync_folder(self._target.parent)

    def _sync(self, names: Iterable[str]) -> None:
        for name in names:
            sync_file(self.path / name)
        for folder, _, _ in walked(self.path, leaves_first=True):
            sync_folder(folder)

    def reveal(self) -> None:
        """Only give it its name: for a working copy, which a power cut may take. Raises OSError as ``publish`` does."""
        rename_folder(self.path, self._target)

    def close(self) -> None:
        """Remove what was not published."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.handle)


@contextmanager
def stage(target: Path, mode: int = 0o777) -> Iterator[Stage]:
    """Give a stage for ``target``, and remove it, whatever happens, when it was not published.

    ``mode`` is who may enter the folder, less the umask. What killed processes left for the same target goes first.
    Raises OSError.
    """
    _remove_dead(target.parent, re.escape(_prefix(target)))
    made: Stage | None = None
    try:
        with Held():
            made = Stage(target, mode)
        yield made
    finally:
        if made is not None:
            made.close()


def _prefix(target: Path) -> str:
    # A digest of the name, not the name: that may be as long as a file system allows already.
    return f"{_PREFIX}{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]}-"


def clear_up(folder: Path) -> None:
    """Remove what killed processes left in a folder, whatever it was to become. Raises OSError."""
    _remove_dead(folder, re.escape(_PREFIX) + "[0-9a-f]{12}-")


def _remove_dead(folder: Path, prefix: str) -> None:
    """Remove the stages whose process is gone: nobody holds their lock."""
    wanted = re.compile(prefix + _UUID)
    for entry in list(folder.iterdir()):
        if wanted.fullmatch(entry.name):
            _remove_if_free(entry)


def _remove_if_free(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return  # no folder, somebody else's, or gone in the meantime
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Locked meanwhile: whoever has just made it waits, and sees then that it is gone.
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        pass  # its maker is at work
    finally:
        os.close(handle)
