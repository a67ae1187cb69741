"""How much may come out of a package file: of bytes, of members, and of the disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.bag.names import printable
from fonds.packaging.transport.report import Fault
from fonds.schemas.findings import finding

_SMALL = 1024 * 1024
"""Bytes that may come out of any package file: so little harms nobody, and tiny files shrink well."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``ratio``: bytes out for one byte in; ``members``: files and folders; ``reserve``: bytes left free on the disk.

    The ratio is that of the whole file. A single member may shrink further: a blank page without compression does by
    a factor of a thousand, and is no bomb among others.
    """

    ratio: int = 100
    members: int = 1_000_000
    reserve: int = 256 * 1024 * 1024


LIMITS = Limits()


class Ratio:
    """Counts what comes out of a package file of ``packed`` bytes."""

    def __init__(self, limits: Limits, packed: int) -> None:
        self._ratio, self._left = limits.ratio, max(limits.ratio * packed, _SMALL)

    def take(self, count: int, path: str) -> None:
        """Take so many bytes more, of the member ``path``. Raises Fault PACKED_RATIO."""
        self._left -= count
        if self._left < 0:
            raise Fault(finding("PACKED_RATIO", printable(path) or ".", ratio=self._ratio))


class Members:
    """Counts files and folders."""

    def __init__(self, limits: Limits) -> None:
        self._allowed = limits.members
        self._count = 0

    def take(self, count: int = 1) -> None:
        """Take so many more. Raises Fault PACKED_TOO_MANY."""
        self._count += count
        if self._count > self._allowed:
            raise Fault(finding("PACKED_TOO_MANY", ".", allowed=self._allowed))


class Room:
    """The room on the disk of the folder ``place``, as it is at the beginning, less the reserve."""

    def __init__(self, limits: Limits, place: Path) -> None:
        disk = os.statvfs(place)
        self._place, self._block = place, disk.f_frsize
        self._bytes, self._taken = disk.f_bavail * disk.f_frsize - limits.reserve, 0
        # Some file systems have no fixed number of files and say 0 of 0.
        self._files = disk.f_favail if disk.f_files else limits.members

    def require(self, size: int, files: int) -> None:
        """Ask for room for so much more, and leave it free. Raises FondsError PACKED_NO_ROOM."""
        if self._taken + size > self._bytes or files > self._files:
            raise FondsError(
                "PACKED_NO_ROOM", path=self._place, needed=self._taken + size, free=max(0, self._bytes), files=files
            )

    def take(self, size: int) -> None:
        """Take the room of one file or folder. Raises FondsError PACKED_NO_ROOM."""
        self.require(size, 1)
        self._taken += -(-size // self._block) * self._block
        self._files -= 1
