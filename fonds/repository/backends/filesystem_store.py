"""A store in a folder of a local file system.

The order that makes publishing safe (measured with real power cuts on ext4 and xfs): everything is written below
``.tmp-…`` on the same file system, files and folders are synced, the folder is renamed into place, the parent is
synced; only then does the caller acknowledge anything.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fonds.errors import FondsError
from fonds.packaging.digest import copy_file, open_regular
from fonds.packaging.durable import (
    disk_errors,
    extend_file,
    make_folder,
    rename_folder,
    sync_folder,
    sync_tree,
    write_atomically,
)
from fonds.packaging.names import FONDS_FOLDER
from fonds.repository.backends.file_lock import is_held
from fonds.repository.backends.mending import exchange, take_out
from fonds.repository.ports.store import QUARANTINE, StoredFile

_STAGE = ".tmp-"
_CONTENT = "content"
_LOCK = ".lock"
_NO_LINKS = {errno.EMLINK, errno.EPERM, errno.EXDEV, errno.ENOTSUP}


class FilesystemStore:
    """Implements ``ports.store.Store`` below ``root``: ``<fonds>/<dossier>/v<N>/<OBJID>/``.

    The package of a fonds itself lies in ``<fonds>/_fonds``; any other name that begins with '_' is a note. The folder
    is made when something is first written, unless the store is ``fixed``: then it is the very folder that was there
    at the beginning, and when another one comes to stand in its place (a disk was taken out) nothing is written to
    that. Raises OSError when a fixed folder is not there.
    """

    def __init__(self, root: Path, *, fixed: bool = False) -> None:
        self.root = root
        self._held: dict[Path, int] = {}
        self._is = _identity(root.stat()) if fixed else None
        self._settled: set[Path] = set()
        self._last = ("", "")

    def stage(self) -> Path:
        """Return a new private folder. A lock file beside its content tells living stages from dead ones."""
        stage = self.root / f"{_STAGE}{uuid.uuid4()}"
        content = stage / _CONTENT
        try:
            with disk_errors(stage), self._alone():
                stage.mkdir(mode=0o700)
                self._held[stage] = os.open(stage / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
                fcntl.flock(self._held[stage], fcntl.LOCK_EX)
                content.mkdir(mode=0o755)
        except BaseException:
            self.discard(content)
            raise
        return content

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the store's own folder, so that nobody takes what is just being made for what a dead process left."""
        if self._is is None:
            make_folder(self.root)
        handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            if self._is not in {None, _identity(os.fstat(handle))}:
                raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(self.root))
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def discard(self, stage: Path) -> None:
        """Remove a stage."""
        stage = self._own(stage)
        shutil.rmtree(stage, ignore_errors=True)
        self._settled.discard(stage)
        held = self._held.pop(stage, None)
        if held is not None:
            os.close(held)

    def _own(self, content: Path) -> Path:
        stage = content.parent
        if content.name != _CONTENT or stage.parent != self.root or not stage.name.startswith(_STAGE):
            raise ValueError(content)
        return stage

    def clean(self) -> int:
        """Remove the stages that nobody holds, and what an unfinished ``put_note`` left."""
        with disk_errors(self.root), self._alone():
            left = [path for pattern in (f"{_STAGE}*", f"_*/{_STAGE}*") for path in self.root.glob(pattern)]
            for note in (path for path in left if not path.is_dir()):
                note.unlink(missing_ok=True)
            dead = [path for path in left if path.is_dir() and not is_held(path / _LOCK)]
        for stage in dead:
            shutil.rmtree(stage, ignore_errors=True)
        return sum(not stage.exists() for stage in dead)

    def settle(self, stage: Path) -> None:
        """Sync the stage. Its lock was opened before anything was written: an error of any write since is told."""
        own = self._own(stage)
        with disk_errors(stage):
            sync_tree(stage, self._held.get(own, -1))
        self._settled.add(own)

    def publish(self, stage: Path, location: str) -> None:
        """Sync the stage unless it is settled, rename it into place, sync the parents."""
        target, own = self._path(location), self._own(stage)
        with disk_errors(target):
            if os.path.lexists(target):
                raise FondsError("LOCATION_TAKEN", path=target)
            if own not in self._settled:
                self.settle(stage)
            make_folder(target.parent)
            try:
                rename_folder(stage, target)
            except OSError as error:
                if error.errno in {errno.EEXIST, errno.ENOTEMPTY}:
                    raise FondsError("LOCATION_TAKEN", path=target) from error
                raise
            sync_folder(target.parent)
        self.discard(stage)

    def _path(self, location: str) -> Path:
        parts = PurePosixPath(location).parts
        if not parts or any(part in {"..", "/"} or part.startswith(".") for part in parts):
            raise ValueError(location)
        return self.root.joinpath(*parts)

    def _file(self, location: str, path: str) -> Path:
        return Path(self._name(location, path))

    def _name(self, location: str, path: str) -> str:
        # Paths come from manifests and METS files, which may have been tampered with: none leads out of its package.
        # Asked for every file that an audit reads, most often of the same package: Path takes ten times as long.
        parts = path.split("/")
        if path[:1] == "/" or "\0" in path or ".." in parts or all(part in {"", "."} for part in parts):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        last = self._last  # as it is now: other threads ask too
        if location != last[0]:
            last = self._last = location, str(self._path(location))
        return f"{last[1]}/{path}"

    def exists(self, location: str) -> bool:
        """Say whether a package is published there."""
        return self._path(location).is_dir()

    def locations(self) -> Iterator[str]:
        """Yield ``<fonds>/<dossier>/v<N>/<OBJID>`` of every package, in order, that of the fonds after its dossiers."""
        for fonds in _folders(self.root):
            own = fonds / FONDS_FOLDER
            for dossier in [*_folders(fonds), *([own] if own.is_dir() and not own.is_symlink() else [])]:
                for version in sorted(_folders(dossier), key=lambda path: (len(path.name), path.name)):
                    for package in _folders(version):
                        yield package.relative_to(self.root).as_posix()

    def files(self, location: str) -> Iterator[StoredFile]:
        """Yield everything below; names that share bytes are hard links: they share device and inode."""
        return _walk(self._path(location))

    def open(self, location: str, path: str) -> BinaryIO:
        """Open a file for reading, never a link, a pipe or a device."""
        return os.fdopen(open_regular(self._name(location, path)), "rb")

    @contextmanager
    def local(self, location: str, path: str) -> Iterator[Path]:
        """Give the file's own path."""
        yield self._file(location, path)

    def link(self, location: str, path: str, target: Path) -> bool:
        """Make a hard link; where the file system has no more links for a file, or none at all, a copy."""
        source = self._file(location, path)
        if not stat.S_ISREG(source.lstat().st_mode):
            raise FileNotFoundError(errno.ENOENT, "not a regular file", str(source))
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            copy_file(source, target)
            return False
        return True

    def put_back(self, ready: Path, location: str, path: str, aside: str) -> None:
        """Link the file into place; the name of the old one is first given to the quarantine too."""
        target = self._file(location, path)
        with disk_errors(target), self._alone():
            exchange(ready, target, self._kept(aside))

    def set_aside(self, location: str, path: str, aside: str) -> None:
        """Rename a file, or the whole folder, into the quarantine."""
        target = self._file(location, path) if path else self._path(location)
        with disk_errors(target), self._alone():
            take_out(target, self._kept(aside), self._path(location))

    def _kept(self, aside: str) -> Path:
        parts = PurePosixPath(aside).parts
        if not parts or any(part in {"..", "/"} for part in parts):
            raise ValueError(aside)
        return self.root.joinpath(QUARANTINE, *parts)

    def put_note(self, name: str, content: bytes) -> None:
        """Write a file of the store itself, atomically."""
        target = self.root / name
        with disk_errors(target), self._alone():
            make_folder(target.parent)
            write_atomically(target, content)

    def extend_note(self, name: str, at: int, content: Iterable[bytes]) -> bool:
        """Add to the end of a file of the store itself."""
        target = self.root / name
        with disk_errors(target), self._alone():
            make_folder(target.parent)
            return extend_file(target, at, content)

    def note(self, name: str) -> BinaryIO:
        """Open a file of the store itself, never a link, a pipe or a device."""
        return os.fdopen(open_regular(self.root / name), "rb")

    def is_bare(self) -> bool:
        """Say whether the folder is empty or not there."""
        try:
            with os.scandir(self.root) as entries:
                return next(entries, None) is None
        except FileNotFoundError:
            return True

    def device(self) -> int | None:
        """Return the number of the file system."""
        try:
            return self.root.stat().st_dev
        except OSError:
            return None

    def free(self) -> int:
        """Return the free bytes of the file system."""
        if self._is is None:
            make_folder(self.root)
        return shutil.disk_usage(self.root).free


def _identity(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_dev, facts.st_ino


def _folders(path: Path) -> list[Path]:
    if not path.exists():
        return []
    with os.scandir(path) as entries:
        found = [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    return sorted(folder for folder in found if not folder.name.startswith((".", "_")))


def _walk(root: Path) -> Iterator[StoredFile]:
    waiting = [("", iter(_entries(root)))]
    while waiting:
        prefix, entries = waiting[-1]
        for entry in entries:
            path = prefix + entry.name
            facts = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(facts.st_mode):
                yield StoredFile(path, facts.st_size, _identity(facts) if facts.st_nlink > 1 else None)
            elif stat.S_ISDIR(facts.st_mode):
                waiting.append((f"{path}/", iter(_entries(entry.path))))
                break
            else:
                yield StoredFile(path, -1)
        else:
            waiting.pop()


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=attrgetter("name"))
