"""The folder in which a package is being made."""

from __future__ import annotations

from collections.abc import Callable
from mimetypes import MimeTypes
from pathlib import Path
from typing import BinaryIO

from fonds.metadata.model import FileRecord
from fonds.packaging.digest import copy_file, hash_file

# Without the tables of the system: the same package on every machine.
_TYPES = MimeTypes()


class Stage:
    """Writes files below ``root`` and counts them; ``created`` is the time that they are given in METS."""

    def __init__(self, root: Path, created: str) -> None:
        self._root, self._created = root, created
        self.files = self.bytes = 0

    def place(self, path: str) -> Path:
        """Return where a file of the package lies, with the folders above it made."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def count(self, size: int) -> None:
        """Count one file more."""
        self.files += 1
        self.bytes += size

    def write(self, path: str, make: Callable[[BinaryIO], None], mimetype: str = "application/xml") -> FileRecord:
        """Write a file and return its record. Raises OSError and what ``make`` raises."""
        target = self.place(path)
        with target.open("xb") as out:
            make(out)
        size, sha256 = hash_file(target)
        self.count(size)
        return FileRecord(path, size, sha256, mimetype, self._created)

    def copy(self, path: str, source: Path) -> FileRecord:
        """Copy a file that is no payload and return its record. Raises OSError."""
        size, sha256 = copy_file(source, self.place(path))
        self.count(size)
        return FileRecord(path, size, sha256, media_type(path), self._created)


def media_type(path: str) -> str:
    """Return the media type that the ending of a name stands for."""
    return _TYPES.guess_type(path, strict=False)[0] or "application/octet-stream"
