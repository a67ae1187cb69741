"""A store in a folder of a local file system.

The order that makes publishing safe (measured with real power cuts on ext4 and xfs): everything is written below
``.tmp-…`` on the same file system, files and folders are synced, the folder is renamed into place, the parent is
synced; only then does the caller acknowledge anything.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fonds.errors import FondsError
from fonds.packaging.durable import disk_errors, make_folder, rename_folder, sync_folder, sync_tree, write_atomically

_STAGE = ".tmp-"
_LOCK = ".lock"


class FilesystemStore:
    """Implements ``ports.store.Store`` below ``root``: ``<fonds>/<dossier>/v<N>/<OBJID>/``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._held: dict[Path, int] = {}

    def stage(self) -> Path:
        """Return a new private folder. A lock file beside its content tells living stages from dead ones."""
        stage = self.root / f"{_STAGE}{uuid.uuid4()}"
        with disk_errors(stage):
            make_folder(self.root)
            stage.mkdir(mode=0o700)
            held = os.open(stage / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
        self._held[stage] = held
        content = stage / "content"
        content.mkdir(mode=0o755)
        return content

    def discard(self, stage: Path) -> None:
        """Remove a stage."""
        shutil.rmtree(stage.parent, ignore_errors=True)
        self._release(stage)

    def _release(self, stage: Path) -> None:
        held = self._held.pop(stage.parent, None)
        if held is not None:
            os.close(held)

    def clean(self) -> int:
        """Remove the stages that nobody holds."""
        removed = 0
        for stage in self.root.glob(f"{_STAGE}*"):
            if not _is_held(stage / _LOCK):
                shutil.rmtree(stage, ignore_errors=True)
                removed += 1
        return removed

    def publish(self, stage: Path, location: str) -> None:
        """Sync the stage, rename it into place, sync the parents."""
        target = self._path(location)
        with disk_errors(target):
            if target.exists():
                raise FondsError("LOCATION_TAKEN", path=target)
            sync_tree(stage)
            make_folder(target.parent)
            rename_folder(stage, target)
            sync_folder(target.parent)
        self.discard(stage)

    def _path(self, location: str) -> Path:
        parts = PurePosixPath(location).parts
        if not parts or any(part in {"..", "/"} or part.startswith(".") for part in parts):
            raise ValueError(location)
        return self.root.joinpath(*parts)

    def exists(self, location: str) -> bool:
        """Say whether a package is published there."""
        return self._path(location).is_dir()

    def locations(self) -> Iterator[str]:
        """Yield ``<fonds>/<dossier>/v<N>/<OBJID>`` of every package, in order."""
        for fonds in _folders(self.root):
            for dossier in _folders(fonds):
                for version in sorted(_folders(dossier), key=lambda path: (len(path.name), path.name)):
                    for package in _folders(version):
                        yield package.relative_to(self.root).as_posix()

    def files(self, location: str) -> Iterator[tuple[str, int]]:
        """Yield (path, size) of everything below, size -1 for what is neither file nor folder."""
        root = self._path(location)
        yield from _walk(root, "")

    def open(self, location: str, path: str) -> BinaryIO:
        """Open a file for reading, never through a link."""
        return os.fdopen(os.open(self._path(location) / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")

    @contextmanager
    def local(self, location: str, path: str) -> Iterator[Path]:
        """Give the file's own path."""
        yield self._path(location) / path

    def put_note(self, name: str, content: bytes) -> None:
        """Write a file of the store itself, atomically."""
        target = self.root / name
        with disk_errors(target):
            make_folder(target.parent)
            write_atomically(target, content)

    def free(self) -> int:
        """Return the free bytes of the file system."""
        make_folder(self.root)
        return shutil.disk_usage(self.root).free


def _is_held(lock: Path) -> bool:
    try:
        handle = os.open(lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _folders(path: Path) -> list[Path]:
    with os.scandir(path) as entries:
        found = [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    return sorted(folder for folder in found if not folder.name.startswith((".", "_")))


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = prefix + entry.name
        facts = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(facts.st_mode):
            yield from _walk(Path(entry.path), path + "/")
        else:
            yield path, facts.st_size if stat.S_ISREG(facts.st_mode) else -1
