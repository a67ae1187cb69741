"""The bytes of a tar as ``tarfile`` wants them: a file that it may read and go forward in, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator

from fonds.packaging.transport.limits import Ratio

_HEADER = 1024 * 1024
"""Bytes that the headers of one member may have. ``tarfile`` holds them in memory, whatever size they claim."""


class BackwardsError(ValueError):
    """The tar asks to go back, or claims headers without end: none that is honest does."""


class TarStream(io.RawIOBase):
    """Reads ``blocks`` forward. ``last`` is what was read last: after the last member a block of zeros.

    ``ratio`` counts everything that passes, for the member named in ``member``. Raises what ``blocks`` and ``ratio``
    raise, and BackwardsError.
    """

    def __init__(self, blocks: Iterator[bytes], ratio: Ratio) -> None:
        super().__init__()
        self._blocks, self._ratio = blocks, ratio
        self._block, self._at, self._before = b"", 0, 0
        self._headers: int | None = None
        self.member = ""
        self.last = b""

    def headers(self) -> None:
        """Let only headers of a sensible length be read next."""
        self._headers = _HEADER

    def content(self) -> None:
        """Let what a member holds be read next, of whatever length."""
        self._headers = None

    def tell(self) -> int:
        """Return the place in the tar."""
        return self._before + self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go forward to a place. Raises BackwardsError."""
        ahead = offset - self.tell()
        if whence != io.SEEK_SET or ahead < 0:
            raise BackwardsError
        while ahead > 0 and self._fill():
            step = min(ahead, len(self._block) - self._at)
            self._at += step
            ahead -= step
        return self.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        """Return exactly ``size`` bytes, fewer only at the end. Raises BackwardsError."""
        if size is None or size < 0:
            raise BackwardsError
        if self._headers is not None:
            self._headers -= size
            if self._headers < 0:
                raise BackwardsError
        parts, missing = [], size
        while missing > 0 and self._fill():
            part = self._block[self._at : self._at + missing]
            parts.append(part)
            self._at += len(part)
            missing -= len(part)
        self.last = b"".join(parts)
        return self.last

    def rest(self) -> Iterator[bytes]:
        """Yield what has not been read, to the end."""
        while self._fill():
            yield self._block[self._at :]
            self._at = len(self._block)

    def _fill(self) -> bool:
        """Have something to read; returns False at the end."""
        while self._at >= len(self._block):
            block = next(self._blocks, b"")
            if not block:
                return False
            self._before, self._block, self._at = self._before + len(self._block), block, 0
            self._ratio.take(len(block), self.member)
        return True
