"""A package file, open for reading at any place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from fonds.errors import FondsError
from fonds.packaging.digest import BUFFER, open_regular


class PackedFile:
    """The file at ``path``, to be used in a ``with`` block. Raises FondsError BAG_SOURCE_UNREADABLE, now and later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            # A link that a person names is followed; what is opened at its end is a regular file or nothing.
            self._handle = open_regular(path.resolve())
        except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, until Python 3.13
            raise self._unreadable(error) from error
        self.size = os.fstat(self._handle).st_size

    def __enter__(self) -> PackedFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        os.close(self._handle)

    def _unreadable(self, error: Exception) -> FondsError:
        return FondsError("BAG_SOURCE_UNREADABLE", path=self.path, reason=getattr(error, "strerror", "") or str(error))

    def read(self, start: int, count: int) -> bytes:
        """Return the bytes from ``start`` on, fewer than ``count`` only at the end."""
        parts = []
        # A place that a hostile file names may be beyond any that the system takes.
        while count > 0 and start < self.size:
            try:
                part = os.pread(self._handle, count, start)
            except OSError as error:
                raise self._unreadable(error) from error
            if not part:
                break
            parts.append(part)
            start, count = start + len(part), count - len(part)
        return b"".join(parts)

    def blocks(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from ``start`` to ``end`` in pieces; they stop early where the file ends."""
        while start < end and (block := self.read(start, min(BUFFER, end - start))):
            start += len(block)
            yield block
