"""A bounded, read-only view of the bytes of an open file, for the header readers."""

from __future__ import annotations

import os
from dataclasses import dataclass


class BrokenHeaderError(ValueError):
    """The bytes do not follow their own format: cut short, pointing outside the file, going in circles."""


@dataclass(frozen=True, slots=True)
class Window:
    """``size`` bytes of the open file ``fd`` from ``start`` on; offsets below count from ``start``."""

    fd: int
    start: int
    size: int

    @classmethod
    def of(cls, fd: int) -> Window:
        """The whole file."""
        return cls(fd, 0, os.fstat(fd).st_size)

    def at(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes from ``offset``. Raises BrokenHeaderError when they are not all there."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise BrokenHeaderError(f"bytes {offset} to {offset + length} lie outside {self.size} bytes")
        data = os.pread(self.fd, length, self.start + offset)
        if len(data) != length:
            raise BrokenHeaderError(f"the file ends before byte {self.start + offset + length}")
        return data

    def up_to(self, offset: int, length: int) -> bytes:
        """Return the bytes from ``offset`` on, at most ``length``; fewer or none at the end."""
        inside = max(0, min(length, self.size - offset))
        return os.pread(self.fd, inside, self.start + offset) if offset >= 0 else b""

    def part(self, offset: int, length: int) -> Window:
        """Return a view of a part. Raises BrokenHeaderError when the part is not inside."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise BrokenHeaderError(f"a block of {length} bytes at {offset} lies outside {self.size} bytes")
        return Window(self.fd, self.start + offset, length)
