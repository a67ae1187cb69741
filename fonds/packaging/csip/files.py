"""The files of a package, wherever it lies: bare, or inside a bag."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from fonds.errors import UsageError
from fonds.packaging.bag.scan import Found, Odd, walk
from fonds.packaging.beneath import Beneath
from fonds.packaging.roots import called


class PackageFiles:
    """The folder that holds the root METS, opened for reading; nothing outside it is ever opened.

    ``name`` is the folder name that OBJID is compared with. A bag may be given instead of its ``data`` folder: its
    own name counts then. To be used in a ``with`` block. Raises UsageError BAG_NOT_THERE when there is no folder.
    """

    def __init__(self, root: Path, name: str = "") -> None:
        if not root.is_dir():
            raise UsageError("BAG_NOT_THERE", path=root)
        root = root.resolve()
        if (root / "bagit.txt").is_file() and (root / "data").is_dir():
            root = root / "data"
        self.root = root
        self.name = name or called(root)
        self._handle = -1
        self.below = Beneath(-1)

    def __enter__(self) -> PackageFiles:
        self._handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.below = Beneath(self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.below.close()
        os.close(self._handle)

    def walk(self) -> Iterator[Found | Odd]:
        """Yield every file, and everything that is none."""
        return walk(self._handle)

    def has(self, path: str) -> bool:
        """Say whether there is a regular file of this name."""
        return self.below.has_file(path)

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading. Raises OSError."""
        return os.fdopen(self.below.open_file(path), "rb")
